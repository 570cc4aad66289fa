"""How the duty table is kept. Raises PermissionDenied, ValidationError, Conflict or StaleVersion."""

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts import organisation
from accounts.models import User
from accounts.policy import allows, require
from incidents.models import Duty
from incidents.oncall.notifications import tell_planned, tell_substituted
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid
from workflow.times import full

LONGEST = timedelta(days=92)
MOST_TURNS = 120
EARLIEST, LATEST = 1970, 2199  # years; at the edges of the calendar no zone but one can show a time
FIELDS = ("person", "start", "finish", "remark")


class Every(models.TextChoices):
    """How long a turn of a rota is."""

    WEEK = "week", pgettext_lazy("turn", "a week")
    DAY = "day", pgettext_lazy("turn", "a day")


DAYS = {Every.WEEK: 7, Every.DAY: 1}


@transaction.atomic
def plan(*, by: Actor, person: User, start: datetime, finish: datetime, remark: str = "") -> Duty:
    """Put somebody on duty."""
    require(by.user, "duty.edit")
    duty = write(Duty(person=person, start=start, finish=finish, remark=remark), by=by)
    tell_planned([duty], by=by)
    return duty


@transaction.atomic
def generate(
    *, by: Actor, people: Sequence[User], first_day: date, handover: time, every: str, turns: int, remark: str = ""
) -> list[Duty]:
    """Put people on duty in turn, `turns` times, each until the hand-over at the organisation's `handover` o'clock.

    All or nothing. A turn of a week ends at the same hour by the clock, also where the clock changes in between.
    """
    require(by.user, "duty.edit")
    if not people:
        raise invalid("people", _("Say who takes turns."), "required")
    if not 1 <= turns <= MOST_TURNS:
        raise invalid("turns", _("One to %(most)s turns at once.") % {"most": MOST_TURNS})
    zone, step = organisation.current().zone, timedelta(days=DAYS[Every(every)])
    try:
        ends = [datetime.combine(first_day + step * turn, handover, zone) for turn in range(turns + 1)]
    except OverflowError as error:
        raise invalid("first_day", _("That is too far away.")) from error
    duties = [
        write(Duty(person=people[turn % len(people)], start=ends[turn], finish=ends[turn + 1], remark=remark), by=by)
        for turn in range(turns)
    ]
    tell_planned(duties, by=by)
    return duties


@transaction.atomic
def substitute(duty: Duty, *, by: Actor, person: User, start: datetime, finish: datetime, remark: str = "") -> Duty:
    """Let somebody else do part of a duty, or all of it; the duty itself stays as it is."""
    require(by.user, "duty.edit", duty)
    row = duty.locked()
    row.expect_present()
    if row.is_substitution:
        raise Conflict(row, _("This is a substitution already. Substitute in the duty it is part of."))
    if person.pk == row.person_id:
        raise invalid("person", _("That is who has the duty."))
    made = write(Duty(person=person, start=start, finish=finish, remark=remark, original=row), by=by)
    after = {"person": person.name, "start": start, "finish": finish}
    Event.record(duty, by=by, verb="substitute", after=after, note=f"{person.name}: {full(start)} – {full(finish)}")
    tell_substituted(made, by=by)
    return made


@transaction.atomic
def edit(duty: Duty, *, by: Actor, version: int | None = None, **fields: Any) -> None:
    """Change person, time or note; substitutions must still lie within."""
    require(by.user, "duty.edit", duty)
    row = duty.locked()
    row.expect_version(version)
    row.expect_present()
    for name, value in fields.items():
        setattr(row, name, value)
    check(row)
    outside = row.substitutions.present().exclude(start__gte=row.start, finish__lte=row.finish)
    if outside.exists():
        raise Conflict(row, _("A substitution would lie outside. Delete it first."))
    before = Duty.objects.get(pk=duty.pk).person_id
    with refusing_overlaps():
        changed = duty.change(verb="edit", by=by, **fields)
    if changed and duty.person_id != before:
        tell_planned([duty], by=by)


def hand_over(duty: Duty, *, by: Actor, to: User, note: str = "") -> None:
    """Give it to somebody else together with whatever else its person had."""
    edit(duty, by=by, person=to)


@transaction.atomic
def delete(duty: Duty, *, by: Actor, note: str) -> None:
    """Take it out of the table, for a reason, with its substitutions."""
    require(by.user, "duty.edit", duty)
    for substitution in duty.substitutions.present():
        substitution.hide(by=by, note=note)
    duty.hide(by=by, note=note)


@transaction.atomic
def undelete(duty: Duty, *, by: Actor, note: str = "") -> None:
    """Bring it back where its time is still free; its substitutions come back one by one."""
    require(by.user, "duty.edit", duty)
    row = duty.locked()
    if row.deleted_at is not None:
        check(row)
    with refusing_overlaps():
        duty.unhide(by=by, note=note)


def write(duty: Duty, *, by: Actor) -> Duty:
    check(duty)
    with refusing_overlaps():
        duty.save(force_insert=True)
    duty.refresh_from_db(fields=["created_at", "updated_at"])
    after = {"person": duty.person.name, "start": duty.start, "finish": duty.finish}
    Event.record(duty, by=by, verb="plan-duty", after=after, note=duty.remark)
    return duty


def check(duty: Duty) -> None:
    """Raise ValidationError unless this duty can stand in the table."""
    for name, moment in (("start", duty.start), ("finish", duty.finish)):
        if not EARLIEST <= moment.year <= LATEST:
            raise invalid(name, _("That is too far away."))
    if duty.finish <= duty.start:
        raise invalid("finish", _("It ends before it begins."))
    if duty.finish - duty.start > LONGEST:
        raise invalid("finish", _("A duty lasts %(days)s days at most.") % {"days": LONGEST.days})
    if not duty.person.is_active or not allows(duty.person, "incident.take"):
        raise invalid("person", _("%(name)s cannot be on duty.") % {"name": duty.person.name})
    duty.clean_fields(exclude=["person", "original", "deleted_by"])
    if duty.original and not is_within(duty, duty.original):
        raise invalid("start", _("A substitution lies within the duty it is part of."))
    others = Duty.objects.between(duty.start, duty.finish).exclude(pk=duty.pk)
    others = others.substitutions() if duty.is_substitution else others.shifts()
    if other := others.select_related("person").first():
        words = _("%(name)s is on duty from %(start)s to %(finish)s: duties do not overlap.")
        values = {"name": other.person.name, "start": full(other.start), "finish": full(other.finish)}
        raise invalid("start", words % values, "overlap")


def is_within(substitution: Duty, duty: Duty) -> bool:
    return duty.deleted_at is None and duty.start <= substitution.start and substitution.finish <= duty.finish


@contextmanager
def refusing_overlaps():
    """Say in words what the database refuses when somebody else was quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "do_not_overlap" not in str(error):
            raise
        words = _("Somebody else has just filled this time: duties do not overlap.")
        raise invalid("start", words, "overlap") from error
