"""People: the picker for everybody, the whole register for administrators."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts import examples, handover, policy, services
from accounts.api.identity import my_profile
from accounts.filters import PersonFilter
from accounts.links import product_url
from accounts.models import User
from accounts.models.user import UserQuerySet
from accounts.serializers import (
    HandOverSerializer,
    InviteSerializer,
    MeSerializer,
    NewPasswordSerializer,
    PersonCardSerializer,
    PersonCreateSerializer,
    PersonSerializer,
    PersonWriteSerializer,
    RoleSerializer,
    SentInvitationSerializer,
    WorkSerializer,
)
from workflow.actor import actor
from workflow.api import KEY, etag, filtered, timeline_page, valid, wanted_version
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer

MANAGING = (
    "create", "partial_update", "invite", "approve", "refuse", "deactivate", "activate", "set_role", "set_password",
    "sign_out", "reset_second_factor",
)  # fmt: skip


@extend_schema_view(
    approve=verb_schema("Approve", "Lets somebody in who registered.", NoteSerializer, examples.CARD),
    refuse=verb_schema("Refuse", "Does not let somebody in who registered.", NoteSerializer, examples.CARD),
    deactivate=verb_schema("Deactivate", "Shuts somebody out and ends their sessions.", NoteSerializer, examples.CARD),
    activate=verb_schema("Activate", "Lets somebody in again.", NoteSerializer, examples.CARD),
    set_password=verb_schema(
        "Set a password", "For the next sign-in, where it must be changed.", NewPasswordSerializer, examples.CARD
    ),
    sign_out=verb_schema("Sign out everywhere", "Ends all sessions and tokens of a person.", None, examples.CARD),
    reset_second_factor=verb_schema(
        "Take off the second factor", "For somebody who lost phone and codes.", NoteSerializer, examples.CARD
    ),
)
class UserViewSet(viewsets.GenericViewSet):
    """People. Deactivated, never deleted."""

    queryset = User.objects.none()
    serializer_class = PersonCardSerializer
    lookup_value_regex = KEY
    policy = {
        "list": "user.see",
        "retrieve": "user.see",
        "me": "user.profile",
        **dict.fromkeys(MANAGING, "user.manage"),
        "timeline": "user.audit",
        "work": "user.hand_over",
        "hand_over": "user.hand_over",
    }

    def get_queryset(self) -> UserQuerySet:
        """Everybody for those whose errand concerns people who have left or not come yet; else active people."""
        verb = self.policy.get(self.action, "user.see")
        people = User.objects.people()
        sees_all = verb != "user.see" or policy.allows(self.request.user, "user.manage")
        return people if sees_all else policy.visible(people.active(), self.request.user, "user.see")

    def get_object(self) -> User:
        user = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, user)
        return user

    def shown_as(self) -> type[Serializer]:
        return PersonCardSerializer if policy.allows(self.request.user, "user.manage") else PersonSerializer

    def answer(self, user: User, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.shown_as()(user).data, status=code, headers={"ETag": etag(user.version)})

    def do(self, verb: Callable[..., Any], serializer_class: type[Serializer] | None = None) -> Response:
        user = self.get_object()
        payload = valid(serializer_class, self.request) if serializer_class else {}
        verb(user, by=actor(self.request), **payload)
        return self.answer(User.objects.get(pk=user.pk))

    @extend_schema(
        summary="Find people",
        description=(
            "Active people by name, username or e-mail, in short fields. Administrators find everybody, the waiting "
            "and deactivated too, with the whole card; `standing=active` narrows that to whom one may choose."
        ),
        parameters=filter_parameters(PersonFilter),
        examples=[examples.PERSON, examples.CARD],
    )
    def list(self, request: Request) -> Response:
        people = self.paginate_queryset(filtered(PersonFilter, self.get_queryset().for_list(), request))
        return self.get_paginated_response(self.shown_as()(people, many=True).data)

    @extend_schema(
        summary="Read one person",
        description="Short fields of an active person; administrators read the whole card of anybody.",
        examples=[examples.PERSON, examples.CARD],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Create an account",
        description="Open at once. Without a password the person asks for a reset letter or uses an invitation.",
        parameters=[IDEMPOTENCY_KEY],
        request=PersonCreateSerializer,
        responses={201: PersonCardSerializer},
        examples=[
            examples.body("Person", {"username": "orlov", "email": "orlov@example.org", "role": "technician"}),
            examples.CARD,
        ],
    )
    def create(self, request: Request) -> Response:
        return once(request, self.employ)

    def employ(self) -> Response:
        user = services.create_person(by=actor(self.request), **valid(PersonCreateSerializer, self.request))
        response = self.answer(User.objects.get(pk=user.pk), status.HTTP_201_CREATED)
        response["Location"] = f"{self.request.path.rstrip('/')}/{user.pk}/"
        return response

    @extend_schema(
        summary="Change a card",
        description="Names, e-mail, department, preferences; a `role` is given as `set-role` does it.",
        parameters=[IF_MATCH],
        request=PersonWriteSerializer(partial=True),
        responses=PersonCardSerializer,
        examples=[examples.body("Department", {"department": "IT"}), examples.CARD],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        user = self.get_object()
        payload = PersonWriteSerializer(user, data=request.data, partial=True)
        payload.is_valid(raise_exception=True)
        services.edit_person(user, by=actor(request), version=wanted_version(request), **payload.validated_data)
        return self.answer(User.objects.get(pk=user.pk))

    @extend_schema(
        summary="Invite by e-mail",
        description="Mails a link that makes an account with the role, once, within seven days.",
        request=InviteSerializer,
        responses={201: SentInvitationSerializer},
        examples=[
            examples.body("Technician", {"email": "melnikova@example.org", "role": "technician", "language": "ru"}),
            examples.SENT,
        ],
    )
    @action(detail=False, methods=["post"])
    def invite(self, request: Request) -> Response:
        payload = valid(InviteSerializer, request)
        sent = services.invite(by=actor(request), product_url=product_url(request), **payload)
        shown = SentInvitationSerializer(sent.invitation, context={"link": sent.link})
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Give a role",
        description="All sessions and tokens of the old role end. The last administrator stays one: 409.",
        request=RoleSerializer,
        responses=PersonCardSerializer,
        examples=[examples.body("Role", {"role": "manager", "note": "Heads the shift."}), examples.CARD],
    )
    @action(detail=True, methods=["post"], url_path="set-role")
    def set_role(self, request: Request, pk: str) -> Response:
        return self.do(services.set_role, RoleSerializer)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self.do(services.approve, NoteSerializer)

    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self.do(services.refuse, NoteSerializer)

    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        return self.do(services.deactivate, NoteSerializer)

    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        return self.do(services.activate, NoteSerializer)

    @action(detail=True, methods=["post"], url_path="set-password")
    def set_password(self, request: Request, pk: str) -> Response:
        return self.do(services.set_password, NewPasswordSerializer)

    @action(detail=True, methods=["post"], url_path="sign-out")
    def sign_out(self, request: Request, pk: str) -> Response:
        return self.do(services.sign_out_everywhere)

    @action(detail=True, methods=["post"], url_path="reset-second-factor")
    def reset_second_factor(self, request: Request, pk: str) -> Response:
        return self.do(services.reset_second_factor, NoteSerializer)

    @extend_schema(
        summary="Read what a person has open",
        description="How many objects of each noun are theirs to do.",
        responses=WorkSerializer,
        examples=[examples.WORK],
    )
    @action(detail=True, methods=["get"])
    def work(self, request: Request, pk: str) -> Response:
        return Response({"work": handover.count(self.get_object())})

    @extend_schema(
        summary="Hand over open work",
        description="Gives everything a person has open to another, all or nothing, and answers with what was moved.",
        request=HandOverSerializer,
        responses=WorkSerializer,
        examples=[examples.body("Successor", {"to": 9, "note": "Left the company."}), examples.WORK],
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        person, payload = self.get_object(), valid(HandOverSerializer, request)
        return Response({"work": services.hand_over(person, by=actor(request), **payload)})

    @extend_schema(
        summary="Read the timeline of a person",
        description="Sign-ins, role, passwords (never the words), by whom and when; creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        internal = policy.allows(request.user, "timeline.internal")
        return timeline_page(self, self.get_object(), internal=internal)

    @extend_schema(
        summary="One's own profile",
        description="The same as `/api/identity/auth/users/me/`.",
        request=MeSerializer,
        responses=MeSerializer,
        examples=[examples.body("Preferences", {"time_zone": "Europe/Moscow", "language": "ru"}), examples.ME],
    )
    @action(detail=False, methods=["get", "patch"], pagination_class=None)
    def me(self, request: Request) -> Response:
        return my_profile(request)
