from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

ANYTHING = {"*/*", "application/json"}  # what nearly all clients ask for needs no parsing


class AnyAccept(DefaultContentNegotiation):
    """Answers in the form a route has, whatever `Accept` asks for: an export asked for as text/csv is not refused."""

    def select_renderer(
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        if len(renderers) == 1 and request.META.get("HTTP_ACCEPT", "*/*") in ANYTHING:
            return renderers[0], renderers[0].media_type or ""
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type or ""
