from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import organisation, services
from accounts.calendar_text import Day, read
from accounts.models import CalendarDay, Organisation
from accounts.presets import PRESETS
from accounts.tests.factories import UserFactory
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, StaleVersion

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY, SATURDAY = date(2026, 7, 24), date(2026, 7, 25)


@pytest.fixture
def calendar():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()
    return Organisation.objects.get().calendar


@pytest.fixture
def admin():
    return Actor(UserFactory(admin=True), Channel.PAGE)


def worked(start, finish):
    start, finish = (datetime.fromisoformat(text).replace(tzinfo=MOSCOW) for text in (start, finish))
    return organisation.working_time().working_minutes(start, finish)


def test_at_first_work_is_done_from_monday_to_friday_from_nine_to_six(calendar):
    assert worked("2026-07-24 17:30", "2026-07-27 09:45") == 75
    assert worked("2026-07-20 00:00", "2026-07-27 00:00") == 5 * 9 * 60


def test_hours_are_those_of_the_organisations_zone(calendar):
    assert organisation.working_time().is_working(datetime(2026, 7, 24, 6, 0, tzinfo=UTC))
    assert not organisation.working_time().is_working(datetime(2026, 7, 24, 5, 59, tzinfo=UTC))


def test_the_week_changes_with_an_event_and_counts_at_once(calendar, admin):
    services.edit_week(calendar, by=admin, friday="09:00-13:00, 14:00-16:00", saturday="10-12")

    assert worked("2026-07-24 00:00", "2026-07-26 00:00") == (6 + 2) * 60
    event = Event.objects.about(calendar).get()
    assert event.before == {"friday": "09:00-18:00", "saturday": ""}
    assert event.after == {"friday": "09:00-13:00, 14:00-16:00", "saturday": "10:00-12:00"}


def test_a_special_day_wins_over_its_weekday_until_it_is_cleared(calendar, admin):
    services.set_day(calendar, by=admin, day=Day(FRIDAY, "", "Anniversary"))
    services.set_day(calendar, by=admin, day=Day(SATURDAY, "10-14", "Instead of Friday"))
    assert worked("2026-07-24 00:00", "2026-07-26 00:00") == 4 * 60

    services.clear_day(calendar, by=admin, date=FRIDAY)

    assert worked("2026-07-24 00:00", "2026-07-26 00:00") == (9 + 4) * 60
    said = [(event.verb, event.before, event.after) for event in Event.objects.about(calendar)]
    assert said == [
        ("set-day", {}, {"2026-07-24": "— Anniversary"}),
        ("set-day", {}, {"2026-07-25": "10:00-14:00 Instead of Friday"}),
        ("clear-day", {"2026-07-24": "— Anniversary"}, {}),
    ]


def test_a_year_is_imported_in_one_event_and_again_without_any(calendar, admin):
    days = read(PRESETS["ru-2026"].text).days

    assert services.import_days(calendar, by=admin, days=days) == len(days) == 18
    assert services.import_days(calendar, by=admin, days=days) == 0
    assert Event.objects.about(calendar).get().after["2026-05-01"] == "— Праздник Весны и Труда"
    assert worked("2026-05-01 00:00", "2026-05-12 00:00") == 5 * 9 * 60  # four to the eighth


def test_an_import_changes_only_what_differs(calendar, admin):
    services.set_day(calendar, by=admin, day=Day(FRIDAY, "", "Old name"))
    services.set_day(calendar, by=admin, day=Day(SATURDAY, "", "Same"))

    assert services.import_days(calendar, by=admin, days=[Day(FRIDAY, "", "New"), Day(SATURDAY, "", "Same")]) == 1
    assert list(calendar.days.values_list("name", flat=True)) == ["New", "Same"]


def test_every_change_is_a_new_version_and_a_stale_one_is_refused(calendar, admin):
    services.set_day(calendar, by=admin, day=Day(FRIDAY))
    services.clear_day(calendar, by=admin, date=FRIDAY)
    assert calendar.version == 3

    with pytest.raises(StaleVersion):
        services.edit_week(calendar, by=admin, monday="10-19", version=1)


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_change_it(calendar, role):
    somebody = Actor(UserFactory(role=role), Channel.PAGE)

    for change in (
        lambda: services.edit_week(calendar, by=somebody, monday=""),
        lambda: services.set_day(calendar, by=somebody, day=Day(FRIDAY)),
        lambda: services.clear_day(calendar, by=somebody, date=FRIDAY),
        lambda: services.import_days(calendar, by=somebody, days=[Day(FRIDAY)]),
    ):
        with pytest.raises(PermissionDenied):
            change()


def test_nonsense_is_refused_and_nothing_is_half_written(calendar, admin):
    with pytest.raises(ValidationError):
        services.edit_week(calendar, by=admin, monday="from nine")
    with pytest.raises(ValidationError):
        services.edit_week(calendar, by=admin, **dict.fromkeys(calendar.week, ""))
    with pytest.raises(ValidationError):
        services.import_days(calendar, by=admin, days=[Day(FRIDAY), Day(date(9000, 1, 1))])
    with pytest.raises(ValidationError):
        services.import_days(calendar, by=admin, days=[])
    with pytest.raises(Conflict):
        services.clear_day(calendar, by=admin, date=FRIDAY)

    assert not calendar.days.exists()
    assert not Event.objects.about(calendar).exists()


def test_a_date_is_said_once(calendar):
    CalendarDay.objects.create(calendar=calendar, date=FRIDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(calendar=calendar, date=FRIDAY)


def test_the_value_is_loaded_once_and_again_only_after_a_change(calendar, admin):
    first = organisation.working_time()
    assert organisation.working_time() is first

    services.set_day(calendar, by=admin, day=Day(FRIDAY))

    assert organisation.working_time() is not first
