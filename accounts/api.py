from typing import Any

from django.conf import settings
from djoser.views import UserViewSet as DjoserUserViewSet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy, services, tokens
from accounts.models import SignIn, User
from accounts.permissions import ByPolicy
from accounts.serializers import (
    CredentialsSerializer,
    MeSerializer,
    PasswordChangeSerializer,
    PersonSerializer,
    RegistrationSerializer,
    TokenPairSerializer,
    TokenSerializer,
)
from workflow.actor import actor
from workflow.address import client_address

PAIR = {"access": "eyJhbGciOiJIUzI1NiIs…", "refresh": "eyJhbGciOiJIUzI1NiIs…"}


class Anonymous(APIView):
    """A door for those who are not signed in yet."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    policy = {"post": "anonymous"}

    def valid(self, serializer_class: type) -> dict[str, Any]:
        payload = serializer_class(data=self.request.data)
        payload.is_valid(raise_exception=True)
        return payload.validated_data


class TokenCreate(Anonymous):
    @extend_schema(
        operation_id="jwt_create",
        summary="Sign in",
        description="Exchanges a username (or e-mail) and a password for an access and a refresh token.",
        request=CredentialsSerializer,
        responses=TokenPairSerializer,
        examples=[
            OpenApiExample("Credentials", {"username": "admin", "password": "…"}, request_only=True),
            OpenApiExample("Tokens", PAIR, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        payload = self.valid(CredentialsSerializer)
        address = client_address(request)
        user = services.check_credentials(**payload, address=address, door="api")
        if user is None:
            raise AuthenticationFailed(code="no_active_account")
        device = request.headers.get("User-Agent", "")
        family = services.sign_in(user, kind=SignIn.Kind.API, device=device, address=address)
        return Response(tokens.pair(family))


class TokenRefresh(Anonymous):
    @extend_schema(
        operation_id="jwt_refresh",
        summary="Refresh tokens",
        description="Exchanges a refresh token for a new pair, once. A token used twice ends the whole sign-in.",
        request=TokenPairSerializer,
        responses=TokenPairSerializer,
        examples=[
            OpenApiExample("Refresh token", {"refresh": PAIR["refresh"]}, request_only=True),
            OpenApiExample("Tokens", PAIR, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        return Response(tokens.rotate(self.valid(TokenPairSerializer)["refresh"]))


class TokenVerify(Anonymous):
    @extend_schema(
        operation_id="jwt_verify",
        summary="Check a token",
        description="Answers 200 while the token would be accepted, else 401.",
        request=TokenSerializer,
        responses={200: {"type": "object"}},
        examples=[OpenApiExample("Token", {"token": PAIR["access"]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        tokens.verify(self.valid(TokenSerializer)["token"])
        return Response({})


class SignOut(APIView):
    policy = {"post": "user.profile"}

    @extend_schema(
        operation_id="sign_out",
        summary="Sign out",
        description="Ends the sign-in the token belongs to: its access and refresh tokens die.",
        request=None,
        responses={204: None},
        examples=[],
    )
    def post(self, request: Request) -> Response:
        if request.auth:
            services.sign_out(tokens.sid_of(request.auth), by=actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class IdentityViewSet(DjoserUserViewSet):
    """The wanted part of djoser: register, one's own profile, one's own password. The services do the writing."""

    policy = {"create": "anonymous", "me": "user.profile", "set_password": "user.profile"}
    serializers = {"create": RegistrationSerializer, "me": MeSerializer, "set_password": PasswordChangeSerializer}

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.action == "create" else [ByPolicy()]

    def get_serializer_class(self) -> Any:
        return self.serializers[self.action or "me"]

    @extend_schema(
        operation_id="register",
        summary="Register",
        description="Creates an account: open at once, waiting for an administrator, or refused, by REGISTRATION_MODE.",
        responses={201: RegistrationSerializer},
        examples=[
            OpenApiExample(
                "Newcomer",
                {"username": "orlova", "email": "orlova@example.org", "password": "…", "first_name": "Анна"},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        payload = self.get_serializer(data=request.data)
        payload.is_valid(raise_exception=True)
        user = services.register(mode=settings.REGISTRATION_MODE, **payload.validated_data)
        return Response(self.get_serializer(user).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="One's own profile",
        description="Reads or changes one's own names and preferences; the role is shown, never changed here.",
        responses=MeSerializer,
        examples=[OpenApiExample("Preferences", {"time_zone": "Europe/Moscow", "language": "ru"})],
    )
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = User.objects.get(pk=request.user.pk)
        if request.method == "PATCH":
            payload = self.get_serializer(user, data=request.data, partial=True)
            payload.is_valid(raise_exception=True)
            services.edit_profile(user, by=actor(request), **payload.validated_data)
        return Response(self.get_serializer(user).data)

    @extend_schema(
        operation_id="set_password",
        summary="Change one's own password",
        description="Every other session and token of the person ends.",
        responses={204: None},
        examples=[OpenApiExample("Passwords", {"current_password": "…", "new_password": "…"}, request_only=True)],
    )
    def set_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        payload = self.get_serializer(data=request.data)
        payload.is_valid(raise_exception=True)
        given = payload.validated_data
        user = User.objects.get(pk=request.user.pk)
        services.change_password(user, by=actor(request), current=given["current_password"], new=given["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(examples=[OpenApiExample("Person", {"id": 7, "username": "orlov", "name": "Илья Орлов"})])
class UserViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The people picker: active people by name or e-mail."""

    queryset = User.objects.none()
    serializer_class = PersonSerializer
    policy = {"list": "user.see"}

    def get_queryset(self) -> Any:
        people = policy.visible(User.objects.active().people(), self.request.user, "user.see")
        return people.matching(self.request.query_params.get("search", ""))

    @extend_schema(
        summary="Find people",
        description="Active people whose name, username or e-mail contains every word of `search`.",
        parameters=[OpenApiParameter("search", str, description="Part of a name, username or e-mail.")],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)
