from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.policy import allows
from suspensions import examples, services
from suspensions.filters import LimitFilter, ProcessFilter, RiskSourceFilter
from suspensions.models import (
    ProcessLimit,
    ProcessLimitQuerySet,
    RiskSource,
    RiskSourceQuerySet,
    TechProcess,
    TechProcessQuerySet,
)
from suspensions.serializers.dictionaries import (
    LimitCorrectSerializer,
    LimitEndSerializer,
    LimitSerializer,
    LimitWriteSerializer,
    ProcessSerializer,
    ProcessWriteSerializer,
    RiskSourceSerializer,
    RiskSourceWriteSerializer,
)
from workflow.actor import actor
from workflow.api import timeline_page, valid, wanted_version
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet


class ProcessViewSet(RegisteredViewSet):
    """Business processes, by which downtime is counted."""

    queryset = TechProcess.objects.none()
    serializer_class = ProcessSerializer
    filterset = ProcessFilter
    policy = {
        "list": "process.see",
        "retrieve": "process.see",
        "create": "process.edit",
        "partial_update": "process.edit",
        "limits": {"GET": "limit.see", "POST": "limit.propose"},
        "timeline": "process.see",
    }

    def get_queryset(self) -> TechProcessQuerySet:
        return TechProcess.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary="List processes",
        description="By number.",
        parameters=filter_parameters(ProcessFilter),
        examples=[examples.TECH_PROCESS],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(
        summary="Add a process",
        description="Without a `schedule` it works as the organisation does.",
        parameters=[IDEMPOTENCY_KEY],
        request=ProcessWriteSerializer,
        responses={201: ProcessSerializer},
        examples=[examples.NEW_PROCESS, examples.TECH_PROCESS],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create_process, ProcessWriteSerializer)

    @extend_schema(
        summary="Read one process", description="`ETag` carries the version.", examples=[examples.TECH_PROCESS]
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a process",
        description="Any of the fields; `schedule: null` gives it the organisation's hours.",
        parameters=[IF_MATCH],
        request=ProcessWriteSerializer,
        responses=ProcessSerializer,
        examples=[examples.NEW_NAME, examples.TECH_PROCESS],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        process = self.get_object()
        fields = valid(ProcessWriteSerializer, request, partial=True)
        services.edit_process(process, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(process)

    @extend_schema(
        methods=["GET"],
        summary="Read the limits of a process",
        description="The latest first, proposals included.",
        responses=LimitSerializer(many=True),
        examples=[examples.LIMIT],
    )
    @extend_schema(
        methods=["POST"],
        summary="Propose limits",
        description="They hold once somebody else approved them.",
        parameters=[IDEMPOTENCY_KEY],
        request=LimitWriteSerializer,
        responses={201: LimitSerializer},
        examples=[examples.NEW_LIMIT, examples.LIMIT],
    )
    @action(detail=True, methods=["get", "post"])
    def limits(self, request: Request, pk: str) -> Response:
        process = self.get_object()
        if request.method == "POST":
            return LimitMaker(request=request, format_kwarg=None, action="create").propose(process)
        rows = self.paginate_queryset(process.limits.present().for_list())
        return self.get_paginated_response(LimitSerializer(rows, many=True).data)

    @extend_schema(
        summary="Read the timeline of a process",
        description="Every change of it and of its limits, the first one first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=allows(request.user, "timeline.internal"))


limit_verb = partial(verb_schema, example=examples.LIMIT, parameters=[IF_MATCH])


@extend_schema_view(
    approve=limit_verb("Approve limits", "Puts a proposal of somebody else in force.", NoteSerializer),
    withdraw=limit_verb("Withdraw a proposal", "Takes it back, for a reason.", ReasonSerializer),
)
class LimitViewSet(RegisteredViewSet):
    """Limits: how much downtime a process is allowed, from when to when."""

    queryset = ProcessLimit.objects.none()
    serializer_class = LimitSerializer
    filterset = LimitFilter
    policy = {
        "list": "limit.see",
        "retrieve": "limit.see",
        "approve": "limit.approve",
        "withdraw": "limit.propose",
        "correct": "limit.propose",
        "end": "limit.propose",
    }

    def get_queryset(self) -> ProcessLimitQuerySet:
        return ProcessLimit.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary="List limits",
        description="Of all processes, the latest first.",
        parameters=filter_parameters(LimitFilter),
        examples=[examples.LIMIT],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read limits", description="`ETag` carries the version.", examples=[examples.LIMIT])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self.do(services.approve_limit, NoteSerializer)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.do(services.withdraw_limit, ReasonSerializer)

    @extend_schema(
        summary="Propose to correct approved limits",
        description=(
            "Makes a proposal that takes the place of the approved limits once somebody else approves it, from the "
            "same day on unless another is given; until then they hold. Out of turn it is refused with 409."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=LimitCorrectSerializer,
        responses={201: LimitSerializer},
        examples=[examples.CORRECTION, examples.LIMIT],
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        return self.make(partial(services.correct_limit, self.get_object()), LimitCorrectSerializer)

    @extend_schema(
        summary="Propose to end approved limits",
        description="Makes a proposal of the same limits with a last day; nothing is set after it. See `correct`.",
        parameters=[IDEMPOTENCY_KEY],
        request=LimitEndSerializer,
        responses={201: LimitSerializer},
        examples=[examples.END, examples.LIMIT],
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        return self.make(partial(services.end_limit, self.get_object()), LimitEndSerializer)

    def answer(self, subject: Any, code: int = status.HTTP_200_OK) -> Response:
        """Answer what was made with its own address, also where it came in under another."""
        response = super().answer(subject, code)
        if code == status.HTTP_201_CREATED:
            response["Location"] = reverse("limit-detail", args=[subject.pk])
        return response


class LimitMaker(LimitViewSet):
    """Answers a proposal that came in under its process."""

    def propose(self, process: TechProcess) -> Response:
        return self.make(services.propose_limit, LimitWriteSerializer, process=process)


class RiskSourceViewSet(RegisteredViewSet):
    """Risk sources: where disturbances come from."""

    queryset = RiskSource.objects.none()
    serializer_class = RiskSourceSerializer
    filterset = RiskSourceFilter
    policy = {
        "list": "risk_source.see",
        "retrieve": "risk_source.see",
        "create": "risk_source.edit",
        "partial_update": "risk_source.edit",
    }

    def get_queryset(self) -> RiskSourceQuerySet:
        return RiskSource.objects.visible_to(self.request.user)

    @extend_schema(
        summary="List risk sources",
        description="By name.",
        parameters=filter_parameters(RiskSourceFilter),
        examples=[examples.RISK_SOURCE],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(
        summary="Add a risk source",
        description="It is offered for new cases at once.",
        parameters=[IDEMPOTENCY_KEY],
        request=RiskSourceWriteSerializer,
        responses={201: RiskSourceSerializer},
        examples=[examples.NEW_RISK_SOURCE, examples.RISK_SOURCE],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.create_risk_source, RiskSourceWriteSerializer)

    @extend_schema(
        summary="Read one risk source", description="`ETag` carries the version.", examples=[examples.RISK_SOURCE]
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a risk source",
        description="An inactive one is no longer offered; cases keep it.",
        parameters=[IF_MATCH],
        request=RiskSourceWriteSerializer,
        responses=RiskSourceSerializer,
        examples=[examples.NEW_NAME, examples.RISK_SOURCE],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        source = self.get_object()
        fields: dict[str, Any] = valid(RiskSourceWriteSerializer, request, partial=True)
        services.edit_risk_source(source, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(source)
