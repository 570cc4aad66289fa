"""The doors of machines: they show a token, post what they have, and see what became of it."""

from typing import Any

from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import exceptions, viewsets
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents import examples as incident_examples
from incidents.intake import examples, receiving
from incidents.intake.serializers import ReceiptSerializer, receipt
from incidents.models import Incident, IncidentQuerySet, Integration, Message
from incidents.serializers import IncidentSerializer, represent
from workflow import request_id
from workflow.address import client_address
from workflow.api import KEY
from workflow.bodies import CLAIMED
from workflow.middleware import keeps_bytes
from workflow.network import reachable_from_outside

KINDS = ("token", "bearer")
ANSWERS = {Message.State.CREATED: 201, Message.State.UNPARSED: 202}


class TokenHeader(BaseAuthentication):
    """`Authorization: Token …` or `Bearer …`, or `X-Vakhta-Token`: judged by the view, which knows the address too."""

    def authenticate(self, request: Request) -> None:
        return None

    def authenticate_header(self, request: Any) -> str:
        return 'Token realm="intake"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "incidents.intake.machine_api.TokenHeader"
    name = "integration token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Vakhta-Token"}


def token_of(request: Request, in_address: str = "") -> str:
    """Return the token that the request shows. Raises NotAuthenticated."""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    token = in_address or request.headers.get("X-Vakhta-Token", "") or (shown if kind.lower() in KINDS else "")
    if not token.strip():
        raise exceptions.NotAuthenticated
    return token.strip()


def content_type_of(request: Request) -> str:
    """Return the header as it was sent: what it claims about the charset was set aside on the way."""
    sent, claimed = request.META.get("CONTENT_TYPE", ""), request.META.get(CLAIMED, "")
    return f"{sent}; charset={claimed}" if claimed else sent


def invalid_token() -> exceptions.AuthenticationFailed:
    return exceptions.AuthenticationFailed(_("This token is not valid."), code="invalid_token")


@keeps_bytes
@reachable_from_outside
class IntakeView(APIView):
    """Where machines post. Asks for a token of its own, so it may be reached from outside ALLOWED_NETWORKS."""

    authentication_classes = [TokenHeader]
    permission_classes = [AllowAny]
    parser_classes: Any = []
    policy: dict[str, str] = {}  # not by role: the token opens it
    serializer_class = ReceiptSerializer

    @extend_schema(
        summary="Post a message of a machine",
        description=(
            "The sender's own body in the format of the integration: our generic one, Alertmanager, Grafana, Zabbix or "
            "Uptime Kuma. It is stored before it is understood. 201: an incident was opened; 200: joined, resolved or "
            "nothing to do; 202: not understood, kept for a replay; 401: no valid token or an expired one; "
            "403: paused or from a foreign network; 413: larger than 1 MB; 429: beyond the rate limit."
        ),
        request={"application/json": OpenApiTypes.OBJECT},
        responses={201: ReceiptSerializer, 200: ReceiptSerializer, 202: ReceiptSerializer},
        examples=[examples.GENERIC, examples.RECEIPT, examples.KEPT],
    )
    def post(self, request: Request, token: str = "") -> Response:
        shown = token_of(request, token)
        envelope = receiving.Envelope(
            body_of(request), content_type_of(request), client_address(request) or "", request_id.current.get()
        )
        try:
            message = receiving.receive(shown, envelope)
        except receiving.UnknownToken as error:
            raise invalid_token() from error
        except receiving.Overflow as error:
            raise exceptions.Throttled(wait=error.wait) from error
        except receiving.Shut as error:
            raise shut(error) from error
        return Response(receipt(message), status=ANSWERS.get(Message.State(message.state), 200))


@extend_schema_view(post=extend_schema(operation_id="intake_by_address_create"))
class IntakeByAddressView(IntakeView):
    """The same door for tools that cannot set headers: the token stands in the address."""


def body_of(request: Request) -> bytes:
    try:
        return request.body
    except UnreadablePostError as error:
        raise exceptions.ParseError(_("The body ended before its end.")) from error


def shut(error: receiving.Shut) -> exceptions.APIException:
    if error.message.fault == Message.Fault.EXPIRED:
        return exceptions.AuthenticationFailed(str(error), code="expired")
    return exceptions.PermissionDenied(str(error), code="paused")


@reachable_from_outside
class OwnIncidentsViewSet(viewsets.GenericViewSet):
    """What an integration has opened: partners follow their own reports, and see nothing else."""

    authentication_classes = [TokenHeader]
    permission_classes = [AllowAny]
    queryset = Incident.objects.none()
    serializer_class = IncidentSerializer
    policy: dict[str, str] = {}
    lookup_value_regex = KEY

    def get_queryset(self) -> IncidentQuerySet:
        integration = Integration.objects.of_token(token_of(self.request)).first()
        if integration is None or integration.is_expired:
            raise invalid_token()
        if not integration.enabled:
            raise exceptions.PermissionDenied(Message.Fault.PAUSED.label, code="paused")
        if not integration.is_reachable_from(client_address(self.request)):
            raise exceptions.PermissionDenied(_("This integration may not be used from your network."))
        return Incident.objects.present().filter(integration=integration)

    @extend_schema(
        summary="List the incidents of a token",
        description="Those that the integration of the token has opened, newest first. Asks for the token, no sign-in.",
        examples=[incident_examples.INCIDENT],
    )
    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset().rows()) or []
        return self.get_paginated_response([represent(row) for row in rows])

    @extend_schema(
        summary="Read an incident of a token",
        description="Incidents of others answer 404. Asks for the token, no sign-in.",
        examples=[incident_examples.INCIDENT],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        row: Any = self.get_queryset().rows().filter(pk=pk).first()
        if row is None:
            raise exceptions.NotFound
        return Response(represent(row))
