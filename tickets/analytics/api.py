"""Figures of tickets over the API, and as files."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import short_person
from tickets.analytics import schema, sheets
from tickets.analytics.forms import QueryForm
from tickets.analytics.reading import Reading, told
from workflow.actor import actor
from workflow.api import choice_of
from workflow.exports import FORMATS, export, filters_of
from workflow.fields import utc


def read(request: Request) -> Reading:
    """Return what the query string asks for. Raises ValidationError, PermissionDenied for the record of others."""
    form = QueryForm(request.query_params)
    if not form.is_valid():
        raise ValidationError(dict(form.errors))  # type: ignore[arg-type]
    if form.asks_for_others(request.user):
        raise PermissionDenied
    return form.reading(request.user)


def answer(reading: Reading) -> dict[str, Any]:
    period = reading.query.period
    return {
        "start": utc(period.start),
        "finish": utc(period.finish),
        "total": told(reading.total),
        "days": [day._asdict() for day in reading.days],
        "ages": [{"up_to_days": edge, "count": count} for edge, count in reading.ages],
        "technicians": [
            told(line.sum) | {"technician": short_person(line.key) if line.key else None}
            for line in reading.technicians
        ],
        "categories": [
            told(line.sum) | {"category": {"id": line.key.pk, "name": line.key.name} if line.key else None}
            for line in reading.categories
        ],
        "priorities": [told(line.sum) | {"priority": line.key} for line in reading.priorities],
    }


class TicketAnalyticsView(APIView):
    policy = {"get": "ticket_record.see"}

    @extend_schema(
        operation_id="tickets_analytics",
        summary="Read the figures of tickets",
        description=(
            "Created, resolved, backlog day by day, age of what is open, working time to the first response and to the "
            "resolution, promises kept and satisfaction of [`start`, `finish`), split by technician, category and "
            "priority. A technician reads their own. Days are those of the organisation's zone; `null` is undefined."
        ),
        parameters=schema.PARAMETERS,
        responses=schema.TicketAnalyticsSerializer,
        examples=[schema.ANALYTICS],
    )
    def get(self, request: Request) -> Response:
        return Response(answer(read(request)))


class TicketAnalyticsExportView(APIView):
    policy = {"get": "ticket_record.see"}

    @extend_schema(
        operation_id="tickets_analytics_export",
        summary="Export the figures of tickets",
        description="The same figures as a table. Takes the parameters of the figures.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *schema.PARAMETERS,
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    def get(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(sheets.register(read(request)), form, by=actor(request), filters=filters)
