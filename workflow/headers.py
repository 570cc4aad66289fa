"""The headers that every answer carries, refusals of the outermost doors included."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from workflow.middleware import is_api


class HeadersMiddleware(SecurityMiddleware):
    """Django's security headers on every answer, and those that Django has no setting for.

    Stands outside everything. Sending people over to HTTPS is left to Django's own, behind the network's door.
    """

    def process_request(self, request: HttpRequest) -> None:
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        super().process_response(request, response)
        for name, value in settings.SECURE_HEADERS.items():
            response.headers.setdefault(name, value)
        if is_api(request):
            response.headers["Cache-Control"] = "no-store"
        return response
