from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.serializers import ReasonSerializer
from monitoring.heartbeats import examples, exports, services
from monitoring.heartbeats.addresses import ping_url
from monitoring.heartbeats.filters import HeartbeatFilter
from monitoring.heartbeats.serializers import (
    HeartbeatIssuedSerializer,
    HeartbeatPatchSerializer,
    HeartbeatSerializer,
    HeartbeatWriteSerializer,
    PingSerializer,
)
from monitoring.models import Heartbeat, HeartbeatQuerySet
from workflow.actor import actor
from workflow.api import choice_of, etag, timeline_page, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.schema import IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.services import at_version
from workflow.viewsets import RegisteredViewSet


def verb(summary: str, description: str, request: Any) -> Any:
    return verb_schema(summary, description, request, examples.HEARTBEAT, [IF_MATCH])


@extend_schema_view(
    hide=verb("Delete", "Expects it no more, for a reason; restorable. Its pings stay.", ReasonSerializer),
    unhide=verb("Restore", "Expects a deleted one again, at the address it had.", NoteSerializer),
)
class HeartbeatViewSet(RegisteredViewSet):
    """Heartbeats: jobs of others that are expected to say when they were done."""

    queryset = Heartbeat.objects.none()
    serializer_class = HeartbeatSerializer
    filterset = HeartbeatFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "pings", "timeline"), "heartbeat.see"),
        "export": "heartbeat.export",
        "create": "heartbeat.create",
        **dict.fromkeys(("partial_update", "rotate"), "heartbeat.edit"),
        "hide": "heartbeat.delete",
        "unhide": "heartbeat.undelete",
    }

    def get_queryset(self) -> HeartbeatQuerySet:
        return Heartbeat.objects.visible_to(self.request.user)

    def issued(self, issued: services.Issued, code: int = status.HTTP_200_OK) -> Response:
        context = {"token": issued.token, "url": ping_url(self.request, issued.token)}
        data = HeartbeatIssuedSerializer(issued.heartbeat, context=context).data
        return Response(data, status=code, headers={"ETag": etag(issued.heartbeat.version)})

    @extend_schema(
        summary="List heartbeats",
        description="By name unless `ordering` says otherwise. Deleted ones are left out.",
        parameters=filter_parameters(HeartbeatFilter),
        examples=[examples.HEARTBEAT],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed().for_list())

    @extend_schema(
        summary="Read one heartbeat", description="Its plan and how it stands.", examples=[examples.HEARTBEAT]
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Make a heartbeat",
        description="The answer carries the address to ping, once. It is never repeated: there is no Idempotency-Key.",
        request=HeartbeatWriteSerializer,
        responses={201: HeartbeatIssuedSerializer},
        examples=[examples.CREATE, examples.ISSUED],
    )
    def create(self, request: Request) -> Response:
        issued = services.create(by=actor(request), **valid(HeartbeatWriteSerializer, request))
        response = self.issued(issued, status.HTTP_201_CREATED)
        response["Location"] = f"{request.path.rstrip('/')}/{issued.heartbeat.pk}/"
        return response

    @extend_schema(
        summary="Change a heartbeat",
        description="Any of the fields; a changed plan counts from now on.",
        parameters=[IF_MATCH],
        request=HeartbeatPatchSerializer,
        responses=HeartbeatSerializer,
        examples=[examples.PATCH, examples.HEARTBEAT],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        heartbeat = self.get_object()
        fields = valid(HeartbeatPatchSerializer, request, partial=True)
        services.edit(heartbeat, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(heartbeat)

    @extend_schema(
        summary="Give a new address",
        description="The old one is worthless at once; the answer carries the new one, once.",
        parameters=[IF_MATCH],
        request=NoteSerializer,
        responses=HeartbeatIssuedSerializer,
        examples=[examples.ROTATE, examples.ISSUED],
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        heartbeat, payload = self.get_object(), valid(NoteSerializer, request)
        return self.issued(
            at_version(heartbeat, wanted_version(request), services.rotate, by=actor(request), **payload)
        )

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        summary="Read its pings",
        description="Newest first, 90 days of them.",
        responses=PingSerializer(many=True),
        examples=[examples.PING],
    )
    @action(detail=True, methods=["get"])
    def pings(self, request: Request, pk: str) -> Response:
        rows = self.paginate_queryset(self.get_object().pings.all())
        return self.get_paginated_response(PingSerializer(rows, many=True).data)

    @extend_schema(
        summary="Read the timeline",
        description="Every change and every lapse, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)

    @extend_schema(
        summary="Export the filtered heartbeats",
        description="The filters of the list, without pages. Cells that a spreadsheet would run are made harmless.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(HeartbeatFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.listed()), form, by=actor(request), filters=filters)
