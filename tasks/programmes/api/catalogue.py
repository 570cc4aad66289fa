from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.services import received
from attachments.uploads import UploadParser
from tasks.models import Assignment, AssignmentQuerySet
from tasks.programmes import examples, services
from tasks.programmes.api.shared import ProgrammeNounViewSet, listing, verb
from tasks.programmes.filters import AssignmentFilter
from tasks.programmes.serializers import AssignmentSerializer, AssignmentWriteSerializer, OneFileSerializer
from workflow.actor import actor
from workflow.api import valid, wanted_version
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH
from workflow.serializers import NoteSerializer

ASSIGNMENT = examples.ASSIGNMENT


@extend_schema_view(
    shelve=verb("Archive", "Calendars are filled from it no more; planned days keep it.", NoteSerializer, ASSIGNMENT),
    unshelve=verb("Take out of the archive", "Calendars are filled from it again.", NoteSerializer, ASSIGNMENT),
)
class AssignmentViewSet(ProgrammeNounViewSet):
    """The catalogue of assignments, which all programmes draw on."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset = AssignmentFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "assignment.see"),
        "create": "assignment.create",
        **dict.fromkeys(("partial_update", "shelve", "unshelve", "picture"), "assignment.edit"),
    }

    def get_queryset(self) -> AssignmentQuerySet:
        return Assignment.objects.visible_to(self.request.user).for_list()

    @listing("List assignments", "By title unless `ordering` says otherwise.", AssignmentFilter, ASSIGNMENT)
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one assignment", description="With its latest picture.", examples=[ASSIGNMENT])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Put an assignment into the catalogue",
        description="Its picture follows: `picture/`.",
        parameters=[IDEMPOTENCY_KEY],
        request=AssignmentWriteSerializer,
        responses={201: AssignmentSerializer},
        examples=[examples.WRITE_ASSIGNMENT, ASSIGNMENT],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create_assignment, AssignmentWriteSerializer)

    @extend_schema(
        summary="Change an assignment",
        description="Title or text; members who have it already are not told.",
        parameters=[IF_MATCH],
        request=AssignmentWriteSerializer,
        responses=AssignmentSerializer,
        examples=[examples.CHANGE_ASSIGNMENT, ASSIGNMENT],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        assignment = self.get_object()
        fields = valid(AssignmentWriteSerializer, request, partial=True)
        services.edit_assignment(assignment, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(assignment)

    @action(detail=True, methods=["post"], url_path="archive")
    def shelve(self, request: Request, pk: str) -> Response:
        return self.do(services.archive_assignment, NoteSerializer)

    @action(detail=True, methods=["post"], url_path="unarchive")
    def unshelve(self, request: Request, pk: str) -> Response:
        return self.do(services.unarchive_assignment, NoteSerializer)

    @extend_schema(
        summary="Give it a picture",
        description="One image, which members get with it from now on.",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": OneFileSerializer},
        responses=AssignmentSerializer,
        examples=[examples.PHOTO, ASSIGNMENT],
    )
    @action(detail=True, methods=["post"], parser_classes=[UploadParser])
    def picture(self, request: Request, pk: str) -> Response:
        assignment = self.get_object()
        with received(request.FILES.getlist("file")) as files:

            def put() -> Response:
                services.put_picture(assignment, by=actor(request), files=files)
                return self.answer(assignment)

            return once(request, put)
