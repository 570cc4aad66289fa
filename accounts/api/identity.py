"""One's own account, on the paths that djoser's clients know."""

from typing import Any

from django.utils import translation
from djoser.views import UserViewSet as DjoserUserViewSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import examples, services
from accounts.api.tokens import Anonymous
from accounts.links import product_url
from accounts.models import User
from accounts.permissions import ByPolicy
from accounts.serializers import (
    AcceptanceSerializer,
    MeSerializer,
    PasswordChangeSerializer,
    RegistrationSerializer,
    ResetConfirmSerializer,
    ResetSerializer,
)
from workflow.actor import Channel, actor
from workflow.address import client_address
from workflow.api import valid

ANONYMOUS = {"create", "reset_password", "reset_password_confirm"}


class IdentityViewSet(DjoserUserViewSet):
    """The wanted part of djoser: register, one's own profile, one's own password. The services do the writing."""

    policy = {**dict.fromkeys(ANONYMOUS, "anonymous"), "me": "user.profile", "set_password": "user.profile"}
    serializers: dict[str, Any] = {
        "create": RegistrationSerializer,
        "me": MeSerializer,
        "set_password": PasswordChangeSerializer,
        "reset_password": ResetSerializer,
        "reset_password_confirm": ResetConfirmSerializer,
    }

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.action in ANONYMOUS else [ByPolicy()]

    def get_serializer_class(self) -> Any:
        return self.serializers[self.action or "me"]

    @extend_schema(
        operation_id="register",
        summary="Register",
        description=(
            "Creates an account: open at once, waiting for an administrator (who cannot sign in until then), or "
            "refused, by REGISTRATION_MODE. A role sent along is ignored."
        ),
        responses={201: RegistrationSerializer},
        examples=[
            examples.body(
                "Newcomer",
                {"username": "orlova", "email": "orlova@example.org", "password": "…", "first_name": "Анна"},
            ),
            OpenApiExample(
                "Account",
                {"id": 12, "username": "orlova", "email": "orlova@example.org", "first_name": "Анна"},
                response_only=True,
            ),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = services.register(address=client_address(request), **valid(RegistrationSerializer, request))
        return Response(RegistrationSerializer(user).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="One's own profile",
        description="Reads or changes one's own names and preferences; the role is shown, never changed here.",
        responses=MeSerializer,
        examples=[examples.body("Preferences", {"time_zone": "Europe/Moscow", "language": "ru"}), examples.ME],
    )
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return my_profile(request)

    @extend_schema(
        operation_id="set_password",
        summary="Change one's own password",
        description="Every session and token of the person ends, that of the caller too: sign in again.",
        responses={204: None},
        examples=[examples.body("Passwords", {"current_password": "…", "new_password": "…"})],
    )
    def set_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = valid(PasswordChangeSerializer, request)
        current, new = given["current_password"], given["new_password"]
        services.change_password(by=actor(request), current=current, new=new, address=client_address(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="reset_password",
        summary="Ask for a reset letter",
        description="Somebody with this e-mail gets a letter with a link. The answer is the same for everybody.",
        responses={204: None},
        examples=[examples.body("Address", {"email": "orlov@example.org"})],
    )
    @action(["post"], detail=False)
    def reset_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        services.request_reset(
            **valid(ResetSerializer, request),
            address=client_address(request),
            language=translation.get_language(),
            product_url=product_url(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="reset_password_confirm",
        summary="Set a password by a reset letter",
        description="`uid` and `token` stand in the link of the letter. It works once; all sessions and tokens end.",
        responses={204: None},
        examples=[examples.body("From the letter", {"uid": "Nw", "token": "d2x1p0-…", "new_password": "…"})],
    )
    @action(["post"], detail=False)
    def reset_password_confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = valid(ResetConfirmSerializer, request)
        services.reset_password(
            given["uid"],
            given["token"],
            new=given["new_password"],
            address=client_address(request),
            channel=Channel.API,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationAcceptance(Anonymous):
    @extend_schema(
        operation_id="accept_invitation",
        summary="Accept an invitation",
        description=(
            "Makes the account that the invitation promises, with its e-mail and role. `token` is the last part of the "
            "link. An unknown, used, expired or withdrawn one is refused with 400 and that word as its code."
        ),
        request=AcceptanceSerializer,
        responses={201: MeSerializer},
        examples=[
            examples.body("Acceptance", {"token": "l0TT…", "username": "orlov", "password": "…", **examples.NAMES}),
            examples.ME,
        ],
    )
    def post(self, request: Request) -> Response:
        given = valid(AcceptanceSerializer, request)
        invitation = services.find_invitation(given.pop("token"), address=client_address(request))
        user = services.accept_invitation(invitation, channel=Channel.API, **given)
        return Response(MeSerializer(user).data, status=status.HTTP_201_CREATED)


def my_profile(request: Request) -> Response:
    """Read or change the caller's own profile."""
    user = User.objects.get(pk=request.user.pk)
    if request.method == "PATCH":
        payload = MeSerializer(user, data=request.data, partial=True)
        payload.is_valid(raise_exception=True)
        services.edit_profile(user, by=actor(request), **payload.validated_data)
    return Response(MeSerializer(user).data)
