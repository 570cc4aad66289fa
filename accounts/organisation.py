"""The organisation as this process knows it: asked for at every request, read from the database every few seconds.

A change made by this process is known at once, one made by another within KEEP_SECONDS.
"""

import time
from typing import NamedTuple

from django.db import DatabaseError, transaction

from accounts.models import Organisation, WorkingCalendar
from accounts.models.organisation import ONLY
from accounts.signals import working_time_changed
from accounts.working_time import WorkingTime

KEEP_SECONDS = 5


class Known(NamedTuple):
    organisation: Organisation
    until: float  # of the monotonic clock


class Hours(NamedTuple):
    of: tuple[int, int, str]  # calendar, its version, time zone
    value: WorkingTime


class Memory:
    """What was read last; replaced whole, so that threads need no lock."""

    known: Known | None = None
    hours: Hours | None = None


def current() -> Organisation:
    """Return the organisation; while the database does not answer, as it was last known, else from the environment."""
    known = Memory.known
    if known and time.monotonic() < known.until:
        return known.organisation
    try:
        found = Organisation.objects.select_related("calendar").first() or create()
    except DatabaseError:
        return known.organisation if known else Organisation.of_environment()
    Memory.known = Known(found, time.monotonic() + KEEP_SECONDS)
    return found


def working_time() -> WorkingTime:
    """Return the organisation's working time: the same object until its calendar or time zone changes."""
    organisation, hours = current(), Memory.hours
    calendar = organisation.calendar
    state = (calendar.pk, calendar.version, organisation.time_zone)
    if not hours or hours.of != state:
        hours = Memory.hours = Hours(state, calendar.working_time(organisation.zone))
    return hours.value


@transaction.atomic
def create() -> Organisation:
    """Write down what the environment says. A migration has done it already but in an emptied database."""
    calendar = WorkingCalendar.objects.create()
    said = Organisation.of_environment()
    defaults = {"name": said.name, "time_zone": said.time_zone, "calendar": calendar}
    made, new = Organisation.objects.get_or_create(pk=ONLY, defaults=defaults)
    if not new:
        calendar.delete()
    return made


def forget() -> None:
    """Read afresh at the next question."""
    Memory.known = Memory.hours = None


def changed() -> None:
    """Know the change of this transaction at once, and look again after it: a thread may have read what was before."""
    forget()
    transaction.on_commit(forget)
    working_time_changed.send(sender=Organisation)
