from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import PersonSerializer, short_person
from incidents.models import Incident
from incidents.oncall import response_sheets
from incidents.oncall.response import PERIODS, Reading
from workflow.actor import actor
from workflow.api import choice_of
from workflow.exports import FORMATS, export, filters_of
from workflow.fields import UtcDateTimeField, utc

PERIOD = OpenApiParameter("period", str, enum=list(PERIODS), default="month", description="30, 91 or 365 days to now.")


class ResponseFiguresSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="Incidents opened in the period, deleted ones left out.")
    taken = serializers.IntegerField(help_text="How many were taken: the n of the times to taking.")
    mean_to_take = serializers.IntegerField(allow_null=True, help_text="MTTA, seconds.")
    median_to_take = serializers.IntegerField(allow_null=True, help_text="Seconds.")
    resolved = serializers.IntegerField(help_text="How many were resolved or closed: the n of the times to resolving.")
    mean_to_resolve = serializers.IntegerField(allow_null=True, help_text="MTTR, seconds.")
    median_to_resolve = serializers.IntegerField(allow_null=True, help_text="Seconds.")
    unresolved = serializers.IntegerField(help_text="Still open: in no time to resolving.")
    put_off = serializers.IntegerField(help_text="Put off now, among those still open.")


class SeverityFiguresSerializer(ResponseFiguresSerializer):
    severity = serializers.ChoiceField(choices=Incident.Severity.choices)


class OnDutyFiguresSerializer(ResponseFiguresSerializer):
    person = PersonSerializer(allow_null=True, help_text="Who was on duty at the opening; null: nobody.")


class ResponseTimesSerializer(serializers.Serializer):
    start = UtcDateTimeField()
    finish = UtcDateTimeField()
    total = ResponseFiguresSerializer()
    severities = SeverityFiguresSerializer(many=True)
    people = OnDutyFiguresSerializer(many=True)


FIGURES = {
    "total": 14, "taken": 12, "mean_to_take": 420, "median_to_take": 240, "resolved": 11, "mean_to_resolve": 9000,
    "median_to_resolve": 5400, "unresolved": 3, "put_off": 1,
}  # fmt: skip
EXAMPLE = OpenApiExample(
    "Figures",
    {
        "start": "2026-06-23T15:00:00Z",
        "finish": "2026-07-23T15:00:00Z",
        "total": FIGURES,
        "severities": [FIGURES | {"severity": "critical"}],
        "people": [FIGURES | {"person": {"id": 7, "username": "orlov", "name": "Илья Орлов"}}],
    },
    response_only=True,
)


def read(request: Request) -> Reading:
    """Return what the query string asks for. Raises ValidationError."""
    return Reading(choice_of(request, "period", list(PERIODS)), timezone.now())


def answer(reading: Reading) -> dict[str, Any]:
    return {
        "start": utc(reading.start),
        "finish": utc(reading.finish),
        "total": reading.total.as_dict(),
        "severities": [line.figures.as_dict() | {"severity": line.key.value} for line in reading.severities],
        "people": [line.figures.as_dict() | {"person": short_person(line.key)} for line in reading.people],
    }


class ResponseTimesView(APIView):
    policy = {"get": "response.see"}

    @extend_schema(
        operation_id="oncall_response_times",
        summary="Read how soon incidents were taken and resolved",
        description="MTTA and MTTR with medians and n, of the incidents opened in the period. `null` is what has no n.",
        parameters=[PERIOD],
        responses=ResponseTimesSerializer,
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        return Response(answer(read(request)))


class ResponseTimesExportView(APIView):
    policy = {"get": "response.export"}

    @extend_schema(
        operation_id="oncall_response_times_export",
        summary="Export how soon incidents were taken and resolved",
        description="The same figures as a table, times in minutes.",
        parameters=[OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."), PERIOD],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    def get(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(response_sheets.register(read(request)), form, by=actor(request), filters=filters)
