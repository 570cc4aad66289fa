"""What upper apps show beside an incident: links on its card, and what may be recorded together with it.

They fill this registry in `AppConfig.ready()`; incidents know none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from incidents.models import Incident


@dataclass(frozen=True)
class Companion:
    """A noun that may belong to an incident: those that do, and where another one is begun."""

    name: str
    label: Any
    icon: str
    of: Callable[[Any, Incident], Iterable[Any]]
    new_url: Callable[[Any, Incident], str]
    new_label: Any
    with_report: Any = ""  # the words by which a report offers to go on with it; empty: it does not
    may_begin: Callable[[Any], bool] = field(default=lambda user: True)


companions: dict[str, Companion] = {}


def register(companion: Companion) -> None:
    companions[companion.name] = companion


def beside(user: Any, incident: Incident) -> list[dict[str, Any]]:
    """Return what the card shows: objects this reader may see, and the way to begin one if they may."""
    shown = [
        {"companion": one, "objects": list(one.of(user, incident)), "new_url": one.new_url(user, incident)}
        for one in companions.values()
    ]
    return [row for row in shown if row["objects"] or row["new_url"]]


def next_steps(user: Any) -> list[Companion]:
    """Return what may be recorded right after a report."""
    return [one for one in companions.values() if one.with_report and one.may_begin(user)]


def onward(user: Any, incident: Incident, wanted: str) -> str:
    """Return where a report leads: to what was ticked on its form, else to the incident."""
    step = next((one for one in next_steps(user) if one.name == wanted), None)
    return (step.new_url(user, incident) if step else "") or incident.get_absolute_url()
