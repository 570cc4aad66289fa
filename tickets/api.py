from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import AttachmentsMixin
from attachments.models import File
from tickets import examples, exports, services
from tickets.desk.ticket_api import DeskMixin
from tickets.filters import TicketFilter
from tickets.models import Ticket, TicketQuerySet, files_of
from tickets.serializers import (
    AssignTicketSerializer,
    GrownSerializer,
    MakeIncidentSerializer,
    MakeTaskSerializer,
    TicketCardSerializer,
    TicketPatchSerializer,
    TicketSerializer,
    TicketWriteSerializer,
    represent,
    represent_card,
)
from tickets.talking_api import TalkingMixin
from workflow.actor import actor
from workflow.api import choice_of, etag, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.idempotency import once
from workflow.models import plain_rows
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet

verb = partial(verb_schema, example=examples.TICKET, parameters=[IF_MATCH])
VERBS = ("assign", "accept", "start", "wait", "resolve", "close", "reopen", "cancel", "watch")


def growing(summary: str, description: str, request: Any, example: Any) -> Any:
    return extend_schema(
        summary=summary,
        description=description,
        parameters=[IDEMPOTENCY_KEY],
        request=request,
        responses={201: GrownSerializer},
        examples=[example, examples.GROWN],
    )


@extend_schema_view(
    accept=verb("Accept", "Takes what nobody has, or confirms what was assigned to the caller.", NoteSerializer),
    start=verb("Start", "“I am on it”.", NoteSerializer),
    wait=verb("Wait for the creator", "Promised times stand still until the creator answers.", NoteSerializer),
    resume=verb("Go on", "Ends the waiting for the creator.", NoteSerializer),
    resolve=verb("Resolve", "The work is done; the creator says whether it helped.", NoteSerializer),
    close=verb("Close", "The creator confirms that it helped, or a manager after checking.", NoteSerializer),
    reopen=verb("Reopen", "It did not help: the work goes on. Its creator may for some days only.", NoteSerializer),
    cancel=verb("Cancel", "It is needed no more.", NoteSerializer),
    watch=verb("Watch", "The caller follows it.", None),
    unwatch=verb("Stop watching", "The caller does not any more.", None),
    hide=verb("Delete", "Hides it with a reason; restorable.", ReasonSerializer),
    unhide=verb("Restore", "Brings a deleted ticket back.", NoteSerializer),
)
class TicketViewSet(AttachmentsMixin, TalkingMixin, DeskMixin, RegisteredViewSet):
    """Tickets: what employees ask the technicians for."""

    queryset = Ticket.objects.none()
    serializer_class = TicketCardSerializer
    filterset = TicketFilter
    policy = {
        "list": "ticket.see",
        "retrieve": "ticket.see",
        "create": "ticket.create",
        "partial_update": ("ticket.edit", "ticket.priority"),
        **{name: f"ticket.{name}" for name in VERBS},
        **DeskMixin.desk_policy,
        "resume": "ticket.wait",
        "unwatch": "ticket.watch",
        "make_incident": "ticket.escalate",
        "make_task": "ticket.escalate",
        "hide": "ticket.delete",
        "unhide": "ticket.undelete",
        "export": "ticket.export",
        "comments": {"GET": "ticket.see", "POST": "ticket.comment"},
        "attachments": {"GET": "ticket.see", "POST": "ticket.attach"},
        "archive": "ticket.see",
        "history": "ticket.see",
        "timeline": "ticket.see",
    }
    attach = staticmethod(services.attach)

    def get_queryset(self) -> TicketQuerySet:
        return Ticket.objects.visible_to(self.request.user).for_card()

    def archived(self, subject: Ticket) -> list[File]:
        return files_of(subject, self.request.user)

    def answer(self, subject: Ticket, code: int = status.HTTP_200_OK) -> Response:
        subject.refresh_from_db(fields=["version"])
        return Response(represent_card(subject), status=code, headers={"ETag": etag(subject.version)})

    @extend_schema(
        summary="List tickets",
        description="Those the caller may see, the newest first unless `ordering` says otherwise; deleted ones not.",
        parameters=filter_parameters(TicketFilter),
        responses=TicketSerializer(many=True),
        examples=[examples.IN_LIST],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.listed(plain_rows(Ticket).visible_to(request.user))) or []
        return self.get_paginated_response([represent(row) for row in page])

    @extend_schema(
        summary="File a ticket",
        description="In the caller's name. A category with a default assignee assigns it at once.",
        parameters=[IDEMPOTENCY_KEY],
        request=TicketWriteSerializer,
        responses={201: TicketCardSerializer},
        examples=[examples.FILE, examples.TICKET],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create, TicketWriteSerializer)

    @extend_schema(summary="Read one ticket", description="`ETag` carries the version.", examples=[examples.TICKET])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a ticket",
        description="Any of the fields, by its creator until it is resolved or a manager; the priority by a manager.",
        parameters=[IF_MATCH],
        request=TicketPatchSerializer,
        responses=TicketCardSerializer,
        examples=[examples.PATCH, examples.TICKET],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        ticket = self.get_object()
        fields = valid(TicketPatchSerializer, request, partial=True)
        services.revise(ticket, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(ticket)

    @extend_schema(
        summary="Assign",
        description="Gives it to a technician, or back to the queue. 400 for whoever does not work on tickets or left.",
        parameters=[IF_MATCH],
        request=AssignTicketSerializer,
        examples=[examples.ASSIGN, examples.TICKET],
    )
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        return self.do(services.assign, AssignTicketSerializer)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self.do(services.accept, NoteSerializer)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        return self.do(services.start, NoteSerializer)

    @action(detail=True, methods=["post"])
    def wait(self, request: Request, pk: str) -> Response:
        return self.do(services.wait, NoteSerializer)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self.do(services.resume, NoteSerializer)

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
    def cancel(self, request: Request, pk: str) -> Response:
        return self.do(services.cancel, NoteSerializer)

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

    @growing(
        "Make it an incident",
        "Reports it as an incident with its text and files; 409 when it belongs to one already.",
        MakeIncidentSerializer,
        examples.INCIDENT,
    )
    @action(detail=True, methods=["post"], url_path="make-incident")
    def make_incident(self, request: Request, pk: str) -> Response:
        return self.grow(services.make_incident, MakeIncidentSerializer)

    @growing("Make a task", "Sets a task with its text and files.", MakeTaskSerializer, examples.TASK)
    @action(detail=True, methods=["post"], url_path="make-task")
    def make_task(self, request: Request, pk: str) -> Response:
        return self.grow(services.make_task, MakeTaskSerializer)

    def grow(self, service: Any, serializer_class: Any) -> Response:
        ticket = self.get_object()

        def made() -> Response:
            grown = service(ticket, by=actor(self.request), **valid(serializer_class, self.request))
            shown = {"id": grown.pk, "number": grown.number, "title": grown.title}
            return Response(shown, status=status.HTTP_201_CREATED)

        return once(self.request, made)

    @extend_schema(
        summary="Export the filtered list",
        description="The filters of the list, without pages. Cells that a spreadsheet would run are made harmless.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(TicketFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        rows: Any = self.listed()
        return export(exports.register(rows), form, by=actor(request), filters=filters)
