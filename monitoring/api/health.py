from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy
from monitoring import services
from monitoring.cures import CURES

ANSWER = {"type": "object", "properties": {"status": {"type": "string"}}}
REPORT = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["ok", "degraded", "down"]},
        "checks": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}


class Health(APIView):
    """Health for people and monitoring systems; what exactly was found is for administrators."""

    permission_classes = [AllowAny]
    policy = {"get": "anonymous"}

    @extend_schema(
        operation_id="health",
        summary="Health",
        description="200 while the product works, if `degraded`; 503 when it cannot. "
        "Details, and a cure for what fails, for administrators.",
        responses={200: REPORT, 503: REPORT},
        examples=[
            OpenApiExample("Well", {"status": "ok", "checks": {"database": {"status": "ok"}}}, response_only=True)
        ],
    )
    def get(self, request: Request) -> Response:
        status, found = services.health()
        detailed = policy.allows(request.user, "health.details")
        checks: dict[str, Any] = {name: {"status": "ok" if check.ok else "failing"} for name, check in found.items()}
        if detailed:
            checks = {name: {**checks[name], **details(name, found[name])} for name in found}
        return Response({"status": status, "checks": checks}, status=503 if status == "down" else 200)


def details(name: str, check: services.Check) -> dict[str, Any]:
    return {"detail": check.detail} if check.ok else {"detail": check.detail, "cure": CURES[name]}


class Probe(APIView):
    """A door for whatever restarts or routes around processes; it asks nobody's name."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    policy = {"get": "anonymous"}


class Live(Probe):
    @extend_schema(
        operation_id="health_live",
        summary="Liveness",
        description="200 while the process answers at all; asks nothing else.",
        responses={200: ANSWER},
        examples=[OpenApiExample("Alive", {"status": "ok"}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


class Ready(Probe):
    @extend_schema(
        operation_id="health_ready",
        summary="Readiness",
        description="200 when requests can be served; 503 without a database or with pending migrations.",
        responses={200: ANSWER, 503: ANSWER},
        examples=[OpenApiExample("Ready", {"status": "ok"}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        ready = services.is_ready()
        return Response({"status": "ok" if ready else "down"}, status=200 if ready else 503)
