"""What is said about a ticket, and its history, over the API."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from attachments import services as attachments
from attachments.api import NOT_KEPT
from attachments.models import File
from attachments.uploads import UploadParser
from tickets import examples, history, services
from tickets.models import Ticket, TicketComment
from tickets.serializers import (
    HistoryLineSerializer,
    TicketCommentFormSerializer,
    TicketCommentSerializer,
    TicketCommentWriteSerializer,
    represent_comment,
    represent_line,
)
from workflow.actor import actor
from workflow.api import timeline_page, valid
from workflow.idempotency import once
from workflow.parsers import BoundedJSONParser
from workflow.schema import IDEMPOTENCY_KEY
from workflow.serializers import EventSerializer


class TalkingMixin:
    """`…/{id}/comments/`, `history/` and `timeline/`: each reader gets what they may read."""

    get_object: Callable[[], Any]
    paginate_queryset: Callable[[Any], Any]
    get_paginated_response: Callable[[Any], Response]
    request: Request

    @extend_schema(
        methods=["GET"],
        summary="Read the comments",
        description="Oldest first. Internal ones are there only for those who may read them.",
        responses=TicketCommentSerializer(many=True),
        examples=[examples.COMMENT],
    )
    @extend_schema(
        methods=["POST"],
        summary="Comment",
        description="Public unless `internal`; with files as multipart/form-data, each a part called `file`. "
        "A public word of the creator ends the waiting for it. With `resolve` it resolves the ticket too: both or "
        "neither, and one notice for the two.",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": TicketCommentWriteSerializer, "multipart/form-data": TicketCommentFormSerializer},
        responses={201: TicketCommentSerializer, **NOT_KEPT},
        examples=[examples.COMMENT_TEXT, examples.COMMENT],
    )
    @action(detail=True, methods=["get", "post"], parser_classes=[BoundedJSONParser, UploadParser])
    def comments(self, request: Request, pk: str) -> Response:
        ticket = self.get_object()
        if request.method == "POST":
            with attachments.received(request.FILES.getlist("file")) as files:
                return once(request, lambda: self.say(ticket, files))
        said = TicketComment.objects.filter(ticket=ticket).readable_by(request.user).for_list()
        return self.get_paginated_response([represent_comment(one) for one in self.paginate_queryset(said)])

    def say(self, ticket: Ticket, files: list[File]) -> Response:
        fields = valid(TicketCommentWriteSerializer, self.request)
        resolves = fields.pop("resolve")
        if resolves:
            said = services.answer(ticket, by=actor(self.request), files=files, text=fields["text"])
        else:
            said = services.comment(ticket, by=actor(self.request), files=files, **fields)
        return Response(represent_comment(said), status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Read the history",
        description="One stream of comments, files and changes, creation first; what was said on merged ones too.",
        responses=HistoryLineSerializer(many=True),
        examples=[examples.LINE],
    )
    @action(detail=True, methods=["get"])
    def history(self, request: Request, pk: str) -> Response:
        events = self.paginate_queryset(history.of(self.get_object(), request.user))
        return self.get_paginated_response([represent_line(event) for event in events])

    @extend_schema(
        summary="Read the timeline",
        description="Every change by whatever door, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))
