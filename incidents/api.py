from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.policy import allows
from attachments.api import AttachmentsMixin
from incidents import examples, exports, services
from incidents.filters import IncidentFilter
from incidents.models import Incident, IncidentQuerySet
from incidents.serializers import (
    AssignSerializer,
    CommentSerializer,
    IncidentCreateSerializer,
    IncidentPatchSerializer,
    IncidentSerializer,
    SnoozeSerializer,
    StatusSerializer,
    represent,
    row_of,
)
from workflow.actor import actor
from workflow.api import choice_of, etag, timeline_page, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.models import plain_rows
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet

verb = partial(verb_schema, example=examples.INCIDENT, parameters=[IF_MATCH])


@extend_schema_view(
    take=verb("Take", "“I am on it”: sets the assignee and `in_progress`.", NoteSerializer),
    release=verb("Release", "Gives it back: `open`, without an assignee.", NoteSerializer),
    resolve=verb("Resolve", "Marks the repair done.", NoteSerializer),
    close=verb("Close", "Confirms that nothing is left to do.", NoteSerializer),
    reopen=verb("Reopen", "Takes a finished incident up again.", NoteSerializer),
    assign=verb("Assign", "Hands it to a responder.", AssignSerializer),
    snooze=verb("Snooze", "Keeps quiet until a moment, for a reason.", SnoozeSerializer),
    watch=verb("Watch", "“Me too”: the caller is told what happens.", None),
    unwatch=verb("Stop watching", "The caller is told no more.", None),
    hide=verb("Delete", "Hides it with a reason; restorable.", ReasonSerializer),
    unhide=verb("Restore", "Brings a deleted incident back.", NoteSerializer),
)
class IncidentViewSet(AttachmentsMixin, RegisteredViewSet):
    """Incidents: what is broken, who is on it."""

    queryset = Incident.objects.none()
    serializer_class = IncidentSerializer
    filterset = IncidentFilter
    policy = {
        "list": "incident.see",
        "retrieve": "incident.see",
        "create": "incident.create",
        "partial_update": (
            "incident.edit",
            "incident.severity",
            "incident.assign",
            "incident.close",
            "incident.reopen",
        ),
        "set_status": ("incident.resolve", "incident.close", "incident.reopen"),
        **{verb: f"incident.{verb}" for verb in ("take", "release", "resolve", "close", "reopen", "assign", "snooze")},
        "hide": "incident.delete",
        "unhide": "incident.undelete",
        "export": "incident.export",
        "watch": "incident.watch",
        "unwatch": "incident.watch",
        "comments": {"GET": "incident.see", "POST": "incident.comment"},
        "attachments": {"GET": "incident.see", "POST": "incident.attach"},
        "archive": "incident.see",
        "timeline": "incident.see",
    }
    attach = staticmethod(services.attach)

    def get_queryset(self) -> IncidentQuerySet:
        return Incident.objects.visible_to(self.request.user).select_related("reporter", "assignee")

    def represent(self, subjects: Iterable[Any]) -> list[dict[str, Any]]:
        return [represent(row if isinstance(row, dict) else row_of(row)) for row in subjects]

    def fresh(self, subject: Incident) -> Incident:
        return subject

    def revise(self, serializer_class: type[Serializer], *, partial: bool) -> Response:
        """Like `do`, where each field of the body asks for a verb of its own."""
        incident, by = self.get_object(), actor(self.request)
        sent = self.request.data
        services.require_revision(incident, by=by, wanted=sent if isinstance(sent, dict) else {})
        fields = valid(serializer_class, self.request, partial=partial)
        services.revise(incident, by=by, version=wanted_version(self.request), **fields)
        return self.answer(incident)

    @extend_schema(
        summary="List incidents",
        description="Newest first unless `ordering` says otherwise. Deleted incidents are left out.",
        parameters=filter_parameters(IncidentFilter),
        examples=[examples.INCIDENT],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed(plain_rows(Incident).visible_to(request.user)))

    @extend_schema(
        summary="Report an incident",
        description="Opens an incident in the caller's name. What the server sets is ignored when sent.",
        parameters=[IDEMPOTENCY_KEY],
        request=IncidentCreateSerializer,
        responses={201: IncidentSerializer},
        examples=[examples.REPORT, examples.INCIDENT],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.report, IncidentCreateSerializer)

    @extend_schema(
        summary="Read one incident",
        description="`ETag` carries the version; with `If-None-Match` an unchanged incident answers 304.",
        examples=[examples.INCIDENT],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        row: Any = get_object_or_404(plain_rows(Incident).visible_to(request.user), pk=pk)
        tag = etag(row["version"])
        known = {text.removeprefix("W/") for text in parse_etags(request.headers.get("If-None-Match", ""))}
        if known & {tag, "*"}:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(represent(row), headers={"ETag": tag})

    @extend_schema(
        summary="Change an incident",
        description="Any of the fields; each obeys its own permission. A `status` does the verb that leads there.",
        parameters=[IF_MATCH],
        request=IncidentPatchSerializer,
        responses=IncidentSerializer,
        examples=[examples.PATCH, examples.INCIDENT],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        return self.revise(IncidentPatchSerializer, partial=True)

    @extend_schema(
        summary="Change the status",
        description="Does the verb that leads to the wanted status: take, release, resolve, close or reopen.",
        parameters=[IF_MATCH],
        request=StatusSerializer,
        responses=IncidentSerializer,
        examples=[examples.STATUS, examples.INCIDENT],
    )
    @action(detail=True, methods=["patch"], url_path="status")
    def set_status(self, request: Request, pk: str) -> Response:
        return self.revise(StatusSerializer, partial=False)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        return self.do(services.take, NoteSerializer)

    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        return self.do(services.release, NoteSerializer)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        return self.do(services.resolve, NoteSerializer)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.do(services.close, NoteSerializer)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self.do(services.reopen, NoteSerializer)

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        return self.do(services.assign, AssignSerializer)

    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, pk: str) -> Response:
        return self.do(services.snooze, SnoozeSerializer)

    @action(detail=True, methods=["post"])
    def watch(self, request: Request, pk: str) -> Response:
        return self.do(services.watch)

    @action(detail=True, methods=["post"])
    def unwatch(self, request: Request, pk: str) -> Response:
        return self.do(services.unwatch)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        methods=["GET"],
        summary="Read the comments",
        description="Oldest first.",
        responses=CommentSerializer(many=True),
        examples=[examples.COMMENT],
    )
    @extend_schema(
        methods=["POST"],
        summary="Comment",
        description="Adds a comment; the timeline shows it too.",
        parameters=[IDEMPOTENCY_KEY],
        request=CommentSerializer,
        responses={201: CommentSerializer},
        examples=[examples.COMMENT_TEXT, examples.COMMENT],
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request: Request, pk: str) -> Response:
        return self.conversation(services.comment, CommentSerializer)

    @extend_schema(
        summary="Read the timeline",
        description="Every change by whatever door, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))

    @extend_schema(
        summary="Export the filtered list",
        description="The filters of the list, without pages. Cells that a spreadsheet would run are made harmless.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(IncidentFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.listed()), form, by=actor(request), filters=filters)
