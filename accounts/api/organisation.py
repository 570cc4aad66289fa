"""Whose journal this is: one object, which everybody reads and administrators change."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import organisation, services
from accounts.models import Organisation
from accounts.serializers import OrganisationSerializer
from workflow.actor import actor
from workflow.api import etag, valid, wanted_version
from workflow.schema import IF_MATCH

ORGANISATION = OpenApiExample(
    "Organisation",
    {
        "name": "УК «Паллада»",
        "time_zone": "Europe/Moscow",
        "counting_basis": "calendar",
        "degradation_means": "lost",
        "shows_first_steps": False,
        "updated_at": "2026-07-23T15:04:00Z",
        "version": 3,
    },
    response_only=True,
)
RENAMED = OpenApiExample("Change", {"name": "УК «Паллада»", "time_zone": "Europe/Moscow"}, request_only=True)


class OrganisationView(APIView):
    policy = {"get": "organisation.see", "patch": "organisation.edit"}

    @extend_schema(
        operation_id="organisation",
        summary="Read the organisation",
        description="Its name, its time zone and how it counts: days, months and working hours are those of its zone.",
        responses=OrganisationSerializer,
        examples=[ORGANISATION],
    )
    def get(self, request: Request) -> Response:
        return answer(organisation.current())

    @extend_schema(
        operation_id="organisation_edit",
        summary="Change the organisation",
        description="Acts at once here and within five seconds in every other process.",
        parameters=[IF_MATCH],
        request=OrganisationSerializer,
        responses=OrganisationSerializer,
        examples=[RENAMED, ORGANISATION],
    )
    def patch(self, request: Request) -> Response:
        subject = Organisation.objects.get(pk=organisation.current().pk)
        fields = valid(OrganisationSerializer, request, partial=True)
        services.edit_organisation(subject, by=actor(request), version=wanted_version(request), **fields)
        return answer(subject)


def answer(subject: Organisation) -> Response:
    return Response(OrganisationSerializer(subject).data, headers={"ETag": etag(subject.version)})
