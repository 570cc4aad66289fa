"""What the viewsets of all registered nouns share: versions in headers, timelines."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

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
    payload = serializer_class(data=request.data, partial=partial)
    payload.is_valid(raise_exception=True)
    return dict(payload.validated_data)


def filtered[Rows: QuerySet[Any, Any]](filterset_class: type[FilterSet], rows: Rows, request: Request) -> Rows:
    """Return `rows` narrowed by the query string. Raises ValidationError for values that mean nothing."""
    filterset = filterset_class(request.query_params, queryset=rows, request=request)
    if not filterset.is_valid():
        raise ValidationError(filterset.errors)
    return filterset.qs


def choice_of(request: Request, name: str, choices: Sequence[str]) -> str:
    """Return the query parameter `name`, the first of `choices` when absent. Raises ValidationError."""
    wanted = request.query_params.get(name, choices[0])
    if wanted not in choices:
        raise ValidationError({name: _("One of %(choices)s is expected.") % {"choices": ", ".join(choices)}})
    return wanted
