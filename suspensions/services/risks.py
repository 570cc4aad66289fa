"""The risk register: entries, their scores, and the cases in which they came true."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.policy import require
from suspensions.models import Risk, Suspension, TechProcess
from suspensions.services.dictionaries import created
from workflow.actor import Actor
from workflow.models import Event


@transaction.atomic
def create_risk(
    *, by: Actor, processes: Iterable[TechProcess] = (), suspensions: Iterable[Suspension] = (), **fields: Any
) -> Risk:
    require(by.user, "risk.edit")
    risk = created(Risk(**fields), by=by, fields=fields)
    risk.processes.set(processes)
    risk.suspensions.set(suspensions)
    return risk


@transaction.atomic
def edit_risk(risk: Risk, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change a risk; processes and cases are replaced by what is given."""
    require(by.user, "risk.edit")
    risk.locked().expect_version(version)
    risk.expect_present()
    links = {name: fields.pop(name) for name in ("processes", "suspensions") if name in fields}
    risk.change(verb="edit", by=by, note=note, **fields)
    for name, wanted in links.items():
        replace(risk, name, wanted, by=by, note=note)


def replace(risk: Risk, name: str, wanted: Iterable[Any], *, by: Actor, note: str) -> None:
    """Replace processes or cases and say so, unless they are the same."""
    held = getattr(risk, name)
    before, after = set(held.all()), set(wanted)
    if before == after:
        return
    held.set(after)
    risk.touch()
    Event.record(risk, by=by, verb="edit", before={name: words(before)}, after={name: words(after)}, note=note)


@transaction.atomic
def link(risk: Risk, *, by: Actor, suspension: Suspension) -> None:
    """Say that the risk came true in this case. Asking twice changes nothing."""
    require(by.user, "risk.edit")
    risk.expect_present()
    suspension.expect_present()
    if not risk.suspensions.filter(pk=suspension.pk).exists():
        risk.suspensions.add(suspension)
        risk.touch()
        Event.record(risk, by=by, verb="link", after={"suspension": suspension.label}, note=str(suspension))
        Event.record(suspension, by=by, verb="link-risk", after={"risk": risk.code}, internal=True, note=str(risk))


@transaction.atomic
def unlink(risk: Risk, *, by: Actor, suspension: Suspension) -> None:
    require(by.user, "risk.edit")
    risk.expect_present()
    if risk.suspensions.filter(pk=suspension.pk).exists():
        risk.suspensions.remove(suspension)
        risk.touch()
        Event.record(risk, by=by, verb="unlink", before={"suspension": suspension.label}, note=str(suspension))


def delete_risk(risk: Risk, *, by: Actor, note: str) -> None:
    """Hide it, for a reason; an administrator can bring it back."""
    require(by.user, "risk.delete")
    risk.hide(by=by, note=note)


def undelete_risk(risk: Risk, *, by: Actor, note: str = "") -> None:
    require(by.user, "risk.undelete")
    risk.unhide(by=by, note=note)


def words(entries: Iterable[Any]) -> str:
    return ", ".join(sorted(str(entry) for entry in entries))
