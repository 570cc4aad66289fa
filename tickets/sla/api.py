"""Broken promises over the API."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import PersonSerializer, short_person
from tickets.models import Ticket, TicketQuerySet
from tickets.sla import breaches
from tickets.sla.breaches import Breach, BreachFilter
from tickets.sla.reckoning import State
from tickets.sla.standing import NAMES, whole_minutes
from workflow.actor import actor
from workflow.api import choice_of, filtered
from workflow.exports import FORMATS, export, filters_of
from workflow.fields import utc
from workflow.schema import filter_parameters


class BrokenPromiseSerializer(serializers.Serializer):
    promise = serializers.ChoiceField(choices=NAMES)
    due_at = serializers.DateTimeField()
    late_minutes = serializers.IntegerField(help_text="Of working time, so far.")
    waits = serializers.BooleanField(help_text="Not kept yet.")


class BreachSerializer(serializers.Serializer):
    """A ticket with the promises that were broken."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    priority = serializers.ChoiceField(choices=Ticket.Priority.choices)
    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    assignee = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    promises = BrokenPromiseSerializer(many=True)


BREACH = OpenApiExample(
    "Breach",
    {
        "id": 588,
        "title": "The printer on the 4th floor prints nothing",
        "priority": "high",
        "status": "in_progress",
        "assignee": {"id": 7, "username": "orlov", "name": "Илья Орлов"},
        "created_at": "2026-07-24T14:30:00Z",
        "promises": [
            {"promise": "resolution", "due_at": "2026-07-27T09:30:00Z", "late_minutes": 40, "waits": True}
        ],
    },
    response_only=True,
)  # fmt: skip


def represent(breach: Breach) -> dict[str, Any]:
    ticket = breach.ticket
    return {
        "id": ticket.pk,
        "title": ticket.title,
        "priority": ticket.priority,
        "status": ticket.status,
        "assignee": short_person(ticket.assignee) if ticket.assignee else None,
        "created_at": utc(ticket.created_at),
        "promises": [
            {
                "promise": one.name,
                "due_at": utc(one.due),
                "late_minutes": -(whole_minutes(one) or 0),
                "waits": one.state == State.LATE,
            }
            for one in breach.promises
        ],
    }


class BreachViewSet(viewsets.GenericViewSet):
    """Promises that were broken: first responses and resolutions that came late, or have not come yet."""

    queryset = Ticket.objects.none()
    serializer_class = BreachSerializer
    policy = {"list": "ticket_record.see", "export": "ticket_record.see"}

    def listed(self) -> TicketQuerySet:
        rows = breaches.breached(self.request.user, timezone.now()).for_list().order_by("-created_at", "-pk")
        return filtered(BreachFilter, rows, self.request)

    @extend_schema(
        summary="List broken promises",
        description="The newest ticket first. A technician reads their own. Durations are working time.",
        parameters=filter_parameters(BreachFilter),
        responses=BreachSerializer(many=True),
        examples=[BREACH],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.listed()) or []
        return self.get_paginated_response([represent(one) for one in breaches.judged(page, timezone.now())])

    @extend_schema(
        summary="Export broken promises",
        description="A line for each promise, with the filters of the list.",
        parameters=[
            OpenApiParameter("format", str, enum=FORMATS, default="csv", description="File format."),
            *filter_parameters(BreachFilter),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        form, filters = choice_of(request, "format", FORMATS), filters_of(request.query_params)
        return export(breaches.register(self.listed(), timezone.now()), form, by=actor(request), filters=filters)
