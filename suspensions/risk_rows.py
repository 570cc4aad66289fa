"""A risk as a row: its scores, what is done against it, and what came true in the last years."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import batched
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.units import mm

from accounts import organisation
from suspensions.analytics import wording
from suspensions.models import Risk, RiskQuerySet
from suspensions.register import RiskYear, years_of_all
from workflow.exports import Row
from workflow.paper import Paper

CHUNK = 200
YEARS = 3  # so many make a yearly average worth something


def last_years() -> list[int]:
    """Return this calendar year of the organisation and those before it."""
    now = timezone.now().astimezone(organisation.current().zone).year
    return [now - back for back in range(YEARS)]


def header(years: Sequence[int]) -> list[str]:
    before = [_("Code"), _("Title"), _("Processes"), _("Risk source"), _("Owner"), _("Likelihood"), _("Impact")]
    after = [_("Inherent score"), _("Residual likelihood"), _("Residual impact"), _("Residual score")]
    rest = [_("Method"), _("Measures"), _("Status"), _("Next review"), _("Downtime cases")]
    return [*before, *after, *rest, *(title for year in years for title in year_header(year))]


def year_header(year: int) -> list[str]:
    said = {"year": year}
    return [_("Events in %(year)s") % said, _("Hours in %(year)s") % said, _("Losses in %(year)s") % said]


def lines(risks: RiskQuerySet, years: Sequence[int]) -> Iterator[Row]:
    """Yield a line for each risk; what came true is read for many at a time."""
    found = risks.for_list().prefetch_related("suspensions")
    for some in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        came_true = years_of_all(some)
        for risk in some:
            yield line(risk, {year.year: year for year in came_true[risk.pk]}, years)


def line(risk: Risk, came_true: dict[int, RiskYear], years: Sequence[int]) -> Row:
    processes = ", ".join(str(process) for process in risk.processes.all())
    numbers = ", ".join(case.label for case in risk.suspensions.all() if case.deleted_at is None)
    scores = [risk.inherent_score, risk.residual_likelihood, risk.residual_impact, risk.residual_score]
    told = [came_true.get(year, RiskYear(year, 0, 0, {})) for year in years]
    return [
        risk.code, risk.title, processes, str(risk.risk_source or ""), risk.owner.name if risk.owner else "",
        risk.likelihood, risk.impact, *scores, risk.get_method_display(), risk.controls, risk.get_status_display(),
        risk.next_review, numbers, *(cell for year in told for cell in (year.events, hours(year), losses(year))),
    ]  # fmt: skip


def hours(year: RiskYear) -> float:
    return round(year.minutes / 60, 3)


def losses(year: RiskYear) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in year.losses.items())


def paper(years: Sequence[int]) -> Paper:
    head = [_("Risk"), _("Title, processes and measures"), _("Came true"), _("Inherent"), _("Residual")]
    widths = [26 * mm, None, 40 * mm, 20 * mm, 20 * mm]
    return Paper(_("Risk register"), head, widths, partial(cells, years=years), words=3)


def cells(row: Sequence[Any], years: Sequence[int]) -> list[str]:
    """Return a risk on paper: what it is, what came true of it, and its scores before and after the measures."""
    code, title, processes, source, owner, likelihood, impact, inherent, left, right, residual = row[:11]
    method, controls, status, review, _cases = row[11:16]
    told = [
        (_("Risk source"), source), (_("Owner"), owner), (_("Method"), method),
        (_("Measures"), Truncator(" ".join(controls.split())).chars(400)),
    ]  # fmt: skip
    words = [title, processes, *(f"{name}: {text}" for name, text in told if text)]
    due = [_("review %(day)s") % {"day": wording.date_of(review)}] if review else []
    return [
        "\n".join([code, status, *due]), "\n".join(filter(None, words)), "\n".join(came_true(row[16:], years)),
        f"{likelihood} × {impact} = {inherent}", f"{left} × {right} = {residual}",
    ]  # fmt: skip


def came_true(numbers: Sequence[Any], years: Sequence[int]) -> Iterator[str]:
    for year, (events, lasted, lost) in zip(years, batched(numbers, 3), strict=True):
        if events or lasted:
            length = wording.lasting(Decimal(str(lasted)) * 60)
            count = ngettext("%(count)s event", "%(count)s events", events) % {"count": events}
            yield f"{year}: {', '.join(filter(None, [count, length, lost]))}"
