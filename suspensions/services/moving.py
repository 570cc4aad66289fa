"""The verbs that lead a downtime case along its statuses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from suspensions.models import Segment, Suspension
from suspensions.notifications import tell_called_off, tell_registered, tell_reopened, tell_restored
from suspensions.services import rules
from suspensions.services.registering import next_number, next_numbers
from workflow.actor import Actor
from workflow.models import Event, MoveRefused
from workflow.models.stateful import differs

Status = Suspension.Status


@transaction.atomic
def restore(
    suspension: Suspension, *, by: Actor, finish: datetime | None = None, note: str = "", told: bool = True
) -> None:
    """Say that the process runs again since `finish`, or now. Not `told`: the caller tells people, once it is sure."""
    case = suspension.locked()
    rules.require_on(by, "suspension.restore", case)
    if not case.can_move(Status.RESTORED) or case.status == Status.DRAFT:
        raise MoveRefused(case, Status.RESTORED)
    ends = finish or timezone.now()
    if case.is_to_come:
        raise ValidationError({"finish": ValidationError(_("The planned work has not begun."), code="order")})
    rules.check_times(case.start, ends, planned=case.planned)
    end_segments(case, ends)
    suspension.move(Status.RESTORED, verb="restore", by=by, note=note, finish=ends)
    if told:
        tell_restored(suspension, by=by, note=note)


def end_segments(case: Suspension, finish: datetime) -> None:
    """End the segment that runs on. Raises ValidationError when another one lasts longer than the case."""
    last = case.segments.order_by("start", "pk").last()
    if last and (last.start > finish or (last.finish and last.finish > finish)):
        message = _("A segment of the case lies after that moment.")
        raise ValidationError({"finish": ValidationError(message, code="order")})
    case.segments.filter(finish=None).update(finish=finish)


@transaction.atomic
def call_off(suspension: Suspension, *, by: Actor, note: str) -> None:
    """Say that planned work does not take place, and why: it leaves every figure and stays in the journal."""
    rules.require_on(by, "suspension.call_off", suspension)
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why it is called off."), code="required")})
    case = suspension.locked()
    if not case.planned:
        raise MoveRefused(case, Status.CALLED_OFF, _("Only planned work is called off."))
    if not case.can_move(Status.CALLED_OFF):
        raise MoveRefused(case, Status.CALLED_OFF)
    if case.start <= timezone.now():
        rules.require_on(by, "suspension.plan", case)  # the process may have been down: it is classified anew
    case.segments.update(finish=F("start"))
    suspension.move(Status.CALLED_OFF, verb="call-off", by=by, note=note)
    tell_called_off(suspension, by=by, note=note)


@transaction.atomic
def confirm(suspension: Suspension, *, by: Actor, note: str = "") -> None:
    """Take an imported draft into the journal: it gets its number and counts from now on."""
    rules.require_on(by, "suspension.confirm", suspension)
    case = suspension.locked()
    wanted = Status.RESTORED if case.finish else Status.REGISTERED
    if case.status != Status.DRAFT or not case.can_move(wanted):
        raise MoveRefused(case, wanted)
    suspension.move(wanted, verb="confirm", by=by, note=note, number=next_number(case.start))
    tell_confirmed(suspension, by=by)


def tell_confirmed(case: Suspension, *, by: Actor) -> None:
    """Of what still runs, or is to come, the same people hear as when it is recorded; an old journal stays quiet."""
    if case.finish is None:
        tell_registered(case, by=by)


@transaction.atomic
def confirm_block(keys: Sequence[int], *, by: Actor, note: str = "") -> int:
    """Take those of the cases that are drafts into the journal, numbered by their times; return how many."""
    rules.require_on(by, "suspension.confirm")
    drafts = Suspension.objects.present().filter(pk__in=keys, status=Status.DRAFT).order_by("start", "pk")
    cases = list(drafts.select_for_update())
    for case, number in zip(cases, next_numbers([case.start for case in cases]), strict=True):
        case.number, case.status = number, Status.RESTORED if case.finish else Status.REGISTERED
    Suspension.objects.bulk_update(cases, ["number"])
    status = Case(When(finish=None, then=Value(Status.REGISTERED)), default=Value(Status.RESTORED))
    drafts.filter(number__isnull=False).update(status=status, version=F("version") + 1, updated_at=Now())
    Event.objects.bulk_create(confirmed(case, by=by, note=note) for case in cases)
    for case in cases:
        tell_confirmed(case, by=by)
    return len(cases)


def confirmed(case: Suspension, *, by: Actor, note: str) -> Event:
    before, after = {"status": Status.DRAFT, "number": None}, {"status": case.status, "number": case.number}
    return Event.line(case, by=by, verb="confirm", before=before, after=after, note=note)


@transaction.atomic
def discard_block(keys: Sequence[int], *, by: Actor, note: str) -> int:
    """Hide those of the cases that are drafts, as deleting does; return how many."""
    rules.require_on(by, "suspension.import")
    drafts = Suspension.objects.present().filter(pk__in=keys, status=Status.DRAFT).order_by("pk")
    cases = list(drafts.select_for_update())
    hidden = {"deleted_at": Now(), "deleted_by": by.user, "deletion_note": note}
    Suspension.objects.filter(pk__in=[case.pk for case in cases]).update(
        **hidden, version=F("version") + 1, updated_at=Now()
    )
    Event.objects.bulk_create(
        Event.line(case, by=by, verb="delete", after={"deleted": True}, note=note) for case in cases
    )
    return len(cases)


def investigate(suspension: Suspension, *, by: Actor, note: str = "") -> None:
    """Say that the cause is being looked for."""
    rules.require_on(by, "suspension.investigate", suspension)
    if suspension.status != Status.REGISTERED:
        raise MoveRefused(suspension, Status.INVESTIGATING)
    suspension.move(Status.INVESTIGATING, verb="investigate", by=by, note=note)


@transaction.atomic
def close(suspension: Suspension, *, by: Actor, version: int | None = None, note: str = "", **texts: str) -> None:
    """Confirm that nothing is left to find out: measures and root cause are written down, here at the latest.

    `texts` are those of rules.CONCLUSION; what is not given stays as it was. Raises ValidationError for what is empty.
    """
    rules.require_on(by, "suspension.close", suspension)
    case = suspension.locked()
    case.expect_version(version)
    if not case.can_move(Status.CLOSED):
        raise MoveRefused(case, Status.CLOSED)
    said = {name: text for name, text in texts.items() if differs(getattr(case, name), text)}
    rules.check_concluded(case, **said)
    case.move(Status.CLOSED, verb="close", by=by, note=note, closed_at=Now(), closed_by=by.user, **said)
    suspension.refresh_from_db()


@transaction.atomic
def reopen(
    suspension: Suspension, *, by: Actor, note: str = "", start: datetime | None = None, told: bool = True
) -> None:
    """Say that the process is down after all: the finish is gone, the case runs on and is looked into.

    Without `start` it never ended; with one a new segment begins then, and the time between stays uncounted.
    """
    rules.require_on(by, "suspension.reopen", suspension)
    case = suspension.locked()
    if case.status not in {Status.RESTORED, Status.CLOSED} or not case.can_move(Status.INVESTIGATING):
        raise MoveRefused(case, Status.INVESTIGATING)
    last = case.segments.order_by("start", "pk").last()
    if start is None:
        Segment.objects.filter(pk=last.pk if last else None).update(finish=None)
    else:
        resume(case, start, last)
    suspension.move(Status.INVESTIGATING, verb="reopen", by=by, note=note, finish=None, closed_at=None, closed_by=None)
    if told:
        tell_reopened(suspension, by=by, note=note)


def resume(case: Suspension, start: datetime, last: Any) -> None:
    """Begin a new segment after the end of the case. Raises ValidationError when it lies before that."""
    rules.check_times(start, None)
    if case.finish and start < case.finish:
        raise ValidationError({"start": ValidationError(_("The case had not ended by then."), code="order")})
    Segment.objects.create(suspension=case, start=start, degradation=last.degradation if last else case.degradation)
