from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring import examples, exports
from monitoring.filters import OutageFilter
from monitoring.models import Outage, OutageQuerySet
from monitoring.serializers import OutageSerializer
from workflow.actor import actor
from workflow.api import KEY, choice_of, filtered
from workflow.exports import FORMATS, export, filters_of
from workflow.schema import filter_parameters


class OutageViewSet(viewsets.GenericViewSet):
    """Outages that the probe found; it alone writes them."""

    queryset = Outage.objects.none()
    serializer_class = OutageSerializer
    lookup_value_regex = KEY
    policy = {"list": "probe.see", "retrieve": "probe.see", "export": "probe.export"}

    def get_queryset(self) -> OutageQuerySet:
        return Outage.objects.visible_to(self.request.user)

    def listed(self) -> OutageQuerySet:
        return filtered(OutageFilter, self.get_queryset(), self.request)

    @extend_schema(
        summary="List outages",
        description="Newest first unless `ordering` says otherwise; `open=true` for those that last.",
        parameters=filter_parameters(OutageFilter),
        examples=[examples.OUTAGE],
    )
    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.listed().for_list()) or []
        return self.get_paginated_response(OutageSerializer(rows, many=True).data)

    @extend_schema(summary="Read one outage", description="With its case and its incident.", examples=[examples.OUTAGE])
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(OutageSerializer(get_object_or_404(self.get_queryset().for_list(), pk=pk)).data)

    @extend_schema(
        summary="Export the filtered outages",
        description="The filters of the list, without pages. Cells that a spreadsheet would run are made harmless.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(OutageFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.listed()), form, by=actor(request), filters=filters)
