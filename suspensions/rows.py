"""A downtime case as a row: the same columns in the register and in the report of a period."""

from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from suspensions import shares
from suspensions.models import Suspension
from suspensions.models.suspension import ROW

GETTERS = {name: attrgetter(name.replace("__", ".")) for name in ROW}


class CaseRow(NamedTuple):
    """A case as people read it in a table."""

    number: str
    process: str
    risk_source: str
    status: str
    kind: str
    planned: str
    share: float
    start: datetime
    finish: datetime | str | None
    minutes: Any
    scheduled: Any
    description: str
    measures: str
    root_cause: str
    loss: float | None
    currency: str
    author: str
    origin: str
    incident: int | None
    reportable: str
    reference: str
    why: str
    due: datetime | None
    reported: datetime | None
    announced: datetime | None
    planned_finish: datetime | None


def header(minutes: str, scheduled: str) -> list[str]:
    """Return the heads of the columns, of which those of the lengths say which lengths they are."""
    first = [_("Number"), _("Process"), _("Risk source"), _("Status"), _("Kind"), _("Planned"), shares_head()]
    times = [here(_("Start")), here(_("Finish")), minutes, scheduled]
    words = [_("Description"), _("Measures taken"), _("Root cause"), _("Loss"), _("Currency"), _("Author"), _("Origin")]
    told = [_("Incident"), _("Reportable"), _("Reference of the report"), _("Why reportable")]
    later = [here(_("Report due")), here(_("Reported at")), here(_("Announced at")), here(_("Planned finish"))]
    return [*first, *times, *words, *told, *later]


def here(title: str) -> str:
    """A column of moments says on which clock."""
    return f"{title}, {timezone.get_current_timezone_name()}"


def shares_head() -> str:
    """A column that says in which direction it is written; the import knows both."""
    return _("Share left") if shares.means_left() else _("Degradation")


def row_of(case: Suspension) -> dict[str, Any]:
    """Return the row that a list would have for this instance."""
    return {name: getter(case) for name, getter in GETTERS.items()}


def case_row(row: dict[str, Any], minutes: Any, scheduled: Any) -> CaseRow:
    """Return the cells of a row of `SuspensionQuerySet.rows()` with the lengths that were found for it."""
    yes, no = _("yes"), _("no")
    return CaseRow(
        row["number"] or "", f"{row['process__number']} {row['process__name']}".strip(), row["risk_source__name"],
        str(Suspension.Status(row["status"]).label), str(Suspension.Kind(row["kind"]).label),
        yes if row["planned"] else no, float(shares.turned(row["degradation"])), row["start"], row["finish"],
        minutes, scheduled, row["description"], row["implementing_measures"], row["root_cause"],
        None if row["loss"] is None else float(row["loss"]), row["currency"], author_of(row),
        str(Suspension.Origin(row["origin"]).label), row["incident_id"], yes if row["reportable"] else no,
        row["report_reference"], row["reportable_reason"], row["report_due_at"], row["reported_at"],
        row["announced_at"], row["planned_finish"],
    )  # fmt: skip


def author_of(row: dict[str, Any]) -> str:
    return f"{row['author__first_name']} {row['author__last_name']}".strip() or row["author__username"]
