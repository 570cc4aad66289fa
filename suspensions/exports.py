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

from accounts import organisation
from accounts.models import User
from suspensions import lists, shares
from suspensions.analytics.wording import capital
from suspensions.filters import RiskFilter, SuspensionFilter
from suspensions.models import Risk, RiskQuerySet, Suspension, SuspensionQuerySet
from suspensions.serializers.cases import represent_all
from workflow import times
from workflow.actor import Actor
from workflow.exports import About, Register, Row

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
    "search": gettext_lazy("Search"),
    "q": gettext_lazy("Search"),
}


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    texts = [_("Number"), _("Process"), _("Risk source"), _("Status"), _("Kind"), _("Planned"), shares_head()]
    times = [f"{_('Start')}, {zone}", f"{_('Finish')}, {zone}", _("Minutes"), _("Minutes within the schedule")]
    words = [_("Description"), _("Measures taken"), _("Root cause"), _("Loss"), _("Currency"), _("Author"), _("Origin")]
    return [*texts, *times, *words, _("Incident"), _("Reportable"), _("Reference of the report")]


def shares_head() -> str:
    """A column that says in which direction it is written; the import knows both."""
    return _("Share left") if shares.means_left() else _("Degradation")


def lines(cases: SuspensionQuerySet) -> Iterator[Row]:
    """Yield a line for each case; segments and hours are read for a thousand at a time."""
    for rows in batched(cases.rows().iterator(chunk_size=CHUNK), CHUNK):
        for row, shown in zip(rows, represent_all(rows), strict=True):
            yield line(row, shown)


def line(row: dict[str, Any], shown: dict[str, Any]) -> Row:
    process = f"{row['process__number']} {row['process__name']}".strip()
    status, kind = Suspension.Status(row["status"]).label, Suspension.Kind(row["kind"]).label
    origin, yes, no = Suspension.Origin(row["origin"]).label, _("yes"), _("no")
    share = float(shares.turned(row["degradation"]))
    return [
        row["number"] or "", process, row["risk_source__name"], str(status), str(kind), yes if row["planned"] else no,
        share, row["start"], row["finish"], shown["duration_minutes"], shown["scheduled_minutes"],
        row["description"], row["implementing_measures"], row["root_cause"],
        None if row["loss"] is None else float(row["loss"]), row["currency"], shown["author"]["name"], str(origin),
        row["incident_id"], yes if row["reportable"] else no, row["report_reference"],
    ]  # fmt: skip


def register(cases: SuspensionQuerySet) -> Register:
    """Return the filtered list, whole."""
    return Register("suspensions", header(), lines(cases), cases.order_by().count(), partial(about, SuspensionFilter))


def risk_header() -> list[str]:
    before = [_("Code"), _("Title"), _("Processes"), _("Risk source"), _("Owner"), _("Likelihood"), _("Impact")]
    after = [_("Inherent score"), _("Residual likelihood"), _("Residual impact"), _("Residual score")]
    return [*before, *after, _("Method"), _("Measures"), _("Status"), _("Next review"), _("Downtime cases")]


def risk_line(risk: Risk) -> Row:
    processes = ", ".join(str(process) for process in risk.processes.all())
    numbers = ", ".join(case.label for case in risk.suspensions.all() if case.deleted_at is None)
    scores = [risk.inherent_score, risk.residual_likelihood, risk.residual_impact, risk.residual_score]
    return [
        risk.code, risk.title, processes, str(risk.risk_source or ""), risk.owner.name if risk.owner else "",
        risk.likelihood, risk.impact, *scores, risk.get_method_display(), risk.controls, risk.get_status_display(),
        risk.next_review, numbers,
    ]  # fmt: skip


def risk_register(risks: RiskQuerySet) -> Register:
    rows = risks.for_list().prefetch_related("suspensions")
    return Register("risks", risk_header(), map(risk_line, rows), risks.order_by().count(), partial(about, RiskFilter))


def about(filterset: type[FilterSet], filters: Mapping[str, str], by: Actor) -> About:
    """Return the head of a register: whose it is, what was asked for, how time is counted, who made it and when."""
    counted = organisation.current().get_counting_basis_display()
    return [
        (_("Organisation"), str(organisation.current())),
        (_("Filter"), filter_words(filterset, filters, by) or _("everything")),
        (_("Time zone"), f"{timezone.get_current_timezone_name()}, {times.zone()}"),
        (_("Counted against limits"), capital(counted)),
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
