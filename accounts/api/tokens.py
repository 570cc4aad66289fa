"""Tokens: sign in, refresh, check, sign out."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import examples, services, sessions, tokens
from accounts.authentication import BearerAuthentication
from accounts.models import SignIn
from accounts.serializers import CredentialsSerializer, TokenPairSerializer, TokenSerializer
from workflow.actor import actor
from workflow.address import client_address
from workflow.api import valid


class Anonymous(APIView):
    """A door for those who are not signed in yet."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    policy = {"post": "anonymous"}

    def get_authenticate_header(self, request: Request) -> str:
        return BearerAuthentication().authenticate_header(request)  # refusals here are 401, not 403


class TokenCreate(Anonymous):
    @extend_schema(
        operation_id="jwt_create",
        summary="Sign in",
        description=(
            "Exchanges a username (or e-mail) and a password for an access and a refresh token. Who has a second "
            "factor sends a code of the app, or a recovery code, as `otp`; without it the answer is 401 with the code "
            "`otp_required`. After ten failures within 15 minutes the answer is 429 with `Retry-After`."
        ),
        request=CredentialsSerializer,
        responses=TokenPairSerializer,
        examples=[
            examples.body("Credentials", {"username": "admin", "password": "…"}),
            examples.body("With a second factor", {"username": "admin", "password": "…", "otp": "492039"}),
            examples.PAIR,
        ],
    )
    def post(self, request: Request) -> Response:
        payload, address = valid(CredentialsSerializer, request), client_address(request)
        otp = payload.pop("otp")
        user = services.check_credentials(**payload, address=address, door="api")
        if user is None:
            raise AuthenticationFailed(code="no_active_account")
        services.check_second_factor(user, otp, address=address, door="api")
        by, device = actor(request, user=user), request.headers.get("User-Agent", "")
        return Response(tokens.pair(services.sign_in(by=by, kind=SignIn.Kind.API, device=device, address=address)))


class TokenRefresh(Anonymous):
    @extend_schema(
        operation_id="jwt_refresh",
        summary="Refresh tokens",
        description="Exchanges a refresh token for a new pair, once. A token used twice ends the whole sign-in.",
        request=TokenPairSerializer,
        responses=TokenPairSerializer,
        examples=[examples.body("Refresh token", {"refresh": examples.TOKEN}), examples.PAIR],
    )
    def post(self, request: Request) -> Response:
        return Response(tokens.rotate(valid(TokenPairSerializer, request)["refresh"]))


class TokenVerify(Anonymous):
    @extend_schema(
        operation_id="jwt_verify",
        summary="Check a token",
        description="Answers 200 while the token would be accepted, else 401.",
        request=TokenSerializer,
        responses={200: {"type": "object"}},
        examples=[
            examples.body("Token", {"token": examples.TOKEN}),
            OpenApiExample("Good", {}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        tokens.verify(valid(TokenSerializer, request)["token"])
        return Response({})


class SignOut(APIView):
    policy = {"post": "user.profile"}

    @extend_schema(
        operation_id="sign_out",
        summary="Sign out",
        description="Ends the sign-in the token or the browser's session belongs to: its tokens die.",
        request=None,
        responses={204: None},
        examples=[],
    )
    def post(self, request: Request) -> Response:
        services.sign_out(current_sid(request), by=actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def current_sid(request: Request) -> UUID | None:
    """Return the id of the sign-in by which the caller came."""
    token: Any = request.auth
    return tokens.sid_of(token) if token else sessions.sid_of(request._request)
