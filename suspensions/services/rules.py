"""What a downtime case must obey, whoever writes it: its times, its shares, its dictionaries, and who may touch it."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.policy import allows, require
from suspensions.models import Suspension, TechProcess
from workflow.actor import Actor

TOLERANCE = timedelta(minutes=5)  # clocks differ
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
Kind = Suspension.Kind
CONCLUSION = ("implementing_measures", "root_cause")  # without which nobody can say what was learned


def require_on(by: Actor, verb: str, suspension: Suspension | None = None) -> None:
    """Raise PermissionDenied unless the table allows it; what the probe began, the system goes on with."""
    if not (by.user.is_system and (suspension is None or suspension.origin == Suspension.Origin.PROBE)):
        require(by.user, verb, suspension)


def check_times(start: datetime, finish: datetime | None, *, planned: bool = False) -> None:
    """Raise ValidationError unless the times are real, in order and, but for the start of planned work, past."""
    check_moment("start", start)
    latest = timezone.now() + TOLERANCE
    if start > latest and not planned:
        message = _("The start lies in the future. Only planned work is announced ahead.")
        raise ValidationError({"start": ValidationError(message, code="future")})
    if finish is None:
        return
    check_moment("finish", finish)
    if finish < start:
        raise ValidationError({"finish": ValidationError(_("The finish lies before the start."), code="order")})
    if finish > latest:
        message = _("The finish lies in the future. Leave it empty while the process is down.")
        raise ValidationError({"finish": ValidationError(message, code="future")})


def check_moment(name: str, moment: datetime) -> None:
    if timezone.is_naive(moment):
        raise ValidationError({name: ValidationError(_("The time has no zone."), code="naive")})
    if moment < EARLIEST:
        raise ValidationError({name: ValidationError(_("The time lies before 1990."), code="invalid")})
    if moment > LATEST:
        raise ValidationError({name: ValidationError(_("That is too far away."), code="invalid")})


def check_planned_finish(start: datetime, planned_finish: datetime | None, *, planned: bool) -> None:
    if planned_finish is None:
        return
    check_moment("planned_finish", planned_finish)
    if not planned:
        message = _("Only planned work has a planned finish.")
        raise ValidationError({"planned_finish": ValidationError(message, code="invalid")})
    if planned_finish < start:
        message = _("The planned finish lies before the start.")
        raise ValidationError({"planned_finish": ValidationError(message, code="order")})


def check_planning(by: Actor, start: datetime, note: str) -> None:
    """Raise ValidationError unless planned work that starts then may be written down by this person.

    What is still to come is announced by anybody. What has begun counts as planned only on the word of whoever may
    classify it, for a reason: it leaves the budget.
    """
    if start > timezone.now():
        return
    if not allows(by.user, "suspension.plan"):
        message = _("Planned work is announced before it starts. What has begun is classified as planned by a manager.")
        raise ValidationError({"planned": ValidationError(message, code="announce")})
    if not note.strip():
        message = _("Say why work that was not announced here counts as planned.")
        raise ValidationError({"note": ValidationError(message, code="required")})


def check_moved_start(by: Actor, case: Suspension, start: datetime, note: str) -> None:
    """Raise ValidationError where planned work would reach back over time that it was not planned for."""
    if case.planned and start < case.start:
        try:
            check_planning(by, start, note)
        except ValidationError as error:
            raise ValidationError({"start": error.error_dict.get("planned") or error.error_dict["note"]}) from error


def check_reported(case: Suspension, reported_at: datetime | None) -> None:
    """Raise ValidationError unless the regulator heard of the case after it began and by now."""
    if reported_at is None:
        return
    check_moment("reported_at", reported_at)
    if reported_at < case.start:
        message = _("The regulator cannot have heard of it before it began.")
        raise ValidationError({"reported_at": ValidationError(message, code="order")})
    if reported_at > timezone.now() + TOLERANCE:
        raise ValidationError({"reported_at": ValidationError(_("The moment lies in the future."), code="future")})


def check_process(process: TechProcess, start: datetime) -> None:
    """Raise ValidationError unless the organisation ran the process when the case began."""
    day = start.astimezone(organisation.current().zone).date()
    if not process.is_active_on(day):
        message = _("The process %(process)s was not active on that day.") % {"process": process}
        raise ValidationError({"process": ValidationError(message, code="inactive")})


def check_concluded(case: Suspension, **said: str) -> None:
    """Raise ValidationError for what neither stands in the case nor is `said` now; planned work needs none of it."""
    Suspension(**said).clean_fields(exclude={field.name for field in Suspension._meta.fields} - said.keys())
    words = {
        "implementing_measures": _("Write down the measures taken: without them the case is not closed."),
        "root_cause": _("Write down the root cause: without it the case is not closed."),
    }
    empty = [name for name in CONCLUSION if not said.get(name, getattr(case, name)).strip()]
    if empty and not case.planned:
        raise ValidationError({name: ValidationError(words[name], code="required") for name in empty})


def share(value: Any) -> Decimal:
    """Return a degradation share. Raises ValidationError unless it lies between 0 and 1."""
    lost = Decimal(str(value))
    if not (lost.is_finite() and 0 <= lost <= 1):
        message = _("The degradation lies between 0 and 1: the share of the service that is lost.")
        raise ValidationError({"degradation": ValidationError(message, code="invalid")})
    return lost.quantize(Decimal("0.0001"))


def kind_of(kind: str | None, degradation: Decimal) -> str:
    """Return the kind, told by the share where it is not given. Raises ValidationError for a partial outage."""
    if kind == Kind.OUTAGE and degradation != 1:
        message = _("An outage is complete: its degradation is 1. Choose “degradation” for a part of the service.")
        raise ValidationError({"degradation": ValidationError(message, code="invalid")})
    return kind or (Kind.OUTAGE if degradation == 1 else Kind.DEGRADATION)


def check_segments(segments: Sequence[tuple[datetime, datetime | None, Decimal]]) -> None:
    """Raise ValidationError unless there are some, in order, without overlaps, and only the last one runs on."""
    if not segments:
        raise refused(_("There is at least one segment."))
    for start, finish, _lost in segments:
        check_times(start, finish)
    for (_start, finish, _lost), (begins, _finish, _share) in itertools.pairwise(segments):
        if finish is None:
            raise refused(_("Only the last segment runs on."))
        if begins < finish:
            raise refused(_("The segments overlap."))


def refused(message: str) -> ValidationError:
    return ValidationError({"segments": ValidationError(message, code="invalid")})
