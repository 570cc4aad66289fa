from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import examples, services
from notifications.filters import NoticeFilter, OutboxFilter
from notifications.health import channel_states
from notifications.models import Delivery, DeliveryQuerySet, Notice, NoticeQuerySet, QuietHours
from notifications.serializers import (
    ChannelStateSerializer,
    CountSerializer,
    DeliveryCardSerializer,
    DeliverySerializer,
    NoticeSerializer,
    PreferencesSerializer,
    ReadAllSerializer,
    TestResultsSerializer,
)
from workflow.actor import actor
from workflow.api import KEY, filtered, valid
from workflow.schema import filter_parameters


class NotificationViewSet(viewsets.GenericViewSet):
    """What stands under the caller's own bell, and what they want to be told."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    lookup_value_regex = KEY
    policy = dict.fromkeys(
        ["list", "retrieve", "read", "read_all", "unread", "preferences", "test"], "notification.own"
    )

    def get_queryset(self) -> NoticeQuerySet:
        return Notice.objects.of(self.request.user)

    @extend_schema(
        summary="List one's own notices",
        description="Newest first.",
        parameters=filter_parameters(NoticeFilter),
        examples=[examples.NOTICE],
    )
    def list(self, request: Request) -> Response:
        notices = self.paginate_queryset(filtered(NoticeFilter, self.get_queryset(), request))
        return self.get_paginated_response(NoticeSerializer(notices, many=True).data)

    @extend_schema(summary="Read one notice", description="Does not mark it as read.", examples=[examples.NOTICE])
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(NoticeSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        summary="Mark a notice as read",
        description="The first time counts.",
        request=None,
        examples=[examples.NOTICE],
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        notice = get_object_or_404(self.get_queryset(), pk=pk)
        services.read(notice)
        return Response(NoticeSerializer(notice).data)

    @extend_schema(
        summary="Mark all notices as read",
        description="With `up_to`, only those that the caller has seen. Answers how many were unread.",
        request=ReadAllSerializer,
        responses=CountSerializer,
        examples=[examples.UP_TO, examples.COUNT],
    )
    @action(detail=False, methods=["post"], url_path="read-all", pagination_class=None)
    def read_all(self, request: Request) -> Response:
        return Response({"count": services.read_all(request.user, **valid(ReadAllSerializer, request))})

    @extend_schema(
        summary="Count unread notices",
        description="Cheap enough to ask every minute.",
        responses=CountSerializer,
        examples=[examples.COUNT],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def unread(self, request: Request) -> Response:
        return Response({"count": self.get_queryset().unread().count()})

    @extend_schema(
        methods=["GET"],
        summary="Read one's preferences",
        description="Every kind of message that may reach the caller, channel by channel, and the quiet hours.",
        responses=PreferencesSerializer,
        examples=[examples.PREFERENCES],
    )
    @extend_schema(
        methods=["PUT"],
        summary="State all preferences",
        description="Kinds and channels that are not named return to their defaults.",
        request=PreferencesSerializer,
        responses=PreferencesSerializer,
        examples=[examples.PREFERENCES],
    )
    @extend_schema(
        methods=["PATCH"],
        summary="Change preferences",
        description="Only what is named changes.",
        request=PreferencesSerializer,
        responses=PreferencesSerializer,
        examples=[examples.SWITCH, examples.PREFERENCES],
    )
    @action(detail=False, methods=["get", "put", "patch"], pagination_class=None)
    def preferences(self, request: Request) -> Response:
        if request.method != "GET":
            given = PreferencesSerializer(data=request.data, partial=request.method == "PATCH")
            given.is_valid(raise_exception=True)
            services.set_preferences(
                request.user, by=actor(request), anew=request.method == "PUT", **given.as_arguments()
            )
        return Response(preferences_of(request.user))

    @extend_schema(
        summary="Send a test",
        description="Sends the caller a message by every channel that reaches them, now, and says what came of it.",
        request=None,
        responses=TestResultsSerializer,
        examples=[examples.TEST],
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def test(self, request: Request) -> Response:
        return Response(TestResultsSerializer({"results": services.send_test(by=actor(request))}).data)


def preferences_of(user: Any) -> dict[str, Any]:
    kinds = [
        {
            "kind": wish.kind.name,
            "label": wish.kind.label,
            "fixed": wish.kind.is_fixed,
            "channels": wish.channels,
        }
        for wish in services.preferences_of(user)
    ]
    hours = QuietHours.objects.filter(pk=user.pk).first()
    return dict(PreferencesSerializer({"quiet_hours": hours, "kinds": kinds}).data)


@extend_schema_view(
    list=extend_schema(
        summary="List the outbox",
        description="What left the house, waits or was given up; newest first, without the texts.",
        parameters=filter_parameters(OutboxFilter),
        examples=[examples.DELIVERY],
    ),
)
class OutboxViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Messages on their way out, for administrators."""

    queryset = Delivery.objects.none()
    serializer_class = DeliverySerializer
    lookup_value_regex = KEY
    policy = {
        "list": "outbox.see",
        "retrieve": "outbox.see",
        "channels": "outbox.see",
        "retry": "outbox.retry",
    }

    def get_queryset(self) -> DeliveryQuerySet:
        return Delivery.objects.for_list()

    def filter_queryset(self, queryset: Any) -> Any:
        return filtered(OutboxFilter, queryset, self.request)

    def card(self, pk: str) -> Delivery:
        return get_object_or_404(self.get_queryset().prefetch_related("tries"), pk=pk)

    @extend_schema(
        summary="Read one delivery",
        description="With every attempt and its error.",
        responses=DeliveryCardSerializer,
        examples=[examples.DELIVERY_CARD],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(DeliveryCardSerializer(self.card(pk)).data)

    @extend_schema(
        summary="Try again",
        description="Puts a failed or given-up message back into the queue for another day; otherwise 409.",
        request=None,
        responses=DeliveryCardSerializer,
        examples=[examples.DELIVERY_CARD],
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        services.retry(self.card(pk), by=actor(request))
        return Response(DeliveryCardSerializer(self.card(pk)).data)

    @extend_schema(
        summary="State of the channels",
        description="Whether each way out of the house works, since when not and why, and what waits for it.",
        responses=ChannelStateSerializer(many=True),
        examples=[examples.CHANNEL],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def channels(self, request: Request) -> Response:
        return Response(ChannelStateSerializer(channel_states(), many=True).data)
