"""The registers of downtime cases and of risks as files."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet, MultipleChoiceFilter
from reportlab.lib.units import mm

from accounts import organisation
from accounts.models import User
from suspensions import lists, risk_rows, rows
from suspensions.analytics import sheets
from suspensions.analytics.paper.told import case_cells, case_head
from suspensions.analytics.wording import capital
from suspensions.filters import RiskFilter, SuspensionFilter
from suspensions.models import RiskQuerySet, SuspensionQuerySet
from suspensions.rows import CaseRow
from suspensions.serializers.cases import represent_all
from workflow import times
from workflow.actor import Actor
from workflow.exports import About, Register
from workflow.paper import Paper

CHUNK = 1000
NAMES = {
    "open": gettext_lazy("Running"),
    "status": gettext_lazy("Status"),
    "process": gettext_lazy("Process"),
    "risk_source": gettext_lazy("Risk source"),
    "author": gettext_lazy("Author"),
    "owner": gettext_lazy("Owner"),
    "origin": gettext_lazy("Origin"),
    "kind": gettext_lazy("Kind"),
    "method": gettext_lazy("Method"),
    "planned": gettext_lazy("Planned"),
    "reportable": gettext_lazy("Reportable"),
    "incident": gettext_lazy("Incident"),
    "start_after": gettext_lazy("From"),
    "start_before": gettext_lazy("Before"),
    "touches_after": gettext_lazy("Period from"),
    "touches_before": gettext_lazy("Period ends before"),
    "touches_until": gettext_lazy("Period to"),
    "search": gettext_lazy("Search"),
    "q": gettext_lazy("Search"),
}


def header() -> list[str]:
    return rows.header(_("Minutes"), _("Minutes within the schedule"))


def lines(cases: SuspensionQuerySet) -> Iterator[CaseRow]:
    """Yield a line for each case; segments and hours are read for a thousand at a time."""
    for some in batched(cases.rows().iterator(chunk_size=CHUNK), CHUNK):
        for row, shown in zip(some, represent_all(some), strict=True):
            yield rows.case_row(row, shown["duration_minutes"], shown["scheduled_minutes"])


def register(cases: SuspensionQuerySet) -> Register:
    """Return the filtered list, whole."""
    count = cases.order_by().count()
    return Register("suspensions", header(), lines(cases), count, partial(about, SuspensionFilter), case_paper())


def case_paper() -> Paper:
    head = [*case_head(), _("Lasted"), _("Within the schedule")]
    return Paper(_("Journal of downtime"), head, [24 * mm, 27 * mm, None, 22 * mm, 20 * mm], case_cells, words=3)


def risk_register(risks: RiskQuerySet) -> Register:
    """Return the filtered register, whole."""
    years, count = risk_rows.last_years(), risks.order_by().count()
    found = risk_rows.lines(risks, years)
    return Register("risks", risk_rows.header(years), found, count, partial(about, RiskFilter), risk_rows.paper(years))


def about(filterset: type[FilterSet], filters: Mapping[str, str], by: Actor) -> About:
    """Return the head of a register: whose it is, what was asked for, how time is counted, who made it and when."""
    counted = organisation.current().get_counting_basis_display()
    return [
        (_("Organisation"), str(organisation.current())),
        (_("Filter"), filter_words(filterset, filters, by) or _("everything")),
        (_("Time zone"), f"{timezone.get_current_timezone_name()}, {times.zone()}"),
        (_("Counted against limits"), capital(counted)),
        *([(_("Shares"), sheets.direction())] if filterset is SuspensionFilter else []),
        (_("Made"), f"{times.full(timezone.now())}, {by.user.name}"),
    ]


def filter_words(filterset: type[FilterSet], filters: Mapping[str, str], by: Actor) -> str:
    """Return by what a list was narrowed, in words; what the list does not know is passed over."""
    several = {name for name, known in filterset.base_filters.items() if isinstance(known, MultipleChoiceFilter)}
    sent = {name: value.split(", ") if name in several else [value] for name, value in filters.items()}
    form = filterset(MultiValueDict(sent)).form
    form.is_valid()
    shown = lists.tabs(by.user) if filterset is SuspensionFilter else {}
    said = [str(shown[filters["tab"]][0])] if filters.get("tab") in shown else []
    said += [
        f"{NAMES[name]}: {words_of(form.cleaned_data[name], form.fields[name])}"
        for name in filters
        if name in NAMES and form.cleaned_data.get(name) not in (None, "", [])
    ]
    return "; ".join(said)


def words_of(value: Any, field: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return times.full(value)
    if isinstance(value, User):
        return value.name
    return (
        ", ".join(str(word) for key, word in field.choices if key in value) if isinstance(value, list) else str(value)
    )
