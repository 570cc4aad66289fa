from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.audit import exports, subjects
from config.audit.filters import TrailFilter, filter_of
from config.audit.serializers import LineSerializer, represent
from config.audit.trail import Trail, TrailPages
from workflow.actor import actor
from workflow.api import choice_of
from workflow.exports import FORMATS, export, filters_of
from workflow.models import Event
from workflow.schema import filter_parameters

LINE = OpenApiExample(
    "Line",
    {
        "id": 90,
        "at": "2026-07-23T15:07:00Z",
        "actor": {"id": 7, "username": "orlov", "name": "Илья Орлов"},
        "channel": "page",
        "verb": "take",
        "subject": {"noun": "incident", "id": 1042, "name": "INC-1042 No exchange", "url": "/incidents/1042/"},
        "before": {"status": "open"},
        "after": {"status": "in_progress"},
        "note": "",
        "request_id": "5f0c4f7e2b1d9a63",
    },
    response_only=True,
)


class TimelineViewSet(viewsets.GenericViewSet):
    """Who did what, when, by which door: all nouns and the failed sign-ins, newest first."""

    queryset = Event.objects.none()
    serializer_class = LineSerializer
    pagination_class = TrailPages
    policy = {"list": "audit.see", "export": "audit.export"}

    def trail(self) -> Trail:
        filters = filter_of(self.request.query_params, self.request.user)
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        return filters.trail()

    @extend_schema(
        summary="Read the audit",
        description="Every change, sign-in, export and failed sign-in, newest first. `actor` finds failures under the"
        " person's username and e-mail as well.",
        parameters=filter_parameters(TrailFilter),
        examples=[LINE],
    )
    def list(self, request: Request) -> Response:
        lines: Any = self.paginate_queryset(self.trail())  # type: ignore[arg-type]
        about = subjects.found(lines, request.user)
        return self.get_paginated_response([represent(line, about.get(line.id)) for line in lines])

    @extend_schema(
        summary="Export the audit",
        description="The filters of the list, without pages. The export itself becomes a line of the audit.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(TrailFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.trail()), form, by=actor(request), filters=filters)
