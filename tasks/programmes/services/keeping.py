"""Programmes themselves: set up, planned day by day, started, finished, cancelled."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.policy import require
from tasks.models import Assignment, Membership, Programme, ProgrammeDay, Report
from tasks.models.task import today
from tasks.programmes.notifications import tell_cancelled, tell_final, tell_moved, tell_undecided
from tasks.programmes.services.joining import close_requests
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

Status = Programme.Status
FIELDS = ("title", "start", "finish", "final_message", "join_days", "most_missed", "attempts")
UNCHECKED = ["deleted_by"]


@transaction.atomic
def create(*, by: Actor, at: datetime | None = None, **fields: Any) -> Programme:
    """Set up a programme; its calendar is filled from the catalogue at once."""
    require(by.user, "programme.create")
    with one_at_a_time():
        programme = Programme(**{name: value for name, value in fields.items() if name in FIELDS})
        programme.title = programme.title.strip()
        programme.clean_fields(exclude=UNCHECKED)
        programme.clean()
        expect_future(programme, at)
        expect_free(programme)
        programme.save(force_insert=True)
    programme.refresh_from_db()
    Event.record(
        programme, by=by, verb="create-programme", after={"start": programme.start, "finish": programme.finish}
    )
    fill(programme)
    return programme


@transaction.atomic
def edit(
    programme: Programme, *, by: Actor, version: int | None = None, note: str = "", at: datetime | None = None,
    **fields: Any,
) -> None:  # fmt: skip
    """Change dates, rules or words; those who take part, or asked to, are told of another start."""
    with one_at_a_time():  # its lock comes before those of programmes, whoever takes both
        row = programme.locked()
        require(by.user, "programme.edit", row)
        row.expect_version(version)
        row.expect_present()
        wanted = {name: value for name, value in fields.items() if name in FIELDS and getattr(row, name) != value}
        expect_changeable(row, wanted, at)
        planned = Programme(pk=row.pk, **{name: wanted.get(name, getattr(row, name)) for name in FIELDS})
        planned.clean()
        if wanted.keys() & {"start", "finish"}:
            expect_free(planned)
            if row.status == Status.PREPARING:
                expect_future(planned, at)
        was = row.start
        changed = programme.change(verb="edit", by=by, note=note, **wanted)
    if changed and wanted.keys() & {"start", "finish"}:
        fill(programme)
    if changed and programme.start != was:
        tell_moved(programme, at=at)


def expect_changeable(programme: Programme, wanted: dict[str, Any], at: datetime | None) -> None:
    """Raise Conflict or ValidationError for what can no longer be changed."""
    if programme.status in {Status.FINISHED, Status.CANCELLED}:
        raise Conflict(programme, _("The programme is over: nothing about it can be changed."))
    if programme.status == Status.PREPARING:
        return
    if "start" in wanted:
        raise Conflict(programme, _("It has started: its first day stays as it is."))
    if "finish" not in wanted:
        return
    if programme.status == Status.READY_FOR_COMPLETE:
        raise Conflict(programme, _("Its last day is over: it stays as it is."))
    if wanted["finish"] < today(at):
        raise invalid("finish", _("This day is over."))


@transaction.atomic
def start(programme: Programme, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Begin. Before its day it begins today instead. Raises Conflict when another one is running."""
    require(by.user, "programme.start", programme)
    at, day = at or timezone.now(), today(at)
    programme.refresh_from_db()
    if programme.status == Status.PREPARING and programme.finish < day:
        raise Conflict(programme, _("Its last day is over: give it other dates."))
    if programme.status == Status.PREPARING and Programme.objects.running().exists():
        raise Conflict(programme, _("Another programme is running: one at a time."))
    if programme.days.count() < programme.length and not Assignment.objects.offered().exists():
        raise Conflict(programme, _("The catalogue is empty: put an assignment in first."))
    earlier = {"start": day} if programme.status == Status.PREPARING and programme.start > day else {}
    with one_at_a_time():
        if earlier:
            expect_free(Programme(pk=programme.pk, start=day, finish=programme.finish))
        programme.move(Status.STARTED, verb="start-programme", by=by, note=note, started_at=at, **earlier)
    fill(programme)
    if earlier:
        tell_moved(programme, at=at)


@transaction.atomic
def finish(programme: Programme, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """End it, before its last day too. Each member gets the final message. Raises Conflict while reports wait."""
    require(by.user, "programme.finish", programme)
    at = at or timezone.now()
    row = programme.locked()
    if row.can_move(Status.FINISHED) and (waiting := row.reports.filter(status="reviewing").count()):
        words = _("%(count)s reports are not reviewed yet.") % {"count": waiting}
        raise Conflict(row, words)
    earlier = {"finish": max(today(at), row.start)} if row.finish > today(at) else {}
    programme.move(Status.FINISHED, verb="finish-programme", by=by, note=note, finished_at=at, **earlier)
    close_open_reports(programme, by=by, excused=bool(earlier))
    say_goodbye(programme, at=at)
    tell_undecided(programme, at=at)
    close_requests(programme, by=by, reason=_("The programme is over."), at=at)


def say_goodbye(programme: Programme, *, at: datetime) -> None:
    """Send the final message to every active member who has not got it."""
    untold = Membership.objects.active().filter(programme=programme, told_at=None)
    memberships = list(untold.select_related("member__user", "programme").with_points())
    untold.filter(pk__in=[membership.pk for membership in memberships]).update(told_at=at)
    tell_final(memberships, at=at)


@transaction.atomic
def cancel(programme: Programme, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Call it off; who takes part or asked to is told."""
    require(by.user, "programme.cancel", programme)
    at = at or timezone.now()
    programme.move(Status.CANCELLED, verb="cancel-programme", by=by, note=note, cancelled_at=at)
    close_open_reports(programme, by=by, excused=True)
    tell_cancelled(programme, note=note, at=at)
    close_requests(programme, by=by, reason=note.strip() or _("The programme is called off."), at=at)


def close_open_reports(programme: Programme, *, by: Actor, excused: bool) -> None:
    for report in Report.objects.waiting().filter(programme=programme):
        report.move(Report.Status.NOT_PARTICIPATE, verb="miss-day", by=by, excused=excused)


@transaction.atomic
def delete(programme: Programme, *, by: Actor, note: str, at: datetime | None = None) -> None:
    """Hide it from everybody, for a reason; an administrator can bring it back. Raises Conflict while it runs.

    Of one that is being prepared, whoever takes part or asked to is told that it is called off.
    """
    require(by.user, "programme.delete", programme)
    row, at = programme.locked(), at or timezone.now()
    if "delete" not in row.possible_verbs() and row.deleted_at is None:
        raise Conflict(row, _("It is running: finish or cancel it first."))
    programme.hide(by=by, note=note)
    if row.status == Status.PREPARING:
        tell_cancelled(row, note=note, at=at)
    close_requests(row, by=by, reason=note.strip(), at=at)


@transaction.atomic
def undelete(programme: Programme, *, by: Actor, note: str = "") -> None:
    """Bring it back where its days are still free."""
    require(by.user, "programme.undelete", programme)
    with one_at_a_time():
        if programme.status != Status.CANCELLED:
            expect_free(programme)
        programme.unhide(by=by, note=note)


@transaction.atomic
def plan_day(
    programme: Programme, *, by: Actor, number: int, assignment: Assignment, note: str = "", at: datetime | None = None
) -> None:
    """Choose the assignment of a day to come."""
    row = programme.locked()
    require(by.user, "programme.plan", row)
    row.expect_present()
    if row.status not in {Status.PREPARING, Status.STARTED}:
        raise Conflict(row, _("The programme is over: nothing about it can be changed."))
    if not 1 <= number <= row.length:
        raise invalid("number", _("The programme has no such day."))
    if row.status == Status.STARTED and row.date_of(number) <= today(at):
        raise Conflict(row, _("This day has begun: its assignment stays as it is."))
    if assignment.is_archived or assignment.deleted_at is not None:
        raise invalid("assignment", _("It is archived. Choose another."))
    day = row.days.filter(number=number).select_related("assignment").first()
    if day and day.assignment_id == assignment.pk:
        return
    ProgrammeDay.objects.update_or_create(programme=row, number=number, defaults={"assignment": assignment})
    before = {"day": number, "assignment": day.assignment.title if day else ""}
    Event.record(
        row, by=by, verb="plan-day", before=before, after={"day": number, "assignment": assignment.title}, note=note
    )
    programme.touch()


@transaction.atomic
def fill_calendar(programme: Programme, *, by: Actor) -> int:
    """Give every day without an assignment one and return how many that were."""
    require(by.user, "programme.plan", programme)
    row = programme.locked()
    row.expect_present()
    filled = fill(row)
    if filled:
        Event.record(row, by=by, verb="fill-calendar", after={"days": filled})
        programme.touch()
    return filled


def fill(programme: Programme) -> int:
    """Plan the days that are not: no assignment comes again before all others have. Drop days beyond the end."""
    programme.days.filter(number__gt=programme.length, reports=None).delete()
    planned = set(programme.days.values_list("number", flat=True))
    missing = [number for number in range(1, programme.length + 1) if number not in planned]
    used = Count("days", filter=Q(days__programme=programme))
    uses = dict(Assignment.objects.offered().annotate(here=used).values_list("pk", "here"))
    if not missing or not uses:
        return 0
    days = []
    for number in missing:
        chosen = min(uses, key=lambda pk: (uses[pk], pk))
        uses[chosen] += 1
        days.append(ProgrammeDay(programme=programme, number=number, assignment_id=chosen))
    ProgrammeDay.objects.bulk_create(days)
    return len(days)


def expect_future(programme: Programme, at: datetime | None) -> None:
    if programme.start < today(at):
        raise invalid("start", _("This day is over."))


def expect_free(programme: Programme) -> None:
    """Raise ValidationError when another programme has some of the days."""
    others = Programme.objects.overlapping(programme.start, programme.finish).exclude(pk=programme.pk)
    if other := others.first():
        words = _("“%(title)s” has the days from %(start)s to %(finish)s: programmes do not overlap.")
        values = {"title": other.title, "start": written(other.start), "finish": written(other.finish)}
        raise invalid("start", words % values, "overlap")


def written(day: date) -> str:
    return f"{day:%d.%m.%Y}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Judge and write dates alone: whoever else would waits. Say in words what the database refuses."""
    Organisation.objects.select_for_update().filter(pk=1).first()
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "prepares_and_runs_alone" not in str(error) and "tasks_programme.status" not in str(error):
            raise
        words = _("One programme is being prepared and one is running at most.")
        raise invalid("start", words, "alone") from error
