"""The desk's dictionaries over the API."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from tickets.desk import dictionaries, examples
from tickets.desk.serializers import (
    CannedReplySerializer,
    CannedReplyWriteSerializer,
    CategorySerializer,
    CategoryWriteSerializer,
    SlaTargetSerializer,
    SlaTargetWriteSerializer,
)
from tickets.models import CannedReply, Category, SlaTarget
from workflow.actor import actor
from workflow.api import timeline_page, valid, wanted_version
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH
from workflow.serializers import EventSerializer
from workflow.viewsets import RegisteredViewSet


class SlaTargetViewSet(RegisteredViewSet):
    """Response targets: one for each priority of tickets."""

    queryset = SlaTarget.objects.none()
    serializer_class = SlaTargetSerializer
    policy = {
        "list": "sla_target.see",
        "retrieve": "sla_target.see",
        "partial_update": "sla_target.edit",
        "timeline": "sla_target.see",
    }

    def get_queryset(self) -> QuerySet[SlaTarget]:
        return SlaTarget.objects.visible_to(self.request.user).most_urgent_first()

    @extend_schema(
        summary="List response targets",
        description="What is promised for each priority, in working minutes; the most urgent first.",
        examples=[examples.TARGET],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.get_queryset())

    @extend_schema(summary="Read one target", description="`ETag` carries the version.", examples=[examples.TARGET])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a target",
        description="Holds at once for all open tickets of the priority; resolved ones keep what was promised then.",
        parameters=[IF_MATCH],
        request=SlaTargetWriteSerializer,
        responses=SlaTargetSerializer,
        examples=[examples.NEW_TARGET, examples.TARGET],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        target = self.get_object()
        fields = valid(SlaTargetWriteSerializer, request, partial=True)
        dictionaries.edit_target(target, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(target)

    @extend_schema(
        summary="Read the timeline of a target",
        description="Every change, the first one first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))


class CannedReplyViewSet(RegisteredViewSet):
    """Texts that technicians write often. `{name}` and other variables are filled in for the ticket at hand."""

    queryset = CannedReply.objects.none()
    serializer_class = CannedReplySerializer
    policy = {
        "list": "canned_reply.see",
        "retrieve": "canned_reply.see",
        "create": "canned_reply.edit",
        "partial_update": "canned_reply.edit",
        "timeline": "canned_reply.see",
    }

    def get_queryset(self) -> QuerySet[CannedReply]:
        return CannedReply.objects.visible_to(self.request.user)

    @extend_schema(summary="List canned replies", description="By title.", examples=[examples.REPLY])
    def list(self, request: Request) -> Response:
        return self.page_of(self.get_queryset())

    @extend_schema(
        summary="Add a canned reply",
        description="A variable that nobody knows is refused with 400 (`unknown_variable`).",
        parameters=[IDEMPOTENCY_KEY],
        request=CannedReplyWriteSerializer,
        responses={201: CannedReplySerializer},
        examples=[examples.NEW_REPLY, examples.REPLY],
    )
    def create(self, request: Request) -> Response:
        return self.make(dictionaries.create_reply, CannedReplyWriteSerializer)

    @extend_schema(
        summary="Read one canned reply",
        description="`ETag` carries the version. The text as it is kept, with its variables.",
        examples=[examples.REPLY],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a canned reply",
        description="Any of the fields; `active: false` takes it out of what is offered.",
        parameters=[IF_MATCH],
        request=CannedReplyWriteSerializer,
        responses=CannedReplySerializer,
        examples=[examples.NEW_REPLY, examples.REPLY],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        reply = self.get_object()
        fields = valid(CannedReplyWriteSerializer, request, partial=True)
        dictionaries.edit_reply(reply, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(reply)

    @extend_schema(
        summary="Read the timeline of a canned reply",
        description="Every change, the first one first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))


class CategoryViewSet(RegisteredViewSet):
    """What tickets are about. New ones of a category go to its default assignee."""

    queryset = Category.objects.none()
    serializer_class = CategorySerializer
    policy = {
        "list": "ticket_category.see",
        "retrieve": "ticket_category.see",
        "create": "ticket_category.edit",
        "partial_update": "ticket_category.edit",
        "timeline": "ticket_category.see",
    }

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.visible_to(self.request.user).select_related("default_assignee")

    @extend_schema(summary="List categories", description="In their order, then by name.", examples=[examples.CATEGORY])
    def list(self, request: Request) -> Response:
        return self.page_of(self.get_queryset())

    @extend_schema(
        summary="Add a category",
        description="Without a default assignee its tickets go to the common queue.",
        parameters=[IDEMPOTENCY_KEY],
        request=CategoryWriteSerializer,
        responses={201: CategorySerializer},
        examples=[examples.NEW_CATEGORY, examples.CATEGORY],
    )
    def create(self, request: Request) -> Response:
        return self.make(dictionaries.create_category, CategoryWriteSerializer)

    @extend_schema(summary="Read one category", description="`ETag` carries the version.", examples=[examples.CATEGORY])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a category",
        description="Any of the fields; `active: false` takes it out of what is offered, tickets keep it.",
        parameters=[IF_MATCH],
        request=CategoryWriteSerializer,
        responses=CategorySerializer,
        examples=[examples.NEW_CATEGORY, examples.CATEGORY],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        category = self.get_object()
        fields = valid(CategoryWriteSerializer, request, partial=True)
        dictionaries.edit_category(category, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(category)

    @extend_schema(
        summary="Read the timeline of a category",
        description="Every change, the first one first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))
