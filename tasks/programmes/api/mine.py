from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attachments import downloads
from attachments.services import received
from attachments.uploads import UploadParser
from tasks.models import Report
from tasks.programmes import examples, services
from tasks.programmes.participation import Participation
from tasks.programmes.serializers import (
    OneFileSerializer,
    ParticipationSerializer,
    ProfileSerializer,
    ReportBriefSerializer,
    participation,
)
from workflow.actor import actor
from workflow.api import valid
from workflow.idempotency import once
from workflow.refusals import invalid
from workflow.schema import IDEMPOTENCY_KEY


class MyProgrammesView(APIView):
    policy = {"get": "programme.join"}

    @extend_schema(
        operation_id="programmes_mine",
        summary="Read one's own part",
        description="What there is to join, what became of one's request, one's points and the assignment of today.",
        responses=ParticipationSerializer,
        examples=[examples.PARTICIPATION],
    )
    def get(self, request: Request) -> Response:
        return Response(participation(Participation(request.user)))  # type: ignore[arg-type]


class MyProgrammesViewSet(viewsets.GenericViewSet):
    """What an employee who takes part sees and does: only ever about themselves."""

    queryset = Report.objects.none()
    serializer_class = ReportBriefSerializer
    policy = {
        **dict.fromkeys(("join", "reports", "picture"), "programme.join"),
        **dict.fromkeys(("report", "skip"), "report.send"),
    }

    @property
    def part(self) -> Participation:
        return Participation(self.request.user)  # type: ignore[arg-type]

    @extend_schema(
        operation_id="programmes_mine_join",
        summary="Ask to take part",
        description=(
            "In the programme under `joinable`. While nobody has decided, sending it again corrects the form. Needs an "
            "account with Telegram, where assignments come; 409 where there is nothing to join."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=ProfileSerializer,
        responses={201: ParticipationSerializer},
        examples=[examples.JOIN, examples.PARTICIPATION],
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def join(self, request: Request) -> Response:
        told, telegram_id = valid(ProfileSerializer, request), self.part.telegram_id

        def asked() -> Response:
            language = self.part.user.language
            services.apply(by=actor(request), telegram_id=telegram_id, language=language, **told)
            return Response(participation(self.part), status=status.HTTP_201_CREATED)

        return once(request, asked)

    @extend_schema(
        operation_id="programmes_mine_report",
        summary="Report with a photo",
        description=(
            "On the assignment of today. The very same photo is refused. A declined report may be sent again while the "
            "day and the attempts last; else 409."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": OneFileSerializer},
        responses={201: ReportBriefSerializer},
        examples=[examples.PHOTO, examples.OWN_REPORT],
    )
    @action(detail=False, methods=["post"], parser_classes=[UploadParser], pagination_class=None)
    def report(self, request: Request) -> Response:
        member = self.part.expect_member()
        uploads = request.FILES.getlist("file")
        if len(uploads) != 1:
            raise invalid("file", _("Choose one image."), "required")
        with received(uploads) as files:

            def sent() -> Response:
                report = services.send(member, by=actor(request), file=files[0])
                return Response(ReportBriefSerializer(report).data, status=status.HTTP_201_CREATED)

            return once(request, sent)

    @extend_schema(
        operation_id="programmes_mine_skip",
        summary="Skip today",
        description="No point, and no missed day either. 409 where today is answered already or nothing is due.",
        request=None,
        responses=ReportBriefSerializer,
        examples=[examples.OWN_REPORT],
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def skip(self, request: Request) -> Response:
        report = services.skip(self.part.expect_member(), by=actor(request))
        return Response(ReportBriefSerializer(report).data)

    @extend_schema(
        operation_id="programmes_mine_reports",
        summary="List one's own reports",
        description="The latest day first.",
        responses=ReportBriefSerializer(many=True),
        examples=[examples.OWN_REPORT],
    )
    @action(detail=False, methods=["get"])
    def reports(self, request: Request) -> Response:
        page = self.paginate_queryset(self.part.reports)
        return self.get_paginated_response(ReportBriefSerializer(page, many=True).data)

    @extend_schema(
        operation_id="programmes_mine_picture",
        summary="See the picture of today's assignment",
        description="A re-encoded WebP; 404 where it has none, or nothing is handed out.",
        responses={(200, "image/webp"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def picture(self, request: Request) -> HttpResponseBase:
        report = self.part.report
        file = report.assignment.picture if report else None
        if file is None:
            raise Http404
        return downloads.preview(request, file)
