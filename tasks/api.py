from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

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
from workflow.api import KEY, choice_of, etag, filtered, timeline_page, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.services import at_version

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
class TaskViewSet(AttachmentsMixin, viewsets.GenericViewSet):
    """Tasks: who promised what to whom by when."""

    queryset = Task.objects.none()
    serializer_class = TaskCardSerializer
    lookup_value_regex = KEY
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
        return Task.objects.visible_to(self.request.user)

    def get_object(self) -> Task:
        task = get_object_or_404(self.get_queryset().for_card(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, task)
        return task

    def listed(self, rows: TaskQuerySet | None = None) -> TaskQuerySet:
        """Narrow what is visible, or part of it, by the filters; the nearest deadline first."""
        rows = self.get_queryset().present() if rows is None else rows
        return filtered(TaskFilter, rows.by_deadline(), self.request)

    def page_of(self, rows: TaskQuerySet | None = None) -> Response:
        page = self.paginate_queryset(self.listed(rows).rows()) or []
        return self.get_paginated_response([represent(row) for row in page])

    def answer(self, task: Task, code: int = status.HTTP_200_OK) -> Response:
        return Response(represent_card(task), status=code, headers={"ETag": etag(task.version)})

    def do(self, verb: Callable[..., Any], serializer_class: type[Serializer] | None = None) -> Response:
        """Find, check the role, read the body, do the verb, answer with the object: refusals come in this order."""
        task = self.get_object()
        payload = valid(serializer_class, self.request) if serializer_class else {}
        at_version(task, wanted_version(self.request), verb, by=actor(self.request), **payload)
        return self.answer(task)

    @listing("List tasks", "Those the caller set, does or watches; managers, administrators and auditors see all.")
    def list(self, request: Request) -> Response:
        return self.page_of()

    @listing("List what I ordered", "Set by the caller to somebody else, not reported done yet.")
    @action(detail=False, methods=["get"])
    def ordered(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().ordered_by(request.user))

    @listing("List what I have to do", "The caller's open work; a task set to oneself stands only here.")
    @action(detail=False, methods=["get"])
    def todo(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().to_do_for(request.user))

    @listing("List what I have to accept", "Reported done by somebody else to the caller.")
    @action(detail=False, methods=["get"], url_path="to-accept")
    def to_accept(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().to_accept_by(request.user))

    @listing("List what waits for acceptance", "Reported done by the caller to somebody else.")
    @action(detail=False, methods=["get"])
    def awaiting(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().awaiting_for(request.user))

    @listing("List what is overdue", "Of all visible tasks those past the deadline and not reported done.")
    @action(detail=False, methods=["get"])
    def overdue(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().overdue())

    @listing("List what is open", "Of all visible tasks those neither accepted nor cancelled.")
    @action(detail=False, methods=["get"])
    def opened(self, request: Request) -> Response:
        return self.page_of(self.get_queryset().present().opened())

    @extend_schema(
        summary="Set a task",
        description="Sets a task in the caller's name. What the server sets is ignored when sent.",
        parameters=[IDEMPOTENCY_KEY],
        request=TaskWriteSerializer,
        responses={201: TaskCardSerializer},
        examples=[examples.SET, examples.TASK],
    )
    def create(self, request: Request) -> Response:
        return once(request, self.set)

    def set(self) -> Response:
        task = services.create(by=actor(self.request), **valid(TaskWriteSerializer, self.request))
        response = self.answer(task, status.HTTP_201_CREATED)
        response["Location"] = f"{self.request.path.rstrip('/')}/{task.pk}/"
        return response

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
        task = self.get_object()
        if request.method == "POST":
            return once(request, lambda: self.say(task))
        said = self.paginate_queryset(task.comments.select_related("author"))
        return self.get_paginated_response(TaskCommentSerializer(said, many=True).data)

    def say(self, task: Task) -> Response:
        said = services.comment(task, by=actor(self.request), **valid(TaskCommentSerializer, self.request))
        return Response(TaskCommentSerializer(said).data, status=status.HTTP_201_CREATED)

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
