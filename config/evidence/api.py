"""The chain of evidence over the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import ByPolicy
from config.evidence import chain
from workflow.fields import UtcDateTimeField
from workflow.models import Event
from workflow.serializers import EventSerializer

SUBJECT = {"noun": "incident", "id": 1042, "name": "INC-1042 No exchange", "url": "/incidents/1042/"}
TASK = {"noun": "task", "id": 17, "name": "TSK-17 Second uplink", "url": "/tasks/17/"}


class LinkedSerializer(serializers.Serializer):
    """What an event is about."""

    noun = serializers.ChoiceField(choices=[noun.name for noun in chain.NOUNS])
    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page.")


class LinkedObjectSerializer(LinkedSerializer):
    """A link of the chain."""

    status = serializers.CharField()
    created_at = UtcDateTimeField()


class EvidenceLineSerializer(EventSerializer):
    """One line of the joined timeline."""

    subject = LinkedSerializer()


class EvidenceSerializer(serializers.Serializer):
    """The objects of a chain, oldest first, and a page of what happened to them."""

    objects = LinkedObjectSerializer(many=True)
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EvidenceLineSerializer(many=True)


EXAMPLE = OpenApiExample(
    "Chain",
    {
        "objects": [
            SUBJECT | {"status": "resolved", "created_at": "2026-07-23T14:58:00Z"},
            TASK | {"status": "open", "created_at": "2026-07-24T08:10:00Z"},
        ],
        "count": 5,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": 90,
                "at": "2026-07-23T15:07:00Z",
                "actor": {"id": 7, "username": "orlov", "name": "Илья Орлов"},
                "channel": "page",
                "verb": "take",
                "before": {"status": "open"},
                "after": {"status": "in_progress"},
                "note": "",
                "subject": SUBJECT,
            }
        ],
    },
    response_only=True,
)


class EvidenceView(GenericAPIView):
    """Everything linked with an object, and one timeline that reads along the links."""

    queryset = Event.objects.none()
    serializer_class = EvidenceSerializer
    noun: chain.Noun

    @extend_schema(
        summary="Read the chain of evidence",
        description="What is linked with the object over any number of steps, as far as you may see it, and all that"
        f" happened to it, in order. At most {chain.MOST} objects.",
        examples=[EXAMPLE],
    )
    def get(self, request: Request, pk: int) -> Response:
        subject = get_object_or_404(self.noun.model.objects.visible_to(request.user).for_card(), pk=pk)
        objects = chain.linked(subject, request.user)
        about = chain.by_subject(objects)
        events: Any = self.paginate_queryset(chain.story(objects, request.user))
        response = self.get_paginated_response([line(event, chain.subject_of(event, about)) for event in events])
        response.data = {"objects": [link(one) for one in objects], **response.data}
        return response


def line(event: Event, subject: Any) -> dict[str, Any]:
    return {**EventSerializer(event).data, "subject": named(subject)}


def named(one: Any) -> dict[str, Any]:
    return {"noun": chain.noun_of(one).name, "id": one.pk, "name": str(one), "url": one.get_absolute_url()}


def link(one: Any) -> dict[str, Any]:
    return LinkedObjectSerializer(named(one) | {"status": one.status, "created_at": one.created_at}).data


def view_of(noun: chain.Noun) -> type[EvidenceView]:
    """Return the view for objects of `noun`: each declares its own line of the policy."""
    permissions: list[type[BasePermission]] = [ByPolicy]
    attributes = {"noun": noun, "policy": {"get": f"{noun.name}.see"}, "permission_classes": permissions}
    return type(f"{noun.model.__name__}EvidenceView", (EvidenceView,), attributes)
