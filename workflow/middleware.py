"""What every request passes: its id, clean input, and refusals turned into answers."""

import logging
from collections.abc import Callable, Hashable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.contrib import messages
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from workflow import request_id
from workflow.bodies import is_readable
from workflow.models import Conflict, Event, StaleVersion
from workflow.navigation import way_back

logger = logging.getLogger(__name__)
type Answer = Callable[[HttpRequest], Any]


class RequestIdMiddleware:
    """Gives each request an id and repeats it in the answer as X-Request-ID."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = request_id.fresh(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class CleanInputMiddleware:
    """Refuses what no database can hold: NUL and bytes that are not UTF-8 in the address, other charsets anywhere."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not storable(request.path) or not storable_query(request.META.get("QUERY_STRING", "")):
            return refusal(request, 400, "invalid", _("The address contains characters that cannot be stored."))
        if not is_readable(request) and not takes_any_charset(request.path_info):
            return refusal(request, 415, "unsupported_media_type", _("UTF-8 is expected."))
        for name in [name for name, value in request.COOKIES.items() if not storable(value)]:
            del request.COOKIES[name]  # an escaped NUL: no cookie of ours, and no key that a database looks up
        return self.get_response(request)


def keeps_bytes[View: Callable[..., Any]](view: View) -> View:
    """Mark a view that keeps a body byte for byte, whatever charset it claims."""
    view.keeps_bytes = True  # type: ignore[attr-defined]
    return view


def takes_any_charset(path: str) -> bool:
    try:
        found = resolve(path).func
    except Resolver404:
        return False
    return getattr(getattr(found, "cls", None) or getattr(found, "view_class", None) or found, "keeps_bytes", False)


def storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def storable_query(query: str) -> bool:
    raw = unquote_to_bytes(query)
    try:
        return storable(raw.decode())
    except UnicodeDecodeError:
        return False


class RefusalMiddleware:
    """A conflict on a page becomes a message on the page of its subject; the database refusing, 400, 409 or 503."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StaleVersion):
            return stale(request, exception)
        if isinstance(exception, Conflict):
            messages.error(request, str(exception))
            return redirect(way_back(request, page_of(exception.subject, request.user)))
        if isinstance(exception, DataError):
            return refusal(request, 400, "invalid", _("The input cannot be stored."))
        if isinstance(exception, ProtectedError | IntegrityError):
            return refusal(request, 409, "conflict", _("The change contradicts what is stored already."))
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database does not answer: %s", exception)
            return unavailable(request)
        return None


def page_of(subject: Any, reader: Any) -> str:
    """Return where the subject stands; people stand for themselves on a page of their own."""
    if subject == reader and hasattr(subject, "own_page"):
        return subject.own_page
    return subject.get_absolute_url()


def is_api(request: HttpRequest) -> bool:
    """Say whether a program asks; Django Admin lives under /api/ too, but it is pages."""
    return request.path.startswith("/api/") and not request.path.startswith("/api/admin/")


def refusal(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """Answer an API client with the one error shape and a person with a page."""
    if is_api(request):
        errors = [{"code": code, "detail": detail, "attr": None}]
        kind = "client_error" if status < 500 else "server_error"
        return JsonResponse({"type": kind, "errors": errors}, status=status)
    if status >= 500:  # what failed may be what the layout asks for
        page = render_to_string(f"{status}.html", {"reason": detail, "request_id": request_id.current.get()})
        return HttpResponse(page, status=status)
    return render(request, f"{status}.html", {"reason": detail}, status=status)


def unavailable(request: HttpRequest) -> HttpResponse:
    response = refusal(request, 503, "unavailable", _("The database does not answer. Try again in a few seconds."))
    response["Retry-After"] = "5"
    return response


def stale(request: HttpRequest, error: StaleVersion) -> HttpResponse:
    """Show both versions: what was typed and what stands now, with who changed what since."""
    subject = error.subject
    fields = {field.name: field for field in subject._meta.fields}
    typed = [(name, str(value)) for name, value in request.POST.items() if name in fields and name != "version"]
    context = {
        "reason": str(error),
        "subject": subject,
        "typed": typed,
        "rows": [compared(fields[name], value, getattr(subject, name)) for name, value in typed],
        "events": Event.objects.about(subject).readable_by_all().for_list().reverse()[:3],
    }
    return render(request, "conflict.html", context, status=412)


def compared(field: Any, typed: str, stored: Any) -> dict[str, Any]:
    words = dict(field.flatchoices)
    same = typed.replace("\r\n", "\n").strip() == str(stored).strip()
    return {
        "label": field.verbose_name,
        "typed": words.get(typed, typed),
        "stored": words.get(stored, stored) if isinstance(stored, Hashable) else stored,
        "differs": not same,
    }
