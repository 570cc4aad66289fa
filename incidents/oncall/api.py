"""Duties, who is on duty now, and the chains of escalation over the API."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import short_person
from incidents.models import Duty, DutyQuerySet, EscalationPolicy, EscalationPolicyQuerySet
from incidents.oncall import examples, exports, policies, services
from incidents.oncall.filters import DutyFilter, PolicyFilter
from incidents.oncall.serializers import (
    DutySerializer,
    DutyWriteSerializer,
    NowSerializer,
    PolicySerializer,
    PolicyWriteSerializer,
    RotaSerializer,
    SubstituteSerializer,
)
from incidents.oncall.weeks import overview
from workflow.actor import actor
from workflow.api import choice_of, timeline_page, valid, wanted_version
from workflow.exports import FORMATS, export, filters_of
from workflow.fields import utc
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer, ReasonSerializer
from workflow.viewsets import RegisteredViewSet


def verb(summary: str, description: str, request: Any, example: Any) -> Any:
    return verb_schema(summary, description, request, example, [IF_MATCH])


class OnCallNowView(APIView):
    policy = {"get": "duty.see"}

    @extend_schema(
        operation_id="oncall_now",
        summary="Read who is on duty now",
        description="One answer at any minute: a substitute goes before whoever has the duty.",
        responses=NowSerializer,
        examples=[examples.NOW],
    )
    def get(self, request: Request) -> Response:
        at = timezone.now()
        seen = overview(at)
        present, following = seen.present, seen.following
        body = {
            "at": utc(at),
            "person": short_person(present.person if present else None),
            "instead_of": short_person(present.instead_of if present else None),
            "until": utc(present.finish if present else None),
            "next_person": short_person(following.person if following else None),
            "next_start": utc(following.start if following else None),
            "gaps": [{"start": utc(gap.start), "finish": utc(gap.finish)} for gap in seen.gaps],
        }
        return Response(body)


@extend_schema_view(
    hide=verb("Delete", "Takes it out of the table, for a reason.", ReasonSerializer, examples.DUTY),
    unhide=verb("Restore", "Brings a deleted duty back where its time is free.", NoteSerializer, examples.DUTY),
)  # fmt: skip
class DutyViewSet(RegisteredViewSet):
    """Duties: who is on duty from when to when, substitutions among them."""

    queryset = Duty.objects.none()
    serializer_class = DutySerializer
    filterset = DutyFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "duty.see"),
        "export": "duty.export",
        **dict.fromkeys(("create", "partial_update", "generate", "substitute", "hide", "unhide"), "duty.edit"),
    }

    def get_queryset(self) -> DutyQuerySet:
        return Duty.objects.visible_to(self.request.user).select_related("person", "original__person")

    @extend_schema(
        summary="List duties",
        description="By their beginning unless `ordering` says otherwise. Deleted ones are left out.",
        parameters=filter_parameters(DutyFilter),
        examples=[examples.DUTY],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(summary="Read one duty", description="With whom it stands in for.", examples=[examples.DUTY])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Put somebody on duty",
        description="Refused where somebody is on duty already.",
        parameters=[IDEMPOTENCY_KEY],
        request=DutyWriteSerializer,
        responses={201: DutySerializer},
        examples=[examples.PLAN, examples.DUTY],
    )
    def create(self, request: Request) -> Response:
        return self.make(services.plan, DutyWriteSerializer)

    @extend_schema(
        summary="Change a duty",
        description="Any of the fields. Its substitutions must still lie within.",
        parameters=[IF_MATCH],
        request=DutyWriteSerializer,
        responses=DutySerializer,
        examples=[examples.CHANGE, examples.DUTY],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        duty = self.get_object()
        fields = valid(DutyWriteSerializer, request, partial=True)
        services.edit(duty, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(duty)

    @extend_schema(
        summary="Make a rota",
        description="Puts people on duty in turn, from hand-over to hand-over. All or nothing.",
        parameters=[IDEMPOTENCY_KEY],
        request=RotaSerializer,
        responses={201: DutySerializer(many=True)},
        examples=[examples.ROTA, examples.DUTY],
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def generate(self, request: Request) -> Response:
        def made() -> Response:
            duties = services.generate(by=actor(request), **valid(RotaSerializer, request))
            return Response(DutySerializer(duties, many=True).data, status=status.HTTP_201_CREATED)

        return once(request, made)

    @extend_schema(
        summary="Let somebody stand in",
        description="For part of a duty or all of it; the duty stays as it is. Answers with the substitution.",
        parameters=[IDEMPOTENCY_KEY],
        request=SubstituteSerializer,
        responses={201: DutySerializer},
        examples=[examples.SUBSTITUTE, examples.SUBSTITUTION],
    )
    @action(detail=True, methods=["post"])
    def substitute(self, request: Request, pk: str) -> Response:
        duty = self.get_object()

        def made() -> Response:
            substitution = services.substitute(duty, by=actor(request), **valid(SubstituteSerializer, request))
            return self.answer(substitution, status.HTTP_201_CREATED)

        return once(request, made)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        summary="Read the timeline",
        description="Every change and every substitution, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)

    @extend_schema(
        summary="Export the filtered duties",
        description="The filters of the list, without pages. Cells that a spreadsheet would run are made harmless.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(DutyFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(exports.register(self.listed()), form, by=actor(request), filters=filters)


@extend_schema_view(
    hide=verb("Delete", "Follows the chain no more, for a reason.", ReasonSerializer, examples.POLICY),
    unhide=verb("Restore", "Follows a deleted chain again.", NoteSerializer, examples.POLICY),
)
class PolicyViewSet(RegisteredViewSet):
    """Chains of escalation: who is told, step after step, while nobody takes an incident."""

    queryset = EscalationPolicy.objects.none()
    serializer_class = PolicySerializer
    filterset = PolicyFilter
    policy = {
        **dict.fromkeys(("list", "retrieve", "timeline"), "escalation.see"),
        **dict.fromkeys(("create", "partial_update", "hide", "unhide"), "escalation.edit"),
    }

    def get_queryset(self) -> EscalationPolicyQuerySet:
        return EscalationPolicy.objects.visible_to(self.request.user)

    @extend_schema(
        summary="List chains",
        description="The mildest severity first. Deleted ones are left out.",
        parameters=filter_parameters(PolicyFilter),
        examples=[examples.POLICY],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed().mildest_first())

    @extend_schema(summary="Read one chain", description="With its steps in order.", examples=[examples.POLICY])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Write a chain",
        description="One for each severity; it counts for that and worse ones, unless they have their own.",
        parameters=[IDEMPOTENCY_KEY],
        request=PolicyWriteSerializer,
        responses={201: PolicySerializer},
        examples=[examples.WRITE_POLICY, examples.POLICY],
    )
    def create(self, request: Request) -> Response:
        return self.make(policies.create, PolicyWriteSerializer)

    @extend_schema(
        summary="Change a chain",
        description="Any of the fields; the steps as a whole.",
        parameters=[IF_MATCH],
        request=PolicyWriteSerializer,
        responses=PolicySerializer,
        examples=[examples.CHANGE_POLICY, examples.POLICY],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        policy = self.get_object()
        fields = valid(PolicyWriteSerializer, request, partial=True)
        policies.edit(policy, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(policy)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(policies.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(policies.undelete, NoteSerializer)

    @extend_schema(
        summary="Read the timeline",
        description="Every change, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)
