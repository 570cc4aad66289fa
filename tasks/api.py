from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from attachments.api import AttachmentsMixin
from tasks import examples, exports, services
from tasks.filters import TaskFilter
from tasks.models import Task, TaskQuerySet
from tasks.serializers import (
    AskSerializer,
    CheckSerializer,
    DecideSerializer,
    TaskCardSerializer,
    TaskCommentSerializer,
    TaskPatchSerializer,
    TaskReasonSerializer,
    TaskSerializer,
    TaskWriteSerializer,
    represent,
    represent_card,
)
from workflow.actor import actor
from workflow.api import choice_of, timeline_page, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.models import plain_rows
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.viewsets import RegisteredViewSet

verb = partial(verb_schema, example=examples.TASK, parameters=[IF_MATCH])
VERBS = ("start", "done", "accept", "return", "cancel", "ask_deadline", "decide_deadline", "check", "watch")


def listing(summary: str, description: str) -> Any:
    """Describe a list of tasks: its filters, and that it is ordered by deadline."""
    return extend_schema(
        summary=summary,
        description=f"{description} By deadline unless `ordering` says otherwise. Deleted tasks are left out.",
        parameters=filter_parameters(TaskFilter),
        responses=TaskSerializer(many=True),
        examples=[examples.IN_LIST],
    )


@extend_schema_view(
    start=verb("Start", "“I am on it”.", NoteSerializer),
    report_done=verb("Report done", "Hands the work in; a task set to oneself is accepted with it.", NoteSerializer),
    accept=verb("Accept", "Confirms that the promise is kept.", NoteSerializer),
    give_back=verb("Return", "Gives reported work back, for a reason.", TaskReasonSerializer),
    cancel=verb("Cancel", "Gives the promise up; a repeated one is not repeated any more.", NoteSerializer),
    watch=verb("Watch", "The caller keeps an eye on it.", None),
    unwatch=verb("Stop watching", "The caller does not any more.", None),
    hide=verb("Delete", "Hides it with a reason; restorable.", TaskReasonSerializer),
    unhide=verb("Restore", "Brings a deleted task back.", NoteSerializer),
)
class TaskViewSet(AttachmentsMixin, RegisteredViewSet):
    """Tasks: who promised what to whom by when."""

    queryset = Task.objects.none()
    serializer_class = TaskCardSerializer
    filterset = TaskFilter
    policy = {
        **dict.fromkeys(
            ["list", "retrieve", "ordered", "todo", "to_accept", "awaiting", "overdue", "opened"], "task.see"
        ),
        "create": "task.create",
        "partial_update": "task.edit",
        **{name: f"task.{name}" for name in VERBS},
        "report_done": "task.done",
        "give_back": "task.return",
        "unwatch": "task.watch",
        "hide": "task.delete",
        "unhide": "task.undelete",
        "export": "task.export",
        "comments": {"GET": "task.see", "POST": "task.comment"},
        "attachments": {"GET": "task.see", "POST": "task.attach"},
        "archive": "task.see",
        "timeline": "task.see",
    }
    attach = staticmethod(services.attach)

    def get_queryset(self) -> TaskQuerySet:
        return Task.objects.visible_to(self.request.user).by_deadline().for_card()

    def represent(self, subjects: Iterable[Any]) -> list[dict[str, Any]]:
        return [represent(one) if isinstance(one, dict) else represent_card(one) for one in subjects]

    def fresh(self, subject: Task) -> Task:
        return subject

    @property
    def seen(self) -> TaskQuerySet:
        return plain_rows(Task).visible_to(self.request.user).by_deadline()

    def one_list(self, rows: TaskQuerySet) -> Response:
        """Answer a page of some of the visible tasks, narrowed by the filters; the nearest deadline first."""
        return self.page_of(self.listed(rows))

    @listing("List tasks", "Those the caller set, does or watches; managers, administrators and auditors see all.")
    def list(self, request: Request) -> Response:
        return self.one_list(self.seen)

    @listing("List what I ordered", "Set by the caller to somebody else, not reported done yet.")
    @action(detail=False, methods=["get"])
    def ordered(self, request: Request) -> Response:
        return self.one_list(self.seen.ordered_by(request.user))

    @listing("List what I have to do", "The caller's open work; a task set to oneself stands only here.")
    @action(detail=False, methods=["get"])
    def todo(self, request: Request) -> Response:
        return self.one_list(self.seen.to_do_for(request.user))

    @listing("List what I have to accept", "Reported done by somebody else to the caller.")
    @action(detail=False, methods=["get"], url_path="to-accept")
    def to_accept(self, request: Request) -> Response:
        return self.one_list(self.seen.to_accept_by(request.user))

    @listing("List what waits for acceptance", "Reported done by the caller to somebody else.")
    @action(detail=False, methods=["get"])
    def awaiting(self, request: Request) -> Response:
        return self.one_list(self.seen.awaiting_for(request.user))

    @listing("List what is overdue", "Of all visible tasks those past the deadline and not reported done.")
    @action(detail=False, methods=["get"])
    def overdue(self, request: Request) -> Response:
        return self.one_list(self.seen.overdue())

    @listing("List what is open", "Of all visible tasks those neither accepted nor cancelled.")
    @action(detail=False, methods=["get"])
    def opened(self, request: Request) -> Response:
        return self.one_list(self.seen.opened())

    @extend_schema(
        summary="Set a task",
        description="Sets a task in the caller's name. What the server sets is ignored when sent.",
        parameters=[IDEMPOTENCY_KEY],
        request=TaskWriteSerializer,
        responses={201: TaskCardSerializer},
        examples=[examples.SET, examples.TASK],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create, TaskWriteSerializer)

    @extend_schema(summary="Read one task", description="`ETag` carries the version.", examples=[examples.TASK])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a task",
        description="Any of the fields, by its author. Watchers and steps are replaced as a whole.",
        parameters=[IF_MATCH],
        request=TaskPatchSerializer,
        responses=TaskCardSerializer,
        examples=[examples.PATCH, examples.TASK],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        task = self.get_object()
        fields = valid(TaskPatchSerializer, request, partial=True)
        services.edit(task, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(task)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        return self.do(services.start, NoteSerializer)

    @action(detail=True, methods=["post"], url_path="done")
    def report_done(self, request: Request, pk: str) -> Response:
        return self.do(services.report_done, NoteSerializer)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self.do(services.accept, NoteSerializer)

    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, pk: str) -> Response:
        return self.do(services.give_back, TaskReasonSerializer)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self.do(services.cancel, NoteSerializer)

    @extend_schema(
        summary="Ask for a later deadline",
        description="The author decides. Asking again replaces what was asked; 409 once the work is reported done.",
        parameters=[IF_MATCH],
        request=AskSerializer,
        examples=[examples.ASK, examples.TASK],
    )
    @action(detail=True, methods=["post"], url_path="ask-deadline")
    def ask_deadline(self, request: Request, pk: str) -> Response:
        return self.do(services.ask_deadline, AskSerializer)

    @extend_schema(
        summary="Decide about a later deadline",
        description="Grants or refuses what the executor asked; 409 when nothing is asked.",
        parameters=[IF_MATCH],
        request=DecideSerializer,
        examples=[examples.DECIDE, examples.TASK],
    )
    @action(detail=True, methods=["post"], url_path="decide-deadline")
    def decide_deadline(self, request: Request, pk: str) -> Response:
        return self.do(services.decide_deadline, DecideSerializer)

    @extend_schema(
        summary="Tick off a step",
        description="Ticks a step of the checklist, or takes the tick away; 409 once the work is reported done.",
        parameters=[IF_MATCH],
        request=CheckSerializer,
        examples=[examples.CHECK, examples.TASK],
    )
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        return self.do(services.check, CheckSerializer)

    @action(detail=True, methods=["post"])
    def watch(self, request: Request, pk: str) -> Response:
        return self.do(services.watch)

    @action(detail=True, methods=["post"])
    def unwatch(self, request: Request, pk: str) -> Response:
        return self.do(services.unwatch)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, TaskReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        methods=["GET"],
        summary="Read the comments",
        description="Oldest first.",
        responses=TaskCommentSerializer(many=True),
        examples=[examples.COMMENT],
    )
    @extend_schema(
        methods=["POST"],
        summary="Comment",
        description="Adds a comment; the timeline shows it too.",
        parameters=[IDEMPOTENCY_KEY],
        request=TaskCommentSerializer,
        responses={201: TaskCommentSerializer},
        examples=[examples.COMMENT_TEXT, examples.COMMENT],
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request: Request, pk: str) -> Response:
        return self.conversation(services.comment, TaskCommentSerializer)

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
            *filter_parameters(TaskFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.listed()), form, by=actor(request), filters=filters)
