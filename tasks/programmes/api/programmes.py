from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tasks.models import Programme, ProgrammeQuerySet
from tasks.programmes import examples, exports, services
from tasks.programmes.analytics import schema
from tasks.programmes.analytics.reading import Reading
from tasks.programmes.api.shared import BYTES, HARMLESS, ProgrammeNounViewSet, file_of, listing, verb
from tasks.programmes.filters import ProgrammeFilter
from tasks.programmes.serializers import (
    PlanDaySerializer,
    ProgrammeDaySerializer,
    ProgrammeSerializer,
    ProgrammeWriteSerializer,
    calendar,
)
from tasks.programmes.workbook import workbook
from workflow.actor import actor
from workflow.api import choice_of, etag, valid, wanted_version
from workflow.exports import FORMATS, export
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH
from workflow.serializers import NoteSerializer, ReasonSerializer
from workflow.services import at_version

PROGRAMME = examples.PROGRAMME


@extend_schema_view(
    start=verb("Start", "Begins today where its first day is later.", NoteSerializer, PROGRAMME),
    finish=verb("Finish", "Ends it and sends the final message, once all is reviewed.", NoteSerializer, PROGRAMME),
    cancel=verb("Cancel", "Calls it off; who takes part or asked to is told.", NoteSerializer, PROGRAMME),
    fill=verb("Fill the calendar", "Chooses an assignment for each day that has none.", None, PROGRAMME),
    hide=verb("Delete", "Hides it with a reason; restorable.", ReasonSerializer, PROGRAMME),
    unhide=verb("Restore", "Brings it back where its days are still free.", NoteSerializer, PROGRAMME),
)
class ProgrammeViewSet(ProgrammeNounViewSet):
    """Programmes: weeks in which each member gets an assignment a day."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset = ProgrammeFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline", "analytics"), "programme.see"),
        **dict.fromkeys(("book", "figures"), "programme.export"),
        **{name: f"programme.{name}" for name in ("create", "start", "finish", "cancel")},
        "partial_update": "programme.edit",
        "days": {"GET": "programme.see", "PUT": "programme.plan"},
        "fill": "programme.plan",
        "hide": "programme.delete",
        "unhide": "programme.undelete",
    }

    def get_queryset(self) -> ProgrammeQuerySet:
        return Programme.objects.visible_to(self.request.user).for_list()

    @listing("List programmes", "The latest first unless `ordering` says otherwise.", ProgrammeFilter, PROGRAMME)
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one programme", description="`ETag` carries the version.", examples=[PROGRAMME])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Set up a programme",
        description="One prepares and one runs at most, and none overlap. Its calendar is filled from the catalogue.",
        parameters=[IDEMPOTENCY_KEY],
        request=ProgrammeWriteSerializer,
        responses={201: ProgrammeSerializer},
        examples=[examples.SET_UP, PROGRAMME],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create, ProgrammeWriteSerializer)

    @extend_schema(
        summary="Change a programme",
        description="Any of the fields. Members are told of another first day, which stays once it has begun.",
        parameters=[IF_MATCH],
        request=ProgrammeWriteSerializer,
        responses=ProgrammeSerializer,
        examples=[examples.CHANGE, PROGRAMME],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        programme = self.get_object()
        fields = valid(ProgrammeWriteSerializer, request, partial=True)
        services.edit(programme, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(programme)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        return self.do(services.start, NoteSerializer)

    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        return self.do(services.finish, NoteSerializer)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.do(services.cancel, NoteSerializer)

    @action(detail=True, methods=["post"])
    def fill(self, request: Request, pk: str) -> Response:
        return self.do(services.fill_calendar)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        methods=["GET"],
        summary="Read the calendar",
        description="Every day in order, with what is due on it.",
        responses=ProgrammeDaySerializer(many=True),
        examples=[examples.DAY],
    )
    @extend_schema(
        methods=["PUT"],
        summary="Choose the assignment of a day",
        description="Of a day to come; repeating it changes nothing. Answers with the calendar.",
        parameters=[IF_MATCH],
        request=PlanDaySerializer,
        responses=ProgrammeDaySerializer(many=True),
        examples=[examples.PLAN_DAY, examples.DAY],
    )
    @action(detail=True, methods=["get", "put"], pagination_class=None)
    def days(self, request: Request, pk: str) -> Response:
        programme = self.get_object()
        if request.method == "PUT":
            chosen = valid(PlanDaySerializer, request)
            at_version(programme, wanted_version(request), services.plan_day, by=actor(request), **chosen)
        return Response(calendar(programme), headers={"ETag": etag(programme.version)})

    @extend_schema(
        summary="Read what came of it",
        description="Figures of its reports: in all, by assignment, by day and by member. `null` is what is undefined.",
        responses=schema.ProgrammeRecordSerializer,
        examples=[schema.RECORD],
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def analytics(self, request: Request, pk: str) -> Response:
        return Response(schema.record(Reading(self.get_object())))

    @file_of("Export what came of it", "The same figures as one table.", [])
    @action(detail=True, methods=["get"], url_path="analytics/export", pagination_class=None)
    def figures(self, request: Request, pk: str) -> HttpResponseBase:
        programme, form = self.get_object(), choice_of(request, "format", FORMATS)
        register = exports.analytics(Reading(programme))
        return export(register, form, by=actor(request), filters={"programme": programme.title})

    @extend_schema(
        summary="Export everything about it",
        description=f"An XLSX workbook: the programme, assignments, days, members and reports. {HARMLESS}",
        responses=BYTES,
        examples=[],
    )
    @action(detail=True, methods=["get"], url_path="export", pagination_class=None)
    def book(self, request: Request, pk: str) -> HttpResponseBase:
        programme = self.get_object()
        sheets = exports.sheets(Reading(programme))
        return workbook("programme", sheets, by=actor(request), filters={"programme": programme.title})
