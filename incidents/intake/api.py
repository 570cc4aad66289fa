"""How people keep integrations and look after messages over the API."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from incidents import examples as incident_examples
from incidents.intake import examples, keeping, receiving
from incidents.intake.addresses import intake_url
from incidents.intake.filters import IntegrationFilter, MessageFilter
from incidents.intake.serializers import (
    IntegrationPatchSerializer,
    IntegrationSerializer,
    IntegrationWriteSerializer,
    IssuedSerializer,
    MessageBodySerializer,
    MessageSerializer,
    ReceiptSerializer,
    ReplayAllSerializer,
    ReplayedSerializer,
    RotateSerializer,
    TryOutSerializer,
    receipt,
    replayed,
)
from incidents.models import Integration, IntegrationQuerySet, Message, MessageQuerySet
from incidents.serializers import ReasonSerializer
from workflow.actor import actor
from workflow.api import KEY, etag, filtered, timeline_page, valid, wanted_version
from workflow.schema import IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.services import at_version


def verb(summary: str, description: str, request: Any) -> Any:
    return verb_schema(summary, description, request, examples.INTEGRATION, [IF_MATCH])


@extend_schema_view(
    pause=verb("Pause", "What comes is kept without being worked off, and answered with 403.", NoteSerializer),
    resume=verb("Resume", "Switches it on again.", NoteSerializer),
    withdraw=verb("Withdraw", "The token is worthless; messages and incidents stay.", ReasonSerializer),
    hide=verb("Delete", "The same as `withdraw`.", ReasonSerializer),
    unhide=verb("Restore", "Lets a withdrawn integration work again, with the token it had.", NoteSerializer),
)
class IntegrationViewSet(viewsets.GenericViewSet):
    """Integrations: which machines may post, in what format, how much."""

    queryset = Integration.objects.none()
    serializer_class = IntegrationSerializer
    lookup_value_regex = KEY
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "integration.see"),
        "create": "integration.create",
        **dict.fromkeys(("partial_update", "rotate", "pause", "resume", "try_out"), "integration.edit"),
        **dict.fromkeys(("withdraw", "hide"), "integration.delete"),
        "unhide": "integration.undelete",
    }

    def get_queryset(self) -> IntegrationQuerySet:
        return Integration.objects.visible_to(self.request.user)

    def get_object(self) -> Integration:
        integration = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, integration)
        return integration

    def answer(self, integration: Integration) -> Response:
        return Response(IntegrationSerializer(integration).data, headers={"ETag": etag(integration.version)})

    def issued(self, issued: keeping.Issued, code: int = status.HTTP_200_OK) -> Response:
        context = {"token": issued.token, "url": intake_url(self.request, issued.token)}
        data = IssuedSerializer(issued.integration, context=context).data
        return Response(data, status=code, headers={"ETag": etag(issued.integration.version)})

    def do(self, verb: Callable[..., Any], serializer_class: Any = NoteSerializer) -> Any:
        integration = self.get_object()
        payload = valid(serializer_class, self.request)
        return at_version(integration, wanted_version(self.request), verb, by=actor(self.request), **payload)

    def did(self, verb: Callable[..., Any], serializer_class: Any = NoteSerializer) -> Response:
        self.do(verb, serializer_class)
        return self.answer(self.get_object())

    @extend_schema(
        summary="List integrations",
        description="By name. Withdrawn ones only with `state=withdrawn`.",
        parameters=filter_parameters(IntegrationFilter),
        examples=[examples.INTEGRATION],
    )
    def list(self, request: Request) -> Response:
        rows = filtered(IntegrationFilter, self.get_queryset(), request)
        rows = rows if request.query_params.get("state") else rows.present()
        return self.get_paginated_response(IntegrationSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        summary="Read one integration",
        description="Never with its token: only a digest is kept.",
        examples=[examples.INTEGRATION],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Create an integration",
        description="The answer carries the token, once. It is never repeated, so there is no Idempotency-Key.",
        request=IntegrationWriteSerializer,
        responses={201: IssuedSerializer},
        examples=[examples.WRITE, examples.ISSUED],
    )
    def create(self, request: Request) -> Response:
        issued = keeping.create(by=actor(request), **valid(IntegrationWriteSerializer, request))
        response = self.issued(issued, status.HTTP_201_CREATED)
        response["Location"] = f"{request.path.rstrip('/')}/{issued.integration.pk}/"
        return response

    @extend_schema(
        summary="Change an integration",
        description="Any of the fields; `enabled` pauses and resumes.",
        parameters=[IF_MATCH],
        request=IntegrationPatchSerializer,
        responses=IntegrationSerializer,
        examples=[examples.PATCH, examples.INTEGRATION],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        integration = self.get_object()
        fields = valid(IntegrationPatchSerializer, request, partial=True)
        keeping.edit(integration, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(self.get_object())

    @extend_schema(
        summary="Give a new token",
        description="The old token dies at once; the answer carries the new one, once.",
        parameters=[IF_MATCH],
        request=RotateSerializer,
        responses=IssuedSerializer,
        examples=[examples.ROTATE, examples.ISSUED],
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        return self.issued(self.do(keeping.rotate, RotateSerializer))

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        return self.did(keeping.pause)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self.did(keeping.resume)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.did(keeping.withdraw, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.did(keeping.withdraw, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.did(keeping.restore)

    @extend_schema(
        summary="Try it out",
        description="Sends the documented sample of its format through the whole way: a firing or a resolved one.",
        request=TryOutSerializer,
        responses=ReceiptSerializer,
        examples=[examples.TRY_OUT, examples.RECEIPT],
    )
    @action(detail=True, methods=["post"], url_path="test")
    def try_out(self, request: Request, pk: str) -> Response:
        integration = self.get_object()
        firing = valid(TryOutSerializer, request)["status"] == "firing"
        return Response(receipt(receiving.try_out(integration, by=actor(request), firing=firing)))

    @extend_schema(
        summary="Read the timeline",
        description="Every change by whatever door, creation first.",
        responses=EventSerializer(many=True),
        examples=[incident_examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))


class MessageViewSet(viewsets.GenericViewSet):
    """Messages of machines, byte for byte, and what became of them."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    lookup_value_regex = KEY
    policy = {
        **dict.fromkeys(("list", "retrieve"), "message.see"),
        **dict.fromkeys(("replay", "replay_all"), "message.replay"),
    }

    def get_queryset(self) -> MessageQuerySet:
        return Message.objects.visible_to(self.request.user)

    def get_object(self) -> Message:
        message = get_object_or_404(self.get_queryset().select_related("integration"), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, message)
        return message

    @extend_schema(
        summary="List messages",
        description="Newest first, without their bodies.",
        parameters=filter_parameters(MessageFilter),
        examples=[examples.MESSAGE],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(filtered(MessageFilter, self.get_queryset().for_list(), request))
        return self.get_paginated_response(MessageSerializer(page, many=True).data)

    @extend_schema(
        summary="Read one message",
        description="With its body as text.",
        responses=MessageBodySerializer,
        examples=[examples.MESSAGE_WITH_BODY],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(MessageBodySerializer(self.get_object()).data)

    @extend_schema(
        summary="Replay one message",
        description="Works off again what was not understood or not let in. What became something answers 409.",
        request=None,
        responses=ReceiptSerializer,
        examples=[examples.RECEIPT],
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        return Response(receipt(receiving.replay(self.get_object(), by=actor(request))))

    @extend_schema(
        operation_id="intake_messages_replay_all_create",
        summary="Replay all that was not understood",
        description="Since a moment, of one integration or of all; at most 500 at once, the oldest first.",
        request=ReplayAllSerializer,
        responses=ReplayedSerializer,
        examples=[examples.REPLAY, examples.REPLAYED],
    )
    @action(detail=False, methods=["post"], url_path="replay", pagination_class=None)
    def replay_all(self, request: Request) -> Response:
        result = receiving.replay_unparsed(by=actor(request), **valid(ReplayAllSerializer, request))
        return Response(replayed(result))
