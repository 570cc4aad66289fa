from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import allows
from suspensions import examples, exports, services
from suspensions.filters import RiskFilter
from suspensions.models import Risk, RiskQuerySet
from suspensions.register import heat_map, years_of
from suspensions.serializers.risks import (
    HeatMapSerializer,
    RiskCaseSerializer,
    RiskSerializer,
    RiskWriteSerializer,
    RiskYearSerializer,
)
from workflow.actor import actor
from workflow.api import choice_of, timeline_page, valid, wanted_version
from workflow.exports import PAPER_FORMATS, export, filters_of
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet

linking = partial(
    extend_schema, parameters=[IF_MATCH], request=RiskCaseSerializer, responses=RiskSerializer,
    examples=[examples.RISK_CASE, examples.RISK],
)  # fmt: skip
verb = partial(verb_schema, example=examples.RISK, parameters=[IF_MATCH])


@extend_schema_view(
    hide=verb("Delete a risk", "Hides it with a reason; restorable.", ReasonSerializer),
    unhide=verb("Bring a risk back", "Brings a deleted risk back.", NoteSerializer),
    link=linking(
        summary="Link a case", description="Says that the risk came true in this case; asked twice it changes nothing."
    ),
    unlink=linking(
        summary="Take a case away", description="Says that the case has nothing to do with the risk after all."
    ),
)
class RiskViewSet(RegisteredViewSet):
    """The risk register."""

    queryset = Risk.objects.none()
    serializer_class = RiskSerializer
    filterset = RiskFilter
    policy = {
        "list": "risk.see",
        "retrieve": "risk.see",
        "create": "risk.edit",
        "partial_update": "risk.edit",
        "hide": "risk.delete",
        "unhide": "risk.undelete",
        "link": "risk.edit",
        "unlink": "risk.edit",
        "heatmap": "risk.see",
        "years": "risk.see",
        "timeline": "risk.see",
        "export": "risk.export",
    }

    def get_queryset(self) -> RiskQuerySet:
        return Risk.objects.visible_to(self.request.user).for_list().prefetch_related("suspensions")

    @extend_schema(
        summary="List risks",
        description="By code unless `ordering` says otherwise.",
        parameters=filter_parameters(RiskFilter),
        examples=[examples.RISK],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(
        summary="Add a risk",
        description="With its scores before and after the measures.",
        parameters=[IDEMPOTENCY_KEY],
        request=RiskWriteSerializer,
        responses={201: RiskSerializer},
        examples=[examples.NEW_RISK, examples.RISK],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create_risk, RiskWriteSerializer)

    @extend_schema(summary="Read one risk", description="`ETag` carries the version.", examples=[examples.RISK])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a risk",
        description="Any of the fields; `processes` and `suspensions` are replaced by what is sent.",
        parameters=[IF_MATCH],
        request=RiskWriteSerializer,
        responses=RiskSerializer,
        examples=[examples.SCORES, examples.RISK],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        risk = self.get_object()
        fields = valid(RiskWriteSerializer, request, partial=True)
        services.edit_risk(risk, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(risk)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete_risk, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete_risk, NoteSerializer)

    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: str) -> Response:
        return self.do(services.link, RiskCaseSerializer)

    @action(detail=True, methods=["post"])
    def unlink(self, request: Request, pk: str) -> Response:
        return self.do(services.unlink, RiskCaseSerializer)

    @extend_schema(
        summary="Read the heat map",
        description="All 25 cells with the risks in them, before and after the measures; the filters of the list.",
        parameters=filter_parameters(RiskFilter),
        responses=HeatMapSerializer,
        examples=[examples.HEAT_MAP],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def heatmap(self, request: Request) -> Response:
        risks: Any = list(self.listed())
        return Response({name: self.cells(risks, residual=name == "residual") for name in ("inherent", "residual")})

    def cells(self, risks: Iterable[Risk], *, residual: bool) -> Sequence[dict[str, Any]]:
        return [
            {
                "likelihood": cell.likelihood,
                "impact": cell.impact,
                "score": cell.score,
                "risks": [risk.code for risk in cell.risks],
            }
            for row in heat_map(risks, residual=residual)
            for cell in row
        ]

    @extend_schema(
        summary="Read what came true, by year",
        description="Cases of the risk, their downtime and losses, the latest year first.",
        responses=RiskYearSerializer(many=True),
        examples=[examples.YEARS],
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def years(self, request: Request, pk: str) -> Response:
        return Response([year._asdict() for year in years_of(self.get_object())])

    @extend_schema(
        summary="Read the timeline of a risk",
        description="Every change of scores, measures and links, the first one first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))

    @extend_schema(
        summary="Export the risk register",
        description="The filters of the list, without pages.",
        parameters=[
            OpenApiParameter("format", str, enum=PAPER_FORMATS, default="csv", description="File format."),
            *filter_parameters(RiskFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", PAPER_FORMATS), filters_of(request.query_params)
        rows: Any = self.listed()
        return export(exports.risk_register(rows), form, by=actor(request), filters=filters)
