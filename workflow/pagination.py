"""Pages by number with a count of bounded cost, or by a keyset cursor at the same cost on every page."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connections, models
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from workflow import memory

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500
LONGEST_TOKEN = 2000  # characters; a longer one is cut and so means nothing
COUNT_LIMIT = 10_000  # rows counted exactly; beyond that PostgreSQL's planner estimates
WORTH_KEEPING, KEEP_SECONDS = 1_000, 5  # who turns pages need not have thousands of rows counted for each
MOST_REMEMBERED = 500  # counts in the memory of one process


class Count(NamedTuple):
    """How many rows a query finds; `exact` is False where only the planner was asked."""

    rows: int
    exact: bool


own_memory: dict[str, tuple[Count, float]] = {}  # until which moment a count may be told


def bounded_count(rows: QuerySet[Any, Any]) -> Count:
    """Count exactly up to COUNT_LIMIT, beyond it by the planner's estimate (PostgreSQL; SQLite counts on)."""
    if connections[rows.db].vendor != "postgresql":
        return Count(rows.count(), exact=True)
    try:
        sql, parameters = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Count(0, exact=True)
    key = f"counted:{sha256(f'{sql} {parameters}'.encode()).hexdigest()}"
    count = remembered(key)
    if count is None:
        count = freshly_counted(rows)
        if count.rows >= WORTH_KEEPING:
            memory.keep(key, (count, time.time() + KEEP_SECONDS), seconds=KEEP_SECONDS)
    return count


def remembered(key: str) -> Count | None:
    """Return what the processes have counted a moment ago; for the rest of its time Redis is not asked again."""
    now = time.time()
    count, until = own_memory.get(key, (None, 0.0))
    if now < until <= now + KEEP_SECONDS:
        return count
    if len(own_memory) >= MOST_REMEMBERED:
        own_memory.clear()
    if found := memory.recall(key):
        own_memory[key] = found
        return found[0]
    return None


def freshly_counted(rows: QuerySet[Any, Any]) -> Count:
    counted = rows.order_by()[: COUNT_LIMIT + 1].count()
    if counted <= COUNT_LIMIT:
        return Count(counted, exact=True)
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), counted), exact=False)


class BoundedPaginator(Paginator):
    """Django's paginator for pages, with the count of bounded cost, and none where the first page holds all."""

    def get_page(self, number: Any) -> Page[Any]:
        known = "counted" in vars(self)
        if known or number not in (None, "", "1", 1) or not isinstance(self.object_list, QuerySet):
            return super().get_page(number)
        rows = list(self.object_list[: self.per_page + 1])
        if len(rows) <= self.per_page:
            self.counted = Count(len(rows), exact=True)
        return Page(rows[: self.per_page], 1, self)

    @cached_property
    def counted(self) -> Count:
        return self.look()

    def look(self) -> Count:
        return bounded_count(self.object_list)  # type: ignore[arg-type]

    @cached_property
    def count(self) -> int:
        return self.counted.rows


class Position(NamedTuple):
    """Where a cursor stands: before or after the row with this ordering value and this id."""

    value: str
    pk: int
    backwards: bool

    def token(self) -> str:
        return urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> "Position":
        try:
            value, pk, backwards = json.loads(urlsafe_b64decode(token[:LONGEST_TOKEN] + "=" * (-len(token) % 4)))
            value.encode()  # half a surrogate pair is no value of ours
        except (ValueError, TypeError, AttributeError) as error:
            raise unknown_cursor() from error
        if type(pk) is not int or not isinstance(backwards, bool):
            raise unknown_cursor()
        return cls(value, pk, backwards)


class PageOrCursor(BasePagination):
    """`?page=` counts; `?cursor=` (empty for the first page) walks on by keys, without a count."""

    def paginate_queryset(self, queryset: QuerySet[Any, Any], request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.size = whole(request.query_params.get("page_size"), PAGE_SIZE, "page_size", most=MAX_PAGE_SIZE)
        self.by_cursor = "cursor" in request.query_params
        if self.by_cursor:
            return self.walk(queryset, request.query_params["cursor"])
        return self.turn(queryset, whole(request.query_params.get("page"), 1, "page"))

    def turn(self, queryset: QuerySet[Any, Any], number: int) -> list[Any]:
        start = (number - 1) * self.size
        rows = list(queryset[start : start + self.size + 1])
        full_first_page = number == 1 and len(rows) <= self.size
        self.count = Count(len(rows), exact=True) if full_first_page else self.counted(queryset)
        if not rows and number > 1:
            raise NotFound(_("There is no page %(number)s.") % {"number": number})
        more = len(rows) > self.size
        self.next = replace_query_param(self.url, "page", number + 1) if more else None
        self.previous = self.page_link(number - 1) if number > 1 else None
        return rows[: self.size]

    def counted(self, rows: Any) -> Count:
        return bounded_count(rows)

    def page_link(self, number: int) -> str:
        return remove_query_param(self.url, "page") if number == 1 else replace_query_param(self.url, "page", number)

    def walk(self, queryset: QuerySet[Any, Any], token: str) -> list[Any]:
        at = Position.read(token) if token else None
        backwards = bool(at and at.backwards)
        name, rows = self.steps(queryset, at)
        more, rows = len(rows) > self.size, rows[: self.size]
        if backwards:
            rows.reverse()
        has_next, has_previous = (True, more) if backwards else (more, bool(at))
        self.next = self.cursor_link(rows[-1], name, backwards=False) if rows and has_next else None
        self.previous = self.cursor_link(rows[0], name, backwards=True) if rows and has_previous else None
        return rows

    def steps(self, queryset: Any, at: Position | None) -> tuple[str, list[Any]]:
        """Return the ordering field and, in the direction of `at`, the rows behind it, one more than a page."""
        name, descending = leading_field(queryset)
        backwards = bool(at and at.backwards)
        if at:
            queryset = beyond(queryset, name, at, less=descending != backwards)
        down = "-" if descending != backwards else ""
        return name, list(queryset.order_by(f"{down}{name}", f"{down}pk")[: self.size + 1])

    def cursor_link(self, row: Any, name: str, *, backwards: bool) -> str:
        value = read(row, name)
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        return replace_query_param(self.url, "cursor", Position(text, read(row, "id"), backwards).token())

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.next, "previous": self.previous, "results": data}
        if self.by_cursor:
            return Response(links)
        estimated = {} if self.count.exact else {"count_estimated": True}
        return Response({"count": self.count.rows, **estimated, **links})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            parameter("page", "integer", "Page number, from 1."),
            parameter("page_size", "integer", f"Rows on a page: {PAGE_SIZE} unless told, at most {MAX_PAGE_SIZE}."),
            parameter("cursor", "string", "Instead of `page`: empty for the first page, then what `next` carries."),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True, "example": None}
        estimated = {"type": "boolean", "example": False, "description": "True above ten thousand rows, else absent."}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "example": 1, "description": "Absent when walking by cursor."},
                "count_estimated": estimated,
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


def parameter(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": kind}}


def whole(text: str | None, default: int, name: str, most: int = 10**9) -> int:
    """Return the positive whole number in `text`, at most `most`. Raises ValidationError."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 11 and 0 < int(text) <= 10**9):
        raise ValidationError({name: _("A positive whole number is expected.")})
    return min(int(text), most)


def unknown_cursor() -> ValidationError:
    return ValidationError({"cursor": _("This cursor is not one that was given out.")})


def leading_field(queryset: QuerySet[Any, Any]) -> tuple[str, bool]:
    """Return the first ordering field and whether it descends."""
    first = str((queryset.query.order_by or queryset.model._meta.ordering or ("-pk",))[0])
    name = "id" if first.lstrip("-") == "pk" else first.lstrip("-")
    if name not in {field.name for field in queryset.model._meta.concrete_fields}:
        raise ValidationError({"cursor": _("This ordering has no cursor. Use `page`.")})
    return name, first.startswith("-")


def beyond(queryset: QuerySet[Any, Any], name: str, at: Position, *, less: bool) -> QuerySet[Any, Any]:
    """Keep what lies behind `at`. The outer bound repeats what the OR says, so that an index can be walked."""
    sign = "lt" if less else "gt"
    field = queryset.model._meta.get_field(name)
    try:
        value = field.to_python(at.value)
        value = value.astimezone(UTC) if isinstance(value, datetime) else value
    except Exception as error:
        raise ValidationError({"cursor": _("This cursor belongs to another ordering.")}) from error
    if isinstance(field, models.AutoField):
        return queryset.filter(**{f"pk__{sign}": at.pk})
    tie = Q(**{name: value, f"pk__{sign}": at.pk})
    return queryset.filter(Q(**{f"{name}__{sign}e": value}) & (Q(**{f"{name}__{sign}": value}) | tie))


def read(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)
