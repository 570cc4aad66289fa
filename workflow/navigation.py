"""What the menu offers: upper apps fill it in `AppConfig.ready()`, the layout prints what the reader may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


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
    count: Callable[[Any], Count | None] | None = None
    new_url_name: str = ""


entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    entries[entry.name] = entry


def offered_to(user: Any) -> list[dict[str, Any]]:
    """Return the entries this person may open, in order, each with its count."""
    shown = sorted((entry for entry in entries.values() if entry.shown_to(user)), key=lambda entry: entry.order)
    return [{"entry": entry, "count": entry.count(user) if entry.count else None} for entry in shown]


def way_back(request: HttpRequest, default: str) -> str:
    """Return where a form asked to be led afterwards (`next`), if that is here, else `default`."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else default
