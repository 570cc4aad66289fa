"""What the menu offers: upper apps fill it in `AppConfig.ready()`, the layout prints what the reader may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, Func, IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


class Counted(NamedTuple):
    """What the number beside a menu entry counts, and those of it for which somebody must act now."""

    rows: QuerySet[Any, Any]
    hot: QuerySet[Any, Any]


class Count(NamedTuple):
    """A number beside a menu entry; hot when somebody must act now."""

    number: int
    hot: bool = False


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `name` is what pages give as `section`; `group` is empty for the nouns themselves."""

    name: str
    label: Any
    icon: str
    url_name: str
    order: int
    group: Any = ""
    shown_to: Callable[[Any], bool] = everybody
    count: Callable[[Any], Counted | None] | None = None
    new_url_name: str = ""


entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    entries[entry.name] = entry


def offered_to(user: Any) -> list[dict[str, Any]]:
    """Return the entries this person may open, in order, each with its count."""
    shown = sorted((entry for entry in entries.values() if entry.shown_to(user)), key=lambda entry: entry.order)
    counts = counts_for(user, {entry.name: entry.count(user) for entry in shown if entry.count})
    return [{"entry": entry, "count": counts.get(entry.name)} for entry in shown]


def counts_for(user: Any, wanted: dict[str, Counted | None]) -> dict[str, Count]:
    """Count everything by one query: it is part of every page, however many entries have a number."""
    counted = {name: found for name, found in wanted.items() if found is not None}
    if not counted:
        return {}
    columns = [column for found in counted.values() for column in (number_of(found.rows), Exists(found.hot))]
    people: Any = get_user_model()._default_manager
    row = people.filter(pk=user.pk).values_list(*columns).get()
    pairs = zip(row[::2], row[1::2], strict=True)
    return {name: Count(number or 0, bool(hot)) for name, (number, hot) in zip(counted, pairs, strict=True)}


def number_of(rows: QuerySet[Any, Any]) -> Subquery:
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(number_of_rows=number).values("number_of_rows"))


def way_back(request: HttpRequest, default: str) -> str:
    """Return where a form asked to be led afterwards (`next`), if that is here, else `default`."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else default
