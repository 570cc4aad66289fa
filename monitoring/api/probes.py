from collections.abc import Callable
from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from incidents.serializers import ReasonSerializer
from monitoring import examples, services
from monitoring.filters import ProbeFilter
from monitoring.models import TargetGroup, TargetGroupQuerySet
from monitoring.serializers import (
    AddressSerializer,
    AnswerSerializer,
    GroupCreateSerializer,
    GroupPatchSerializer,
    GroupSerializer,
    WindowSerializer,
    represent,
)
from workflow.actor import actor
from workflow.api import KEY, etag, filtered, timeline_page, valid, wanted_version
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, NOTE, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.services import at_version

verb = partial(verb_schema, example=examples.PROBE, parameters=[IF_MATCH])


@extend_schema_view(
    check=verb("Check now", "Looks at all targets at once; what is found counts as a round where one is due.", None),
    hide=verb("Delete", "Watches no more, for a reason; restorable. Its outages stay.", ReasonSerializer),
    unhide=verb("Restore", "Watches a deleted group again.", NoteSerializer),
)
class ProbeViewSet(viewsets.GenericViewSet):
    """Probes: groups of targets that are looked at every few seconds."""

    queryset = TargetGroup.objects.none()
    serializer_class = GroupSerializer
    lookup_value_regex = KEY
    policy = {
        "list": "probe.see",
        "retrieve": "probe.see",
        "create": "probe.create",
        "partial_update": "probe.edit",
        "check": "probe.check",
        "hide": "probe.delete",
        "unhide": "probe.undelete",
        "windows": {"GET": "probe.see", "POST": "probe.edit"},
        "cancel_window": "probe.edit",
        "timeline": "probe.see",
        "test_url": "probe.test_url",
    }

    def get_queryset(self) -> TargetGroupQuerySet:
        return TargetGroup.objects.visible_to(self.request.user)

    def get_object(self) -> TargetGroup:
        group = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, group)
        return group

    def answer(self, group: TargetGroup, code: int = status.HTTP_200_OK) -> Response:
        row = TargetGroup.objects.for_list().get(pk=group.pk)
        return Response(GroupSerializer(row).data, status=code, headers={"ETag": etag(row.version)})

    def do(self, verb: Callable[..., Any], serializer_class: type[Serializer] | None = None) -> Response:
        group = self.get_object()
        payload = valid(serializer_class, self.request) if serializer_class else {}
        at_version(group, wanted_version(self.request), verb, by=actor(self.request), **payload)
        return self.answer(group)

    @extend_schema(
        summary="List probes",
        description="By name unless `ordering` says otherwise. Deleted ones are left out.",
        parameters=filter_parameters(ProbeFilter),
        examples=[examples.PROBE],
    )
    def list(self, request: Request) -> Response:
        rows = filtered(ProbeFilter, self.get_queryset().present(), request).for_list()
        return self.get_paginated_response(GroupSerializer(self.paginate_queryset(rows) or [], many=True).data)

    @extend_schema(
        summary="Make a probe",
        description="Begins to watch at the next round. Two independent targets or more tell a link from a target.",
        parameters=[IDEMPOTENCY_KEY],
        request=GroupCreateSerializer,
        responses={201: GroupSerializer},
        examples=[examples.CREATE, examples.PROBE],
    )
    def create(self, request: Request) -> Response:
        return once(request, self.make)

    def make(self) -> Response:
        group = services.create(by=actor(self.request), **valid(GroupCreateSerializer, self.request))
        response = self.answer(group, status.HTTP_201_CREATED)
        response["Location"] = f"{self.request.path.rstrip('/')}/{group.pk}/"
        return response

    @extend_schema(
        summary="Read one probe", description="Its state and its targets' last answers.", examples=[examples.PROBE]
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Change a probe",
        description="Any of the fields; `targets` replaces the whole list. Switched off, its running outage ends.",
        parameters=[IF_MATCH],
        request=GroupPatchSerializer,
        responses=GroupSerializer,
        examples=[examples.PATCH, examples.PROBE],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        group = self.get_object()
        fields = valid(GroupPatchSerializer, request, partial=True)
        services.edit(group, by=actor(request), version=wanted_version(request), **fields)
        return self.answer(group)

    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        group = self.get_object()
        group.expect_version(wanted_version(request))
        services.check(group, by=actor(request))
        return self.answer(group)

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        return self.do(services.delete, ReasonSerializer)

    @action(detail=True, methods=["post"], url_path="undelete")
    def unhide(self, request: Request, pk: str) -> Response:
        return self.do(services.undelete, NoteSerializer)

    @extend_schema(
        methods=["GET"],
        summary="Read the maintenance windows",
        description="By start; those that come every week, that are over and that were cancelled among them.",
        responses=WindowSerializer(many=True),
        examples=[examples.WINDOW],
    )
    @extend_schema(
        methods=["POST"],
        summary="Agree on maintenance",
        description=(
            "No outage begins within the window; it cannot be agreed on afterwards. A `weekly` one comes again at the "
            "same clock time of the organisation's zone, also when the clocks change."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=WindowSerializer,
        responses={201: WindowSerializer},
        examples=[examples.WINDOW_TEXT, examples.WEEKLY_TEXT, examples.WINDOW],
    )
    @action(detail=True, methods=["get", "post"])
    def windows(self, request: Request, pk: str) -> Response:
        group = self.get_object()
        if request.method == "POST":
            return once(request, lambda: self.agree(group))
        rows = self.paginate_queryset(group.windows.all())
        return self.get_paginated_response(WindowSerializer(rows, many=True).data)

    def agree(self, group: TargetGroup) -> Response:
        window = services.add_window(group, by=actor(self.request), **valid(WindowSerializer, self.request))
        return Response(WindowSerializer(window).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Cancel maintenance",
        description="At once where it runs, whole where it is to come; a weekly one comes no more. What is over stays.",
        request=NoteSerializer,
        responses=GroupSerializer,
        examples=[NOTE, examples.PROBE],
    )
    @action(detail=True, methods=["post"], url_path="windows/(?P<window>[0-9]{1,18})/cancel")
    def cancel_window(self, request: Request, pk: str, window: str) -> Response:
        group = self.get_object()
        found = get_object_or_404(group.windows.select_related("group"), pk=window)
        services.cancel_window(found, by=actor(request), **valid(NoteSerializer, request))
        return self.answer(group)

    @extend_schema(
        summary="Read the timeline",
        description="Every change and every outage, creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, self.get_object(), internal=True)

    @extend_schema(
        summary="Test an address",
        description="Looks at a web address once. Internal networks are out of reach, by redirects and names too.",
        request=AddressSerializer,
        responses=AnswerSerializer,
        examples=[examples.ADDRESS, examples.ANSWER],
    )
    @action(detail=False, methods=["post"], url_path="test-url", pagination_class=None)
    def test_url(self, request: Request) -> Response:
        payload = valid(AddressSerializer, request)
        return Response(represent(services.test_url(by=actor(request), **payload)))
