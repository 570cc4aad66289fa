"""What the cases behind the figures cost, and what the regulator heard of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from suspensions.analytics.reading import Reading
from suspensions.models import Suspension


class Report(NamedTuple):
    """A case that the regulator has to hear of, or for which that was proposed."""

    number: str
    process: str
    why: str
    due: datetime | None
    reported: datetime | None
    reference: str
    state: str


def losses(reading: Reading) -> list[tuple[str, int, Decimal]]:
    """Return what the cases that began in the period cost: currency, how many of them, the sum.

    As in the risk register, a loss is of the period in which its case began: no two reports tell it twice.
    """
    sums: dict[str, list[Decimal]] = defaultdict(list)
    began = reading.figures.listed.filter(start__gte=reading.query.period.start, loss__isnull=False)
    for currency, loss in began.order_by().values_list("currency", "loss"):
        sums[currency].append(loss or Decimal())
    return [(currency, len(found), sum(found, Decimal())) for currency, found in sorted(sums.items())]


def reports(reading: Reading) -> Iterator[Report]:
    """Yield the cases of the period that concern the regulator, the oldest first."""
    concerned = reading.figures.listed.filter(Q(reportable=True) | Q(report_proposed_at__isnull=False))
    for case in concerned.select_related("process").order_by("start", "pk"):
        yield Report(
            case.number or "", str(case.process), case.reportable_reason, case.report_due_at, case.reported_at,
            case.report_reference, state_of(case, reading.now),
        )  # fmt: skip


def state_of(case: Suspension, now: datetime) -> str:
    """Return in words how far the report of a case is."""
    due, reported = case.report_due_at, case.reported_at
    if not case.reportable:
        return _("awaits a decision") if case.awaits_decision else pgettext("regulator", "declined")
    if reported:
        return _("reported late") if due and reported > due else _("reported in time") if due else _("reported")
    return pgettext("regulator", "overdue") if due and due < now else _("not reported yet")
