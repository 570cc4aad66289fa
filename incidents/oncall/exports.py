"""The duty table as a file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Duty, DutyQuerySet
from workflow.exports import Register, Row


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    return [_("On duty"), f"{_('From')}, {zone}", f"{_('To')}, {zone}", _("Instead of"), _("Note")]


def line(duty: Duty) -> Row:
    instead_of = duty.original.person.name if duty.original else ""
    return [duty.person.name, duty.start, duty.finish, instead_of, duty.remark]


def register(rows: DutyQuerySet) -> Register:
    return Register("duties", header(), map(line, rows.for_list().iterator(chunk_size=500)), rows.order_by().count())
