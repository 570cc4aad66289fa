"""The days that people mean when work is done only on some: tomorrow, at the end of the week, in a month."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from workflow.times import written

LOOKED_AHEAD = 366  # days; a calendar that never opens has no working day
WEEK = 7
ON = [
    _("on Monday"), _("on Tuesday"), _("on Wednesday"), _("on Thursday"), _("on Friday"), _("on Saturday"),
    _("on Sunday"),
]  # fmt: skip


def working_from(day: date) -> date:
    """Return `day` if the organisation works then, else the next day on which it does."""
    working = organisation.working_time()
    days = (day + timedelta(days=number) for number in range(LOOKED_AHEAD))
    return next((one for one in days if working.hours_on(one)), day)


def next_working(day: date) -> date:
    return working_from(day + timedelta(days=1))


def last_working(first: date, last: date) -> date:
    """Return the last working day from `first` to `last`; without one, that which comes after."""
    working = organisation.working_time()
    days = (last - timedelta(days=number) for number in range((last - first).days + 1))
    return next((one for one in days if working.hours_on(one)), working_from(last))


def said(day: date, today: date) -> Any:
    """Return “tomorrow”, “on Monday” within a week, else the date."""
    ahead = (day - today).days
    if ahead == 0:
        return _("today")
    if ahead == 1:
        return _("tomorrow")
    return ON[day.weekday()] if 0 < ahead < WEEK else gettext("on %(day)s") % {"day": written(day)}
