from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tasks.models import (
    JoinRequest,
    JoinRequestQuerySet,
    Member,
    MemberQuerySet,
    Membership,
    MembershipQuerySet,
)
from tasks.programmes import examples, exports, services
from tasks.programmes.api.shared import ProgrammeNounViewSet, file_of, listing, verb
from tasks.programmes.filters import JoinRequestFilter, MemberFilter, MembershipFilter
from tasks.programmes.serializers import (
    JoinRequestSerializer,
    MemberSerializer,
    MembershipSerializer,
    ProfileSerializer,
    ProgrammeReasonSerializer,
)
from workflow.actor import actor
from workflow.api import choice_of, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.schema import IF_MATCH, filter_parameters
from workflow.serializers import NoteSerializer

REQUEST, MEMBERSHIP = examples.JOIN_REQUEST, examples.MEMBERSHIP


class MemberViewSet(ProgrammeNounViewSet):
    """Members: people known by their Telegram, with or without an account."""

    queryset = Member.objects.none()
    serializer_class = MemberSerializer
    filterset = MemberFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "membership.see"),
        "partial_update": "membership.edit",
    }

    def get_queryset(self) -> MemberQuerySet:
        return Member.objects.visible_to(self.request.user).for_list()

    @listing("List members", "By surname unless `ordering` says otherwise.", MemberFilter, examples.MEMBER)
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one member", description="What they told of themselves.", examples=[examples.MEMBER])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Correct what a member told",
        description="Any of the fields, checked as in the form.",
        parameters=[IF_MATCH],
        request=ProfileSerializer,
        responses=MemberSerializer,
        examples=[examples.CHANGE_MEMBER, examples.MEMBER],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        member = self.get_object()
        fields = valid(ProfileSerializer, request, partial=True)
        services.edit_member(member, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(member)


@extend_schema_view(
    approve=verb("Approve", "Takes them in; days that are over count as missed.", NoteSerializer, REQUEST),
    decline=verb("Decline", "Turns them down; they may ask again.", ProgrammeReasonSerializer, REQUEST),
)
class JoinRequestViewSet(ProgrammeNounViewSet):
    """Requests to take part."""

    queryset = JoinRequest.objects.none()
    serializer_class = JoinRequestSerializer
    filterset = JoinRequestFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "join_request.see"),
        **dict.fromkeys(("approve", "decline"), "join_request.decide"),
    }

    def get_queryset(self) -> JoinRequestQuerySet:
        return JoinRequest.objects.visible_to(self.request.user).for_list()

    @listing("List requests", "The latest first unless `ordering` says otherwise.", JoinRequestFilter, REQUEST)
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one request", description="`ETag` carries the version.", examples=[REQUEST])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self.do(services.approve_request, NoteSerializer)

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self.do(services.decline_request, ProgrammeReasonSerializer)


@extend_schema_view(
    exclude=verb("Exclude", "They take part no more; today's assignment ends.", ProgrammeReasonSerializer, MEMBERSHIP),
    readmit=verb("Take back", "What they missed before leads to nothing any more.", NoteSerializer, MEMBERSHIP),
)
class MembershipViewSet(ProgrammeNounViewSet):
    """Who takes part in which programme, and their points."""

    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset = MembershipFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "membership.see"),
        **dict.fromkeys(("exclude", "readmit"), "membership.exclude"),
        "export": "membership.export",
    }

    def get_queryset(self) -> MembershipQuerySet:
        return Membership.objects.visible_to(self.request.user).for_list()

    @listing("List memberships", "In the order of joining unless `ordering` says so.", MembershipFilter, MEMBERSHIP)
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one membership", description="With its points.", examples=[MEMBERSHIP])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def exclude(self, request: Request, pk: str) -> Response:
        return self.do(services.exclude, ProgrammeReasonSerializer)

    @action(detail=True, methods=["post"])
    def readmit(self, request: Request, pk: str) -> Response:
        return self.do(services.readmit, NoteSerializer)

    @file_of("Export members", "With the filters of the list, without pages.", filter_parameters(MembershipFilter))
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.members(self.listed()), form, by=actor(request), filters=filters)
