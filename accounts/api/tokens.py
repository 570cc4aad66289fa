"""Tokens: sign in, refresh, check, sign out."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services, tokens
from accounts.models import SignIn
from accounts.serializers import CredentialsSerializer, TokenPairSerializer, TokenSerializer
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
        examples=[
            OpenApiExample("Token", {"token": PAIR["access"]}, request_only=True),
            OpenApiExample("Good", {}, response_only=True),
        ],
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
            services.sign_out(tokens.sid_of(request.auth), by=actor(request))  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)
