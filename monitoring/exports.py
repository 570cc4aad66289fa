"""The register of outages as a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import organisation
from monitoring.causes import Cause
from monitoring.filters import OutageFilter
from monitoring.models import Outage, OutageQuerySet
from workflow import times
from workflow.actor import Actor
from workflow.exports import About, Register, Row

NAMES = {
    "open": gettext_lazy("Running"),
    "group": gettext_lazy("Probe"),
    "cause": gettext_lazy("Cause"),
    "start_after": gettext_lazy("From"),
    "start_before": gettext_lazy("Before"),
}


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    times = [f"{_('Start')}, {zone}", f"{_('Finish')}, {zone}", _("Minutes")]
    return [_("Probe"), *times, _("Cause"), _("What failed"), _("Downtime cases"), _("Incident")]


def line(outage: Outage) -> Row:
    minutes = round(outage.downtime.total_seconds() / 60, 2)
    cases = ", ".join(str(case.number) for case in outage.cases())
    incident = outage.incident.number if outage.incident else ""
    words = [str(outage.get_cause_display()), outage.error]
    return [outage.group.name, outage.start, outage.finish, minutes, *words, cases, incident]


def register(outages: OutageQuerySet) -> Register:
    """Return the filtered list, whole."""
    rows = outages.for_list().iterator(chunk_size=500)
    return Register("outages", header(), map(line, rows), outages.order_by().count(), about)


def about(filters: Mapping[str, Any], by: Actor) -> About:
    """Return the head of the register: whose it is, what was asked for, how minutes are counted, and who made it."""
    return [
        (_("Organisation"), str(organisation.current())),
        (_("Filter"), filter_words(filters) or _("everything")),
        (_("Time zone"), f"{timezone.get_current_timezone_name()}, {times.zone()}"),
        (_("Minutes"), _("without good time between failures that were joined, and time that nobody measured")),
        (_("Made"), f"{times.full(timezone.now())}, {by.user.name}"),
    ]


def filter_words(filters: Mapping[str, Any]) -> str:
    """Return by what the list was narrowed, in words; what it does not know is passed over."""
    sent = {name: value.split(", ") if name == "cause" else [value] for name, value in filters.items()}
    form = OutageFilter(MultiValueDict(sent)).form
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) for name in NAMES}
    said = [f"{NAMES[name]}: {words_of(value)}" for name, value in chosen.items() if value not in (None, "", [])]
    return "; ".join(said)


def words_of(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return times.full(value)
    return ", ".join(str(Cause(cause).label) for cause in value) if isinstance(value, list) else str(value)
