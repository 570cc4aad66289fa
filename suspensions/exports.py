"""The registers of downtime cases and of risks as files."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from suspensions import shares
from suspensions.models import Risk, RiskQuerySet, Suspension, SuspensionQuerySet
from suspensions.serializers.cases import represent_all
from workflow.exports import Register, Row

CHUNK = 1000


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
    return Register("suspensions", header(), lines(cases), cases.order_by().count())


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
    return Register("risks", risk_header(), map(risk_line, rows), risks.order_by().count())
