"""How the operations of programmes are described, and the timeline that all their nouns have."""

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tasks.programmes import examples
from workflow.api import timeline_page
from workflow.exports import FORMATS
from workflow.schema import IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer
from workflow.viewsets import RegisteredViewSet

BYTES = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
HARMLESS = "Cells that a spreadsheet would run are made harmless."


def listing(summary: str, description: str, filterset: type[FilterSet], example: Any) -> Any:
    return extend_schema(
        summary=summary,
        description=f"{description} Deleted ones are left out.",
        parameters=filter_parameters(filterset),
        examples=[example],
    )


def verb(summary: str, description: str, request: Any, example: Any) -> Any:
    return verb_schema(summary, description, request, example, [IF_MATCH])


def file_of(summary: str, description: str, parameters: list[OpenApiParameter]) -> Any:
    """Describe an export in one of the formats of registers."""
    return extend_schema(
        summary=summary,
        description=f"{description} {HARMLESS}",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *parameters,
        ],
        responses=BYTES,
        examples=[],
    )


class ProgrammeNounViewSet(RegisteredViewSet):
    """A noun of programmes: what changed is told."""

    @extend_schema(
        summary="Read the timeline",
        description="Every change by whatever door, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)
