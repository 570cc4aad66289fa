from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tasks.models import Report, ReportQuerySet
from tasks.models.task import today
from tasks.programmes import examples, exports, services
from tasks.programmes.api.shared import ProgrammeNounViewSet, file_of, listing, verb
from tasks.programmes.filters import ReportFilter
from tasks.programmes.participation import Participation
from tasks.programmes.serializers import PhotoReportSerializer, ProgrammeReasonSerializer, ReportBriefSerializer
from workflow.actor import actor
from workflow.api import choice_of, etag
from workflow.exports import FORMATS, export, filters_of
from workflow.models import Conflict
from workflow.schema import filter_parameters
from workflow.serializers import NoteSerializer

REPORT = examples.REPORT


@extend_schema_view(
    approve=verb("Approve", "One point; of two reviewers at once one wins.", NoteSerializer, REPORT),
    decline=verb("Decline", "Another photo may be sent today.", ProgrammeReasonSerializer, REPORT),
)
class ReportViewSet(ProgrammeNounViewSet):
    """Daily reports: one for each member and day, with their photos."""

    queryset = Report.objects.none()
    serializer_class = PhotoReportSerializer
    filterset = ReportFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "report.see"),
        **dict.fromkeys(("approve", "decline"), "report.review"),
        "skip": "report.send",
        "export": "report.export",
    }

    def get_queryset(self) -> ReportQuerySet:
        """Skipping is the member's own: there only what is theirs can be named."""
        if self.action == "skip":
            return Participation(self.request.user).reports  # type: ignore[arg-type]
        return Report.objects.visible_to(self.request.user).for_list()

    @listing(
        "List reports",
        "The latest day first; what waits for a review: `?status=reviewing&ordering=sent_at`.",
        ReportFilter,
        REPORT,
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one report", description="With every photo that came for it.", examples=[REPORT])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self.do(services.approve, NoteSerializer)

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self.do(services.decline, ProgrammeReasonSerializer)

    @extend_schema(
        summary="Skip the day",
        description="The member's own report of today: no point, and no missed day either. Another day's gives 409.",
        request=None,
        responses=ReportBriefSerializer,
        examples=[examples.OWN_REPORT],
    )
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: str) -> Response:
        report = self.get_object()
        if report.on != today():
            raise Conflict(report, _("The day is over for you."))
        skipped = services.skip(report.member, by=actor(request))
        return Response(ReportBriefSerializer(skipped).data, headers={"ETag": etag(skipped.version)})

    @file_of("Export reports", "With the filters of the list, without pages.", filter_parameters(ReportFilter))
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.reports(self.listed()), form, by=actor(request), filters=filters)
