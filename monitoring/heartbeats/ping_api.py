"""The doors of jobs: the token in the address is all they need."""

from typing import Any

from django.http import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.heartbeats import examples, services
from monitoring.heartbeats.serializers import PingedSerializer
from monitoring.models import Ping
from workflow.address import client_address
from workflow.middleware import keeps_bytes
from workflow.network import reachable_from_outside

BODY_LIMIT = 100_000  # bytes that are read at all

described = extend_schema(
    summary="Ping",
    description=(
        "Say that the job is done; `start`, `fail` and `log` say that it began, failed, or has something to tell. "
        "The body, plain text, is kept up to 10,000 characters. 404: no such token; 429: more than 60 in a minute."
    ),
    request={"text/plain": OpenApiTypes.STR},
    responses=PingedSerializer,
    examples=[examples.PINGED],
)


@keeps_bytes
@reachable_from_outside
@extend_schema_view(get=described, post=described)
class PingView(APIView):
    """Takes a ping, by GET or POST, from anywhere: it asks for a token of its own."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes: list[Any] = []
    policy: dict[str, str] = {}  # not by role: the token opens it
    kind = Ping.Kind.SUCCESS

    def get(self, request: Request, token: str) -> Response:
        return self.take(request, token)

    def post(self, request: Request, token: str) -> Response:
        return self.take(request, token)

    def take(self, request: Request, token: str) -> Response:
        text, address = text_of(request), client_address(request)
        try:
            made = services.ping(token, self.kind, at=timezone.now(), text=text, address=address)
        except services.UnknownToken as error:
            raise exceptions.NotFound from error
        except services.TooMany as error:
            raise exceptions.Throttled(wait=60) from error
        return Response(PingedSerializer({"status": "ok", "kind": made.kind}).data)


class StartView(PingView):
    kind = Ping.Kind.START


class FailView(PingView):
    kind = Ping.Kind.FAIL


class LogView(PingView):
    kind = Ping.Kind.LOG


def text_of(request: Request) -> str:
    try:
        return request.body[:BODY_LIMIT].decode(errors="replace")
    except UnreadablePostError as error:
        raise exceptions.ParseError(_("The body ended before its end.")) from error
