"""Invitations as administrators see them."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import examples, policy, services
from accounts.filters import InvitationFilter
from accounts.links import product_url
from accounts.models import Invitation
from accounts.models.invitation import InvitationQuerySet
from accounts.serializers import InvitationSerializer, SentInvitationSerializer
from workflow.actor import actor
from workflow.api import KEY, etag, filtered, valid
from workflow.schema import filter_parameters, verb_schema
from workflow.serializers import NoteSerializer


@extend_schema_view(
    withdraw=verb_schema("Withdraw", "Makes the link worthless.", NoteSerializer, examples.INVITATION),
)
class InvitationViewSet(viewsets.GenericViewSet):
    """Invitations: who was asked in, and what became of it. Sent by `POST /api/v1/users/invite/`."""

    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    lookup_value_regex = KEY
    policy = dict.fromkeys(("list", "retrieve", "withdraw", "resend"), "user.manage")

    def get_queryset(self) -> InvitationQuerySet:
        return policy.visible(Invitation.objects.all(), self.request.user, "user.manage")

    def get_object(self) -> Invitation:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def answer(self, invitation: Invitation) -> Response:
        return Response(InvitationSerializer(invitation).data, headers={"ETag": etag(invitation.version)})

    def do(self, verb: Callable[..., Any]) -> Response:
        invitation = self.get_object()
        verb(invitation, by=actor(self.request), **valid(NoteSerializer, self.request))
        return self.answer(invitation)

    @extend_schema(
        summary="List invitations",
        description="Newest first.",
        parameters=filter_parameters(InvitationFilter),
        examples=[examples.INVITATION],
    )
    def list(self, request: Request) -> Response:
        found = self.paginate_queryset(filtered(InvitationFilter, self.get_queryset().for_list(), request))
        return self.get_paginated_response(InvitationSerializer(found, many=True).data)

    @extend_schema(summary="Read one invitation", description="Never with its link.", examples=[examples.INVITATION])
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self.do(services.withdraw)

    @extend_schema(
        summary="Send again",
        description="Mails a new link, valid for another seven days; the old one dies. Answered or withdrawn: 409.",
        request=None,
        responses=SentInvitationSerializer,
        examples=[examples.SENT],
    )
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        sent = services.resend(self.get_object(), by=actor(request), product_url=product_url(request))
        return Response(SentInvitationSerializer(sent.invitation, context={"link": sent.link}).data)
