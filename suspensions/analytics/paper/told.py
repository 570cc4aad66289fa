"""A case on paper: everything that is known of it, in three columns of words."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from suspensions import shares
from suspensions.analytics import wording
from suspensions.models import Suspension
from suspensions.rows import CaseRow


def case_head() -> list[str]:
    return [_("Number"), _("Start and finish"), _("Process, cause and measures")]


def case_cells(row: CaseRow) -> list[str]:
    """Return three columns of words and two of lengths."""
    lengths = [wording.lasting(None if length is None else Decimal(str(length))) for length in row[9:11]]
    return [f"{row.number}\n{row.status}", from_to(row), told(row), *lengths]


def moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{wording.date_of(local)} {local:%H:%M}"


def from_to(row: CaseRow) -> str:
    """Return start and finish below each other, on the clock that the head of the paper names."""
    ends = [] if row.finish is None else [row.finish if isinstance(row.finish, str) else moment(row.finish)]
    return "\n".join([moment(row.start), *ends])


def told(row: CaseRow) -> str:
    """Return what happened, why, what was done, what it cost and what the regulator heard of it."""
    first = [kind_of(row), row.risk_source, shortened(row.description, 300)]
    said = ". ".join(text.strip().rstrip(".") for text in first if text.strip())
    rest = [
        (_("Root cause"), shortened(row.root_cause, 200)),
        (_("Measures"), shortened(row.measures, 200)),
        (_("Loss"), money(row.loss, row.currency)),
        (_("Announced at"), announced(row)),
        (_("Regulator"), regulator(row)),
        (_("Recorded by"), f"{row.author} ({row.origin})"),
    ]
    return "\n".join([row.process, said, *(f"{name}: {text}" for name, text in rest if text)])


def kind_of(row: CaseRow) -> str:
    """Return the kind with the share that was lost or left of a degradation, and whether it was planned."""
    lost = shares.turned(Decimal(str(row.share)))
    degraded = row.kind == str(Suspension.Kind.DEGRADATION.label)
    words = [row.kind, shares.told(lost)] if degraded else [row.kind]
    return wording.capital(", ".join([*words, *([_("planned work")] if row.planned == _("yes") else [])]))


def announced(row: CaseRow) -> str:
    until = _("until %(time)s") % {"time": moment(row.planned_finish)} if row.planned_finish else ""
    return ", ".join(filter(None, [moment(row.announced) if row.announced else "", until]))


def regulator(row: CaseRow) -> str:
    if row.reportable != _("yes"):
        return ""
    due = _("due %(time)s") % {"time": moment(row.due)} if row.due else ""
    reported = _("reported %(time)s") % {"time": moment(row.reported)} if row.reported else _("not reported yet")
    reference = _("ref. %(reference)s") % {"reference": row.reference} if row.reference else ""
    return ", ".join(filter(None, [shortened(row.why, 150), due, reported, reference]))


def money(amount: float | None, currency: str) -> str:
    return "" if amount is None else f"{number_format(amount, 2, use_l10n=True, force_grouping=True)} {currency}"


def shortened(text: str, most: int) -> str:
    """Return one line of text, cut at a word."""
    return Truncator(" ".join(text.split())).chars(most)
