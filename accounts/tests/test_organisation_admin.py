import pytest
from django.contrib import admin

from accounts.models import CalendarDay, Organisation, WorkingCalendar
from accounts.tests.factories import UserFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
ORGANISATION, CALENDAR = "/api/admin/accounts/organisation/", "/api/admin/accounts/workingcalendar/"


@pytest.fixture
def chief(client):
    client.force_login(UserFactory(admin=True))
    return client


def rows(*days, known=()):
    """The inline forms as a browser sends them: `known` are stored days, `days` dicts of fields."""
    form = {"days-TOTAL_FORMS": len(days), "days-INITIAL_FORMS": len(known)}
    for number, day in enumerate(days):
        form |= {f"days-{number}-{name}": value for name, value in day.items()}
        form |= {f"days-{number}-id": known[number].pk} if number < len(known) else {}
        form |= {f"days-{number}-calendar": Organisation.objects.get().calendar_id}
    return form


def test_the_organisation_is_changed_by_the_service(chief):
    form = {"name": "Pallada", "time_zone": "Asia/Omsk", "counting_basis": "schedule", "degradation_means": "lost"}

    assert chief.get(f"{ORGANISATION}1/change/").status_code == 200
    assert chief.post(f"{ORGANISATION}1/change/", form).status_code == 302

    assert Organisation.objects.get().name == "Pallada"
    event = Event.objects.about(Organisation.objects.get()).get()
    assert (event.channel, event.after["time_zone"]) == ("admin", "Asia/Omsk")


def test_there_is_no_second_one_and_none_goes_away(chief):
    assert chief.get(f"{ORGANISATION}add/").status_code == 403
    assert chief.post(f"{ORGANISATION}1/delete/").status_code == 403
    assert chief.get(f"{CALENDAR}add/").status_code == 403
    assert chief.get(ORGANISATION).status_code == 200
    assert chief.get(CALENDAR).status_code == 200


def test_week_and_days_are_changed_with_an_event_each(chief):
    calendar = Organisation.objects.get().calendar
    page = f"{CALENDAR}{calendar.pk}/change/"
    week = calendar.week | {"friday": "9-16"}

    assert chief.get(page).status_code == 200
    chief.post(page, week | rows({"date": "2026-06-12", "hours": "", "name": "День России"}))
    day = CalendarDay.objects.get()
    chief.post(page, week | rows({"date": "2026-06-11", "hours": "9-12", "name": "moved"}, known=[day]))
    moved = CalendarDay.objects.get()
    assert str(moved) == "2026-06-11 09:00-12:00 moved"
    chief.post(page, week | rows({"date": "2026-06-11", "hours": "9-12", "DELETE": "on"}, known=[moved]))

    assert not CalendarDay.objects.exists()
    assert WorkingCalendar.objects.get().friday == "09:00-16:00"
    verbs = [event.verb for event in Event.objects.about(calendar)]
    assert verbs == ["edit", "set-day", "clear-day", "set-day", "clear-day"]


def test_hours_that_mean_nothing_are_said_at_their_field(chief):
    calendar = Organisation.objects.get().calendar

    response = chief.post(f"{CALENDAR}{calendar.pk}/change/", calendar.week | {"monday": "x"} | rows())

    assert response.status_code == 200
    assert "are not hours of a day" in response.text


def test_both_are_registered():
    assert admin.site.is_registered(Organisation)
    assert admin.site.is_registered(WorkingCalendar)
