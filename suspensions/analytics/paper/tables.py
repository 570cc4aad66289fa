"""The tables of the report on paper."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph

from accounts.working_time import MINUTE
from suspensions.analytics import charts, consequences, sheets, wording
from suspensions.analytics.nearest import Nearest
from suspensions.analytics.paper.told import case_cells, case_head, moment, money
from suspensions.analytics.reading import Line, Reading, minutes
from suspensions.budgets.reckoning import Allowance
from workflow.paper import MOST_ROWS, SMALL, WIDTH, grid, part


def summary(reading: Reading) -> Flowable:
    """Each figure in words and, to the hundredth, in minutes."""
    head = [_("Figure"), _("Value"), _("Exactly"), _("Period before"), _("Difference")]
    rows = [
        [
            wording.capital(figure.label), wording.said(figure, figure.value), exact(figure.value, figure.kind),
            wording.said(figure, figure.before), wording.change(figure) or "—",
        ]
        for figure in reading.summary
    ]  # fmt: skip
    return grid(head, rows, [62 * mm, 31 * mm, 25 * mm, 31 * mm, WIDTH - 149 * mm])


def exact(value: Any, kind: str) -> str:
    if value is None:
        return wording.no_data()
    if kind == "count":
        return str(value)
    return f"{number_format(value)}{wording.NB}{'%' if kind == 'share' else _('min')}"


def split(name: str, lines: Sequence[Line], *, longest: bool = True, scheduled: bool = False) -> Flowable:
    columns = [(_("Sum"), "total"), (_("Overlaps once"), "union")]
    columns += [(_("The longest"), "longest")] if longest else []
    columns += [(_("Within the schedule"), "scheduled")] if scheduled else []
    head = [name, _("Cases"), *(title for title, _field in columns)]
    rows = [
        [line.label, str(line.found.count)]
        + [wording.lasting(minutes(getattr(line.found, field))) for _title, field in columns]
        for line in lines
    ]
    first, count = 62 * mm, 16 * mm
    return grid(head, rows, [first, count, *[(WIDTH - first - count) / len(columns)] * len(columns)])


def days(reading: Reading) -> list[Flowable]:
    """Return the days with downtime, where the chart of so many has no room for their lengths."""
    lines = [
        line._replace(label=wording.date_of(line.key))
        for line in reading.by_day
        if line.found.count or line.found.total
    ]
    many = len(reading.by_day) > charts.MANY_DAYS
    return [] if many or not lines else part(_("Days with downtime"), split(_("Day"), lines, longest=False))


def fact_and_limit(reading: Reading) -> Flowable:
    head = [
        _("Process"),
        _("Document"),
        _("Year used"),
        _("Limit of the year"),
        _("Case nearest to its limit"),
        _("Limit of one case"),
    ]
    rows = []
    for found in reading.budgets:
        limit = found.limit
        document = (
            f"{limit.document}\n{_('from %(day)s') % {'day': wording.date_of(limit.valid_from)}}" if limit else "—"
        )
        rows.append([
            str(found.process), document, against(found.year), allowed(limit.year_minutes if limit else None),
            *worst(reading.nearest.get(found.process.pk)),
        ])  # fmt: skip
    return grid(head, rows, [42 * mm, WIDTH - 148 * mm, 27 * mm, 24 * mm, 33 * mm, 22 * mm], words=2)


def worst(nearest: Nearest | None) -> list[str]:
    """Return the case that came nearest to the limit of one case, and that limit."""
    if nearest is None:
        return ["—", "—"]
    limit = nearest.found.allowed
    over = _("over the limit: %(count)s") % {"count": nearest.beyond} if nearest.beyond else ""
    said = "\n".join(filter(None, [nearest.case.number, against(nearest.found), over]))
    return [said, allowed(None if limit is None else limit // MINUTE)]


def against(found: Allowance) -> str:
    used = wording.lasting(minutes(found.used))
    return used if found.percent is None else f"{used}, {found.percent_shown}{wording.NB}%"


def allowed(amount: int | None) -> str:
    return _("no limit set") if amount is None else wording.lasting(amount)


def losses(reading: Reading) -> list[Flowable]:
    """Return what the cases cost, where any cost something."""
    rows = [
        [currency, str(count), money(float(total), currency)] for currency, count, total in consequences.losses(reading)
    ]
    table = grid([_("Currency"), _("Cases"), _("Loss, sum")], rows, [62 * mm, 30 * mm, WIDTH - 92 * mm])
    return [*part(_("Losses"), table), Paragraph(sheets.of_losses(), SMALL)] if rows else []


def reports(reading: Reading) -> list[Flowable]:
    """Return what the regulator was told of the cases, or should be, where there is anything."""
    head = [_("Case"), _("Why reportable"), _("Report due"), _("Reported at"), _("Reference"), _("State")]
    rows = [
        [
            f"{found.number}\n{found.process}", found.why, *(moment(at) if at else "—" for at in found[3:5]),
            found.reference or "—", found.state,
        ]
        for found in consequences.reports(reading)
    ]  # fmt: skip
    widths = [36 * mm, WIDTH - 138 * mm, 25 * mm, 25 * mm, 27 * mm, 25 * mm]
    return part(_("Reports to the regulator"), grid(head, rows, widths, words=6)) if rows else []


def cases(reading: Reading) -> list[Flowable]:
    rows = [case_cells(row) for row in sheets.cases(reading, MOST_ROWS)]
    lengths = [_("In the period"), _("Within the schedule")]
    table = grid([*case_head(), *lengths], rows, [24 * mm, 27 * mm, WIDTH - 93 * mm, 21 * mm, 21 * mm], words=3)
    left_out = reading.figures.whole.count - len(rows)
    if left_out <= 0:
        return [table]
    note = _("%(count)s earlier cases are in the XLSX of this report.") % {"count": left_out}
    return [table, Paragraph(note, SMALL)]
