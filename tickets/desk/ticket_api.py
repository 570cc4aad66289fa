"""What the desk does with one ticket over the API: merge it, rate it, find its duplicates, fill in canned replies."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tickets import examples
from tickets.desk import examples as own
from tickets.desk.merging import merge
from tickets.desk.rating import rate
from tickets.desk.replies import offered
from tickets.desk.serializers import (
    DuplicateSerializer,
    FilledReplySerializer,
    MergeSerializer,
    RateSerializer,
)
from tickets.models import Ticket
from workflow.schema import IF_MATCH

MOST_DUPLICATES = 5


class DeskMixin:
    """Actions of the desk on one ticket, for the viewset of tickets."""

    desk_policy = {
        "merge": "ticket.merge",
        "rate": "ticket.rate",
        "duplicates": "ticket.merge",
        "canned_replies": "canned_reply.see",
    }
    get_object: Any
    do: Any

    @extend_schema(
        summary="Merge",
        description=(
            "Makes it a duplicate of another ticket: comments, files and watchers move there once, and its answer "
            "names the other one in `merged_into`. 409 for itself, a deleted or merged one, or one that is over."
        ),
        parameters=[IF_MATCH],
        request=MergeSerializer,
        examples=[own.MERGE, examples.TICKET],
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        return self.do(merge, MergeSerializer)

    @extend_schema(
        summary="Rate",
        description="The creator says how content they are, 1 to 5; a resolved ticket is closed by it. 409 before.",
        parameters=[IF_MATCH],
        request=RateSerializer,
        examples=[own.RATE, examples.TICKET],
    )
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str) -> Response:
        return self.do(rate, RateSerializer)

    @extend_schema(
        summary="Find likely duplicates",
        description="Open tickets whose title shares words with this one, the likeliest first.",
        responses=DuplicateSerializer(many=True),
        examples=[own.DUPLICATE],
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def duplicates(self, request: Request, pk: str) -> Response:
        ticket: Ticket = self.get_object()
        found = Ticket.objects.visible_to(request.user).like(ticket).for_list()[:MOST_DUPLICATES]
        return Response(DuplicateSerializer(found, many=True).data)

    @extend_schema(
        summary="Fill in the canned replies",
        description="The replies that are offered, with their variables filled in for this ticket and the caller.",
        responses=FilledReplySerializer(many=True),
        examples=[own.FILLED],
    )
    @action(detail=True, methods=["get"], url_path="canned-replies", pagination_class=None)
    def canned_replies(self, request: Request, pk: str) -> Response:
        return Response([reply._asdict() for reply in offered(request.user, self.get_object())])
