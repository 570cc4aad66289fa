"""Pages that belong to no noun."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from workflow.middleware import refusal


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refusal(request, 403, "csrf_failed", _("The form has expired. Load the page again."))
