"""Figures of downtime over the API, and as files."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suspensions.analytics import schema
from suspensions.analytics.files import FORMATS, report
from suspensions.analytics.forms import QueryForm
from suspensions.analytics.reading import Reading, answer
from workflow.actor import actor
from workflow.api import choice_of
from workflow.exports import filters_of


def read(request: Request) -> Reading:
    """Return the figures that the query string asks for. Raises ValidationError."""
    form = QueryForm(request.query_params)
    if not form.is_valid():
        raise ValidationError(dict(form.errors))  # type: ignore[arg-type]
    return Reading(form.cleaned_data["asked"], request.user)


class AnalyticsView(APIView):
    policy = {"get": "suspension.see"}

    @extend_schema(
        operation_id="suspensions_analytics",
        summary="Read the figures of a period",
        description=(
            "Count, sum and union of the downtime, mean, median, MTTR, MTBF and availability of the cases that share a "
            "moment with [`start`, `finish`), cut to it; a running case counts to now. Days and months are those of "
            "the organisation's zone. Nothing in the period: zeros, and `null` for what is undefined."
        ),
        parameters=schema.PARAMETERS,
        responses=schema.FiguresSerializer,
        examples=[schema.FIGURES],
    )
    def get(self, request: Request) -> Response:
        return Response(answer(read(request)))


class AnalyticsExportView(APIView):
    policy = {"get": "suspension_report.export"}

    @extend_schema(
        operation_id="suspensions_analytics_export",
        summary="Export the figures of a period",
        description="The same figures with the list of cases, as a report. Takes the filters of the figures.",
        parameters=[
            OpenApiParameter(
                "format",
                str,
                enum=list(FORMATS),
                default="pdf",
                description="File format; `csv_semicolon` with decimal commas.",
            ),
            *schema.PARAMETERS,
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    def get(self, request: Request) -> HttpResponseBase:
        form = choice_of(request, "format", list(FORMATS))
        return report(read(request), form, by=actor(request), filters=filters_of(request.query_params))
