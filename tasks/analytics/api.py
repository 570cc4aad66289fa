from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import short_person
from tasks.analytics import schema, sheets
from tasks.analytics.forms import RecordForm
from tasks.analytics.reading import Reading
from workflow.actor import actor
from workflow.api import choice_of
from workflow.exports import FORMATS, export, filters_of


def read(request: Request) -> Reading:
    """Return what the query string asks for. Raises ValidationError, PermissionDenied for the record of others."""
    form = RecordForm(request.query_params)
    if not form.is_valid():
        raise ValidationError(dict(form.errors))  # type: ignore[arg-type]
    if form.asks_for_others(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    return form.reading(request.user)  # type: ignore[arg-type]


def answer(reading: Reading) -> dict[str, Any]:
    return {
        "start": reading.start,
        "finish": reading.finish,
        "role": reading.role,
        "total": reading.total.as_dict(),
        "people": [line.figures.as_dict() | {"person": short_person(line.key)} for line in reading.people],
        "departments": [line.figures.as_dict() | {"department": line.key} for line in reading.departments],
        "trend": [line.figures.as_dict() | {"month": line.key} for line in reading.trend],
    }


class TaskRecordView(APIView):
    policy = {"get": "task_record.see"}

    @extend_schema(
        operation_id="tasks_analytics",
        summary="Read who delivered what and when",
        description=(
            "Figures of the tasks whose deadline lies in the period, per person, department and month. Managers, "
            "administrators and auditors read everybody's record, others their own. `null` is what is undefined."
        ),
        parameters=schema.PARAMETERS,
        responses=schema.TaskRecordSerializer,
        examples=[schema.RECORD],
    )
    def get(self, request: Request) -> Response:
        return Response(answer(read(request)))


class TaskRecordExportView(APIView):
    policy = {"get": "task_record.see"}

    @extend_schema(
        operation_id="tasks_analytics_export",
        summary="Export who delivered what and when",
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
