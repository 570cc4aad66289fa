from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from attachments.api import AttachmentsMixin
from suspensions import examples, exports, services
from suspensions.filters import SuspensionFilter
from suspensions.models import Suspension, SuspensionQuerySet
from suspensions.rows import row_of
from suspensions.serializers.cases import (
    CloseSerializer,
    PlanSerializer,
    RegulateSerializer,
    ReopenSerializer,
    RestoreSerializer,
    SuspensionCommentSerializer,
    SuspensionCreateSerializer,
    SuspensionPatchSerializer,
    SuspensionSerializer,
    represent_all,
)
from workflow.actor import actor
from workflow.api import choice_of, timeline_page, valid, wanted_version
from workflow.exports import PAPER_FORMATS, export, filters_of
from workflow.idempotency import once
from workflow.models import plain_rows
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet

verb = partial(verb_schema, example=examples.CASE, parameters=[IF_MATCH])
VERBS = ("restore", "investigate", "close", "reopen", "plan", "call_off", "regulate", "confirm")


@extend_schema_view(
    restore=verb("Mark restored", "The process runs again since `finish`, or now.", RestoreSerializer),
    investigate=verb("Investigate", "The cause is being looked for.", NoteSerializer),
    close=verb("Close", "Nothing is left to find out: measures and root cause are written down.", CloseSerializer),
    reopen=verb("Reopen", "It is down after all: the finish is gone.", ReopenSerializer),
    plan=verb("Classify as planned or not", "Afterwards, for a reason.", PlanSerializer),
    call_off=verb("Call off", "Planned work does not take place: it leaves every figure.", ReasonSerializer),
    regulate=verb("Tell about the regulator", "Whether, why and by when the regulator must hear.", RegulateSerializer),
    confirm=verb("Take a draft into the journal", "An imported draft gets its number.", NoteSerializer),
    hide=verb("Delete", "Hides it with a reason; restorable.", ReasonSerializer),
    unhide=verb("Bring back", "Brings a deleted case back.", NoteSerializer),
)
class SuspensionViewSet(AttachmentsMixin, RegisteredViewSet):
    """Downtime cases: which process was down, from when to when, why."""

    queryset = Suspension.objects.none()
    serializer_class = SuspensionSerializer
    filterset = SuspensionFilter
    policy = {
        "list": "suspension.see",
        "my": "suspension.see",
        "retrieve": "suspension.see",
        "create": "suspension.create",
        "partial_update": ("suspension.edit", "suspension.plan", "suspension.regulate", "suspension.reopen"),
        **{name: f"suspension.{name}" for name in VERBS},
        "hide": "suspension.delete",
        "unhide": "suspension.undelete",
        "export": "suspension.export",
        "comments": {"GET": "suspension.see", "POST": "suspension.comment"},
        "attachments": {"GET": "suspension.see", "POST": "suspension.attach"},
        "archive": "suspension.see",
        "timeline": "suspension.see",
    }
    attach = staticmethod(services.attach)

    def get_queryset(self) -> SuspensionQuerySet:
        return Suspension.objects.visible_to(self.request.user).select_related("process", "risk_source", "author")

    def represent(self, subjects: Iterable[Any]) -> list[dict[str, Any]]:
        return represent_all(row if isinstance(row, dict) else row_of(row) for row in subjects)

    @extend_schema(
        summary="List downtime cases",
        description="The latest start first unless `ordering` says otherwise. Drafts only with `status=draft`.",
        parameters=filter_parameters(SuspensionFilter),
        examples=[examples.CASE],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed(plain_rows(Suspension).visible_to(request.user)))

    @extend_schema(
        summary="List my downtime cases",
        description="Those that the caller recorded.",
        parameters=filter_parameters(SuspensionFilter),
        examples=[examples.CASE],
        responses=SuspensionSerializer(many=True),
    )
    @action(detail=False, methods=["get"])
    def my(self, request: Request) -> Response:
        return self.page_of(self.listed(plain_rows(Suspension).visible_to(request.user).filter(author=request.user)))

    @extend_schema(
        summary="Record downtime",
        description="Without `finish` the case is running (`registered`), with one it is `restored`.",
        parameters=[IDEMPOTENCY_KEY],
        request=SuspensionCreateSerializer,
        responses={201: SuspensionSerializer},
        examples=[examples.RECORD, examples.CASE],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.register, SuspensionCreateSerializer)

    @extend_schema(summary="Read one case", description="`ETag` carries the version.", examples=[examples.CASE])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Correct a case",
        description=(
            "Any of the fields; each obeys its own permission. A `finish` marks a running case restored, null reopens "
            "it. The timeline keeps the old values."
        ),
        parameters=[IF_MATCH],
        request=SuspensionPatchSerializer,
        responses=SuspensionSerializer,
        examples=[examples.PATCH, examples.CASE],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        case, by = self.get_object(), actor(request)
        sent = request.data if isinstance(request.data, dict) else {}
        services.require_revision(case, by=by, wanted=sent)
        fields = valid(SuspensionPatchSerializer, request, partial=True)
        services.revise(case, by=by, version=wanted_version(request), **fields)
        return self.answer(case)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        return self.do(services.restore, RestoreSerializer)

    @action(detail=True, methods=["post"])
    def investigate(self, request: Request, pk: str) -> Response:
        return self.do(services.investigate, NoteSerializer)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self.do(services.close, CloseSerializer)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self.do(services.reopen, ReopenSerializer)

    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        return self.do(services.plan, PlanSerializer)

    @action(detail=True, methods=["post"], url_path="call-off")
    def call_off(self, request: Request, pk: str) -> Response:
        return self.do(services.call_off, ReasonSerializer)

    @action(detail=True, methods=["post"])
    def regulate(self, request: Request, pk: str) -> Response:
        return self.do(services.regulate, RegulateSerializer)

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self.do(services.confirm, NoteSerializer)

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
        responses=SuspensionCommentSerializer(many=True),
        examples=[examples.COMMENT],
    )
    @extend_schema(
        methods=["POST"],
        summary="Comment",
        description="Adds a comment; the timeline shows it too.",
        parameters=[IDEMPOTENCY_KEY],
        request=SuspensionCommentSerializer,
        responses={201: SuspensionCommentSerializer},
        examples=[examples.COMMENT_TEXT, examples.COMMENT],
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request: Request, pk: str) -> Response:
        case = self.get_object()
        if request.method == "POST":
            return once(request, lambda: self.say(case))
        said = self.paginate_queryset(case.comments.select_related("author"))
        return self.get_paginated_response(SuspensionCommentSerializer(said, many=True).data)

    def say(self, case: Suspension) -> Response:
        said = services.comment(case, by=actor(self.request), **valid(SuspensionCommentSerializer, self.request))
        return Response(SuspensionCommentSerializer(said).data, status=status.HTTP_201_CREATED)

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
            OpenApiParameter("format", str, enum=PAPER_FORMATS, default="csv", description="File format."),
            *filter_parameters(SuspensionFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", PAPER_FORMATS), filters_of(request.query_params)
        rows: Any = self.listed()
        return export(exports.register(rows), form, by=actor(request), filters=filters)
