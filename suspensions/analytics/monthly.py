"""What managers and the owners of processes are told once a month: the figures of the month before, and their PDF."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import days, organisation
from accounts.models import Role, User
from accounts.policy import allows
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from suspensions.analytics import wording
from suspensions.analytics.asking import Query
from suspensions.analytics.periods import Period, preset
from suspensions.analytics.reading import Reading
from suspensions.models import MonthlyReport, Suspension

NINE = time(9)
CAUGHT_UP = timedelta(days=7)  # a report that nobody could send in time is sent so long; later it is no news


def named(month: date) -> str:
    words = date_format(month, "F Y")
    return words.lower() if get_language() == "ru" else words


def at_hand(file: str) -> str:
    return gettext("PDF: %(url)s") % {"url": file} if file else ""


month_of, said, file_of = lazy(named, str), lazy(wording.said, str), lazy(at_hand, str)  # in the recipient's language
MONTHLY = Kind(
    "suspension.monthly",
    _("Downtime of the month, once a month"),
    _("Downtime in %(month)s"),
    body=_(
        "Cases: %(count)s, the month before %(count_before)s.\n"
        "Downtime, overlaps once: %(union)s, the month before %(union_before)s.\n"
        "The longest: %(longest)s.\n"
        "Availability: %(availability)s.\n"
        "%(file)s"
    ),
    channels=frozenset({APP, EMAIL}),
    example={
        "month": month_of(date(2026, 7, 1)),
        "count": "12",
        "count_before": "9",
        "union": "4 ч 05 мин",
        "union_before": "2 ч 40 мин",
        "longest": "1 ч 17 мин",
        "availability": "99,452 %",
        "file": "",
    },
)
KINDS = [MONTHLY]


def is_due(at: datetime) -> bool:
    """Say whether the first working day of the month has come, its nine o'clock, by the organisation's clock."""
    local = organisation.working_time().local(at)
    opens = datetime.combine(days.working_from(local.date().replace(day=1)), NINE, local.tzinfo)
    return opens <= local < opens + CAUGHT_UP


def report_month(at: datetime) -> bool:
    """Tell the figures of last month, once; say whether that was now. May run twice at once."""
    if not is_due(at):
        return False
    period = preset("prevmonth", at, organisation.current().zone)
    if MonthlyReport.objects.filter(month=period.first_day).exists() or not was_kept(period):
        return False
    return tell_once(period, Reading(Query(period), User.objects.system()))


def was_kept(period: Period) -> bool:
    """Say whether the journal was kept by then: of a new one there is nothing to tell."""
    return Suspension.objects.counted().filter(start__lt=period.finish).exists()


@transaction.atomic
def tell_once(period: Period, reading: Reading) -> bool:
    """The row decides who of several tells."""
    _row, new = MonthlyReport.objects.get_or_create(month=period.first_day)
    if new:
        tell(period, reading)
    return new


def tell(period: Period, reading: Reading) -> None:
    """Send everybody to the page, and those who may take it to the PDF."""
    asked = urlencode({"start": period.first_day.isoformat(), "last": period.last_day.isoformat()})
    url, context = f"{reverse('suspensions:analytics')}?{asked}", figures(period, reading)
    file = f"{reverse('suspensions:analytics-export')}?{asked}&format=pdf"
    told: dict[bool, list[User]] = {True: [], False: []}
    for person in concerned(process.owner_id for process in reading.processes):
        told[allows(person, "suspension_report.export")].append(person)
    for may_export, people in told.items():
        link = settings.APPLICATION_URL.rstrip("/") + file if may_export and settings.APPLICATION_URL else ""
        notify(people, kind=MONTHLY, context={**context, "file": file_of(link)}, url=url)


def concerned(owners: Iterable[int | None]) -> list[User]:
    own = Q(pk__in=[owner for owner in owners if owner])
    return list(User.objects.active().people().filter(Q(role=Role.MANAGER) | own))


def figures(period: Period, reading: Reading) -> dict[str, Any]:
    figure = reading.figure
    count, union = figure["count"], figure["union_minutes"]
    longest, availability = figure["longest_minutes"], figure["availability"]
    return {
        "month": month_of(period.first_day),
        "count": said(count, count.value),
        "count_before": said(count, count.before),
        "union": said(union, union.value),
        "union_before": said(union, union.before),
        "longest": said(longest, longest.value),
        "availability": said(availability, availability.value),
    }
