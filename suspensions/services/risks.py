"""The risk register: entries, their scores, and the cases in which they came true."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import organisation
from accounts.policy import require
from suspensions.models import Risk, Suspension, TechProcess
from suspensions.notifications import tell_review
from suspensions.services.dictionaries import created
from workflow.actor import Actor
from workflow.models import Event


@transaction.atomic
def create_risk(
    *, by: Actor, processes: Iterable[TechProcess] = (), suspensions: Iterable[Suspension] = (), **fields: Any
) -> Risk:
    require(by.user, "risk.edit")
    risk, cases = created(Risk(**fields), by=by, fields=fields), list(suspensions)
    risk.processes.set(processes)
    risk.suspensions.set(cases)
    tell_cases(risk, "link-risk", cases, by=by)
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
    if name == "suspensions":
        tell_cases(risk, "link-risk", after - before, by=by)
        tell_cases(risk, "unlink-risk", before - after, by=by)


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
        tell_cases(risk, "link-risk", [suspension], by=by)


@transaction.atomic
def unlink(risk: Risk, *, by: Actor, suspension: Suspension) -> None:
    """Say that the case has nothing to do with the risk after all. Asking twice changes nothing."""
    require(by.user, "risk.edit")
    risk.expect_present()
    if risk.suspensions.filter(pk=suspension.pk).exists():
        risk.suspensions.remove(suspension)
        risk.touch()
        Event.record(risk, by=by, verb="unlink", before={"suspension": suspension.label}, note=str(suspension))
        tell_cases(risk, "unlink-risk", [suspension], by=by)


def tell_cases(risk: Risk, verb: str, cases: Iterable[Suspension], *, by: Actor) -> None:
    """Say on the timelines of cases what happened to their link; not to those who may see no risks."""
    kept = {"before" if verb == "unlink-risk" else "after": {"risk": risk.code}}
    for case in sorted(cases, key=lambda one: one.pk):
        Event.record(case, by=by, verb=verb, internal=True, note=str(risk), **kept)


def delete_risk(risk: Risk, *, by: Actor, note: str) -> None:
    """Hide it, for a reason; an administrator can bring it back."""
    require(by.user, "risk.delete")
    risk.hide(by=by, note=note)


def undelete_risk(risk: Risk, *, by: Actor, note: str = "") -> None:
    require(by.user, "risk.undelete")
    risk.unhide(by=by, note=note)


def remind_of_reviews(at: datetime) -> int:
    """Remind whoever owns a risk that the day of its review has come, once for each such day, in working hours."""
    working = organisation.working_time()
    if not working.is_working(at):
        return 0
    due = Risk.objects.to_review(working.local(at).date())
    risks = due.select_related("owner").order_by("next_review", "pk")
    return sum(remind(risk, risk.next_review) for risk in risks if risk.next_review)


@transaction.atomic
def remind(risk: Risk, day: date) -> bool:
    """Tell the owner, or the managers where nobody who may see it owns it. Of several that ask at once one does."""
    if not Risk.objects.to_review(day).filter(pk=risk.pk, next_review=day).update(reminded_of=day):
        return False
    tell_review(risk, day)
    return True


def words(entries: Iterable[Any]) -> str:
    return ", ".join(sorted(str(entry) for entry in entries))
