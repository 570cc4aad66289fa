"""One's own sessions and second factor."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import examples, one_time, services, sessions
from accounts.api.tokens import current_sid
from accounts.models import SignIn
from accounts.serializers import (
    EndAllSerializer,
    OtpSerializer,
    PasswordSerializer,
    RecoveryCodesSerializer,
    SecondFactorSerializer,
    SessionSerializer,
    SetUpSerializer,
)
from workflow.actor import actor
from workflow.address import client_address
from workflow.api import valid

SID = "(?P<sid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


class MyViewSet(viewsets.GenericViewSet):
    """What guards one's own account. Nobody reaches another person's by these paths."""

    queryset = SignIn.objects.none()
    serializer_class = SessionSerializer
    pagination_class = None
    policy = dict.fromkeys(
        ("sessions", "end_session", "end_sessions", "second_factor", "set_up", "confirm", "disable", "recovery_codes"),
        "user.profile",
    )

    @extend_schema(
        summary="List one's own sessions",
        description="Every sign-in that is still good, by browser or API, last seen first.",
        responses=SessionSerializer(many=True),
        examples=[examples.SESSION],
    )
    @action(detail=False)
    def sessions(self, request: Request) -> Response:
        alive = actor(request).user.sign_ins.alive().order_by("-last_seen_at")
        return Response(SessionSerializer(alive, many=True, context={"current": current_sid(request)}).data)

    @extend_schema(
        summary="End one session",
        description="Its tokens die at once.",
        request=None,
        responses={204: None},
        examples=[],
    )
    @action(detail=False, methods=["post"], url_path=f"sessions/{SID}/end")
    def end_session(self, request: Request, sid: str) -> Response:
        by = actor(request)
        services.end_session(get_object_or_404(by.user.sign_ins.alive(), pk=sid), by=by)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Sign out everywhere",
        description="Ends every session. With `keep_current` a browser session stays; tokens of the API all die.",
        request=EndAllSerializer,
        responses={204: None},
        examples=[examples.body("Everything", {"keep_current": False})],
    )
    @action(detail=False, methods=["post"], url_path="sessions/end-all")
    def end_sessions(self, request: Request) -> Response:
        keep = page_sid(request) if valid(EndAllSerializer, request)["keep_current"] else None
        by = actor(request)
        services.sign_out_everywhere(by.user, by=by, keep=keep)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Read one's own second factor",
        description="Whether it is on, and how many recovery codes are left.",
        responses=SecondFactorSerializer,
        examples=[examples.SECOND_FACTOR],
    )
    @action(detail=False, url_path="second-factor")
    def second_factor(self, request: Request) -> Response:
        return Response(services.second_factor_of(actor(request).user))

    @extend_schema(
        summary="Begin setting up a second factor",
        description="Answers with what the app needs. It guards nothing until `confirm`. Set up already: 409.",
        request=None,
        responses=SetUpSerializer,
        examples=[examples.SET_UP],
    )
    @action(detail=False, methods=["post"], url_path="second-factor/set-up")
    def set_up(self, request: Request) -> Response:
        by = actor(request)
        secret = services.begin_second_factor(by=by)
        uri = services.uri_of(secret, by.user)
        return Response({"secret": secret, "uri": uri, "qr": one_time.qr(uri)})

    @extend_schema(
        summary="Switch the second factor on",
        description="With the first code of the app. All other sessions and all tokens end: sign in again with `otp`.",
        request=OtpSerializer,
        responses=RecoveryCodesSerializer,
        examples=[examples.body("Code", {"otp": "492039"}), examples.CODES],
    )
    @action(detail=False, methods=["post"], url_path="second-factor/confirm")
    def confirm(self, request: Request) -> Response:
        payload = valid(OtpSerializer, request)
        codes = services.confirm_second_factor(by=actor(request), keep=page_sid(request), **payload)
        return Response({"recovery_codes": codes})

    @extend_schema(
        summary="Take one's own second factor off",
        description="Asks for the password.",
        request=PasswordSerializer,
        responses={204: None},
        examples=[examples.body("Password", {"password": "…"})],
    )
    @action(detail=False, methods=["post"], url_path="second-factor/disable")
    def disable(self, request: Request) -> Response:
        payload = valid(PasswordSerializer, request)
        services.disable_second_factor(by=actor(request), address=client_address(request), **payload)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Renew the recovery codes",
        description="Ten new ones; the old ones are worthless. Asks for the password.",
        request=PasswordSerializer,
        responses=RecoveryCodesSerializer,
        examples=[examples.body("Password", {"password": "…"}), examples.CODES],
    )
    @action(detail=False, methods=["post"], url_path="second-factor/recovery-codes")
    def recovery_codes(self, request: Request) -> Response:
        payload = valid(PasswordSerializer, request)
        codes = services.renew_recovery_codes(by=actor(request), address=client_address(request), **payload)
        return Response({"recovery_codes": codes})


def page_sid(request: Request) -> UUID | None:
    """Return the sign-in of a browser's session; that of a token cannot outlive its token."""
    return None if request.auth else sessions.sid_of(request._request)
