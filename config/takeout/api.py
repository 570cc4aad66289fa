"""The way out over the API."""

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from config.takeout.download import download
from workflow.actor import actor


class TakeoutView(APIView):
    """Everything that the journal holds."""

    policy = {"post": "takeout.make"}

    @extend_schema(
        operation_id="takeout",
        summary="Take everything out",
        description="A ZIP of all registers (CSV), all tables (JSON lines) and all files, written while it is sent."
        " Passwords, keys and sessions stay behind. That you took it becomes a line of the audit.",
        request=None,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        examples=[],
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        return download(actor(request))
