"""What the viewsets of all registered nouns share: versions in headers, timelines."""

import re
from collections.abc import Iterable, Sequence
from threading import local
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings

from workflow.models import Event
from workflow.serializers import EventSerializer

KEY = "[0-9]{1,19}"  # what an id of 64 bits looks like in an address
VERSION = re.compile(r'(?:W/)?("?)([0-9]{1,9})\1')


def etag(version: int) -> str:
    return f'"{version}"'


def wanted_version(request: Request) -> int | None:
    """Return the version in `If-Match`, None for none or `*`. Raises ValidationError for what is not a version."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    found = VERSION.fullmatch(header)
    if not found:
        raise ValidationError({"If-Match": _("A version in double quotes is expected, as ETag carries it.")})
    return int(found[2])


def timeline_page(view: Any, subject: Any, *, internal: bool) -> Response:
    """Return a page of the events of `subject`, creation first; internal ones only where the reader sees such."""
    events = view.paginate_queryset(Event.objects.about(subject).readable(internal=internal).for_list())
    return view.get_paginated_response(EventSerializer(events, many=True).data)


def valid(serializer_class: type[Serializer], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """Return what the body says, checked. Raises ValidationError."""
    if request.data is None:
        missing = ErrorDetail(_("No data provided"), code="null")
        raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [missing]})
    return dict(readers.of(serializer_class, partial=partial).run_validation(request.data))


class Readers(local):
    """Serializers that read bodies, built once: a body leaves nothing behind in them.

    One for each thread and language: DRF keeps the words of a limit as they were first said.
    """

    def __init__(self) -> None:
        self.known: dict[Any, Serializer] = {}

    def of(self, kind: type[Serializer], *, partial: bool) -> Serializer:
        sort = kind, partial, get_language()
        if sort not in self.known:
            self.known[sort] = kind(partial=partial)
        return self.known[sort]


readers = Readers()


def filtered[Rows: QuerySet[Any, Any]](filterset_class: type[FilterSet], rows: Rows, request: Request) -> Rows:
    """Return `rows` narrowed by the query string. Raises ValidationError for values that mean nothing."""
    if not asked(filterset_class, request.query_params):
        return rows  # a set of filters costs more than to read a page
    filterset = filterset_class(request.query_params, queryset=rows, request=request)
    if not filterset.is_valid():
        raise ValidationError(filterset.errors)
    return filterset.qs


def asked(kind: type[FilterSet], names: Iterable[str]) -> bool:
    """Say whether one of `names` may be a filter's; a set that judges rows of its own accord is always asked."""
    judges = kind.filter_queryset is not FilterSet.filter_queryset or kind.qs is not FilterSet.qs
    return judges or any(name.startswith(tuple(kind.base_filters)) for name in names)


def choice_of(request: Request, name: str, choices: Sequence[str]) -> str:
    """Return the query parameter `name`, the first of `choices` when absent. Raises ValidationError."""
    wanted = request.query_params.get(name, choices[0])
    if wanted not in choices:
        raise ValidationError({name: _("One of %(choices)s is expected.") % {"choices": ", ".join(choices)}})
    return wanted
