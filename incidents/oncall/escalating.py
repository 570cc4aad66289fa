"""Telling further people while nobody takes an incident. Celery only ticks: how far each chain has come stands in rows.

Any number of ticks may run at once or late. Each waiting incident is judged under the lock of its row, so a step is
told once; after an hour without ticks it is one step that is caught up with, and the next waits its full time again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Role, User
from incidents.models import Escalation, EscalationPolicy, Incident, Step, Whom
from incidents.oncall import schedule
from incidents.oncall.notifications import tell_exhausted, tell_untaken
from notifications.services import Outsider, on_call
from workflow.actor import Actor, Channel
from workflow.models import Event

SEVERITIES = Incident.Severity.values
AGAIN = {"release", "severity", "undelete", "wake"}  # verbs after which an incident begins to wait anew
ROLES = {Whom.TECHNICIANS: Role.TECHNICIAN, Whom.MANAGERS: Role.MANAGER, Whom.ADMINS: Role.ADMIN}


def escalate(*, at: datetime) -> int:
    """Begin, continue and end the chains as things stand at `at`; return how many steps were told."""
    chains = list(EscalationPolicy.objects.present().filter(enabled=True))
    covered = [severity for severity in SEVERITIES if chain_of(severity, chains)]
    rows = Incident.objects.present().untaken().filter(snoozed_until=None, severity__in=covered)
    waiting = without_the_crowd(rows)
    stop(waiting)
    begin(waiting, chains)
    due = Escalation.objects.due(at).filter(incident__in=waiting).values_list("pk", flat=True)
    return sum(advance(pk, chains, at) for pk in list(due))


def without_the_crowd(rows: Any) -> Any:
    """Let one incident stand for its storm, and none once somebody has taken one of it: they see the others."""
    taken = Incident.objects.exclude(storm=None).exclude(acknowledged_at=None).values("storm")
    storms = rows.exclude(storm=None).exclude(storm__in=taken).order_by()
    first = storms.values("storm").annotate(first=Min("pk")).values("first")
    return rows.filter(Q(storm=None) | Q(pk__in=first))


def stop(waiting: Any) -> None:
    """Let chains rest whose incident is taken, finished, put off or gone; should it wait again, they begin anew."""
    resting = {"next_at": None, "exhausted": False, "step": 0, "repeated": 0}
    running = Escalation.objects.filter(Q(next_at__isnull=False) | Q(exhausted=True))
    running.exclude(incident__in=waiting).update(**resting)


def begin(waiting: Any, chains: list[EscalationPolicy]) -> None:
    """Start the clock of those that wait without one, from when they began to wait."""
    resting = Q(escalation=None) | Q(escalation__next_at=None, escalation__exhausted=False)
    for incident in waiting.filter(resting):
        chain = chain_of(incident.severity, chains)
        assert chain is not None  # noqa: S101 - it is covered
        since = waits_since(incident, chain)
        row = {"policy": chain, "since": since, "next_at": since + chain.chain[0].wait}
        with transaction.atomic():
            made, new = Escalation.objects.get_or_create(incident=incident, defaults=row)
            if not new:
                Escalation.objects.filter(pk=made.pk, next_at=None).update(**row)


def chain_of(severity: str, chains: Iterable[EscalationPolicy]) -> EscalationPolicy | None:
    """Return the chain of the worst severity that is not worse than this one."""
    fitting = [chain for chain in chains if SEVERITIES.index(chain.severity) <= SEVERITIES.index(severity)]
    return max(fitting, key=lambda chain: SEVERITIES.index(chain.severity), default=None)


def waits_since(incident: Incident, chain: EscalationPolicy) -> datetime:
    """Since nobody has had it at this severity, but not from before there was a chain."""
    again = Event.objects.about(incident).filter(verb__in=AGAIN).order_by().aggregate(last=Max("at"))["last"]
    return max(filter(None, [incident.created_at, again, chain.created_at]))


@transaction.atomic
def advance(pk: int, chains: list[EscalationPolicy], at: datetime) -> bool:
    """Tell the step that is due, unless somebody was quicker; say whether anybody was told."""
    row = Escalation.objects.due(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=row.incident_id)
    chain = chain_of(incident.severity, chains)
    if not waits(incident) or chain is None:
        return False
    if chain.pk != row.policy_id:  # another severity, or another chain, since it began
        row.policy, row.step, row.repeated = chain, 0, 0
    told = follow(row, incident, chain.chain, at)
    row.save()
    return told


def waits(incident: Incident) -> bool:
    present = incident.deleted_at is None and incident.snoozed_until is None
    return present and incident.status == Incident.Status.OPEN


def follow(row: Escalation, incident: Incident, steps: list[Step], at: datetime) -> bool:
    """Tell the next step that finds anybody: one whose people there are none of gives its turn to the one after."""
    for _turn in range(len(steps)):
        step = steps[min(row.step, len(steps) - 1)]
        people = found(step, at)
        move_on(row, steps, at)
        last = end(row, incident) if row.exhausted else []
        if people:
            tell(row, incident, step, people, last)
            return True
        if row.exhausted:
            break
    return False


def end(row: Escalation, incident: Incident) -> list[Any]:
    """Tell the managers and the on-call chat that nobody is told any more; return whom that was."""
    by = Actor(User.objects.system(), Channel.JOB)
    people = [*User.objects.active().people().filter(role=Role.MANAGER), *on_call()]
    tell_exhausted(people, incident, since=row.since, by=by)
    Event.record(incident, by=by, verb="exhaust-chain")
    return people


def move_on(row: Escalation, steps: list[Step], at: datetime) -> None:
    """Count a step and say when the next is due, counted from now: what was missed is not made up for."""
    row.step += 1
    if row.step >= len(steps):
        row.step, row.repeated = 0, row.repeated + 1
    row.exhausted = row.repeated > row.policy.repeats
    row.next_at = None if row.exhausted else at + steps[row.step].wait


def tell(row: Escalation, incident: Incident, step: Step, people: list[Any], last: list[Any]) -> None:
    """Tell the people of a step, but for those who hear in the same moment that it was the `last` one."""
    row.told += 1
    by = Actor(User.objects.system(), Channel.JOB)
    tell_untaken([person for person in people if person not in last], incident, since=row.since, by=by)
    with override(settings.LANGUAGE_CODE):
        names = [_("the on-call chat") if isinstance(person, Outsider) else person.name for person in people]
        note = _("Nobody has taken it, told: %(names)s") % {"names": ", ".join(names)}
    after = {"step": row.told, "whom": step.whom, "told": names}
    Event.record(incident, by=by, verb="notify-on-call", after=after, note=note)


def found(step: Step, at: datetime) -> list[Any]:
    """Return whom a step means at a moment; nobody is an empty list."""
    whom = step.whom
    if whom == Whom.CHAT:
        return on_call()
    if whom == Whom.PERSON:
        return [step.person] if step.is_able else []
    if whom == Whom.DUTY:
        person = schedule.person_at(at)
        return [person] if person else []
    if whom == Whom.NEXT:
        following = schedule.after(at)
        return [following.person] if following else []
    people = User.objects.active().people().filter(role=ROLES[Whom(whom)])
    return list(people.order_by(F("last_name"), "first_name", "username"))
