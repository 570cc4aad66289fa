from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation, User
from accounts.tests.factories import UserFactory, acting
from monitoring import services
from monitoring.models import MaintenanceWindow, TargetGroup
from monitoring.tests.factories import GroupFactory
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory
from workflow.models import Event, StaleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return acting(UserFactory(admin=True))


@pytest.fixture
def dictionaries(settings):
    settings.CONNECTION_TEST_URLS = ["https://www.example.org/", "https://www.example.com/"]
    settings.INTERNET_ACCESS_TECH_PROCESS = "DU_25"
    settings.PROBE_RISK_SOURCE = "PROVAIDER"
    TechProcessFactory(code="AAA")
    return TechProcessFactory(code="DU_25"), RiskSourceFactory(code="PROVAIDER")


def test_the_environment_makes_the_first_group(dictionaries):
    group = services.ensure_default_group()

    assert (group.name, group.process, group.risk_source) == ("Internet access", *dictionaries)
    assert [target.address for target in group.targets.all()] == [
        "https://www.example.org/",
        "https://www.example.com/",
    ]
    assert Event.objects.about(group).get().actor == User.objects.system()


def test_it_is_made_once_and_not_again_after_it_was_deleted(dictionaries, admin):
    services.delete(services.ensure_default_group(), by=admin, note="Not needed.")

    assert services.ensure_default_group() is None
    assert TargetGroup.objects.count() == 1


def test_without_addresses_there_is_no_group(dictionaries, settings):
    settings.CONNECTION_TEST_URLS = []

    assert services.ensure_default_group() is None


def test_an_address_that_may_not_be_looked_at_does_not_stop_the_start(dictionaries, settings):
    settings.CONNECTION_TEST_URLS = ["http://192.168.1.1/"]

    assert services.ensure_default_group() is None
    assert not TargetGroup.objects.exists()


def test_an_unknown_process_leaves_the_first_one(dictionaries, settings):
    settings.INTERNET_ACCESS_TECH_PROCESS = "GONE"

    assert services.ensure_default_group().process.code == "AAA"


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_change_what_is_watched(role):
    group, by = GroupFactory(), acting(UserFactory(role=role))

    for verb in (services.edit, services.delete, services.undelete):
        with pytest.raises(PermissionDenied):
            verb(group, by=by, note="x")


def test_further_processes_are_told_by_name(admin):
    group, other = GroupFactory(), TechProcessFactory(name="Clients", number="27")

    services.edit(group, by=admin, more_processes=[other])
    services.edit(group, by=admin, more_processes=[other])

    assert Event.objects.about(group).get().after == {"more_processes": ["27 Clients"]}


def test_somebody_who_read_an_older_version_is_refused(admin):
    group = GroupFactory()
    services.edit(group, by=admin, open_after=2)

    with pytest.raises(StaleVersion):
        services.edit(group, by=admin, version=1, open_after=4)


def test_a_deleted_group_does_not_come_back_beside_one_of_its_name(admin):
    group = GroupFactory(name="Line")
    services.delete(group, by=admin, note="Moved.")
    GroupFactory(name="Line")

    with pytest.raises(ValidationError):
        services.undelete(group, by=admin)


def test_a_window_that_is_over_is_not_taken_back(admin):
    group, now = GroupFactory(), timezone.now()
    times = {"start": now - timedelta(hours=2), "finish": now + timedelta(hours=1)}
    window = services.add_window(group, by=admin, note="Router", **times)
    window.finish = now - timedelta(hours=1)

    with pytest.raises(ValidationError):
        services.cancel_window(window, by=admin)


def weekly_window(admin, group, start, hours=2):
    return services.add_window(
        group, by=admin, start=start, finish=start + timedelta(hours=hours), note="Router", weekly=True
    )


def test_a_weekly_window_covers_every_week_and_nothing_else(admin):
    group, start = GroupFactory(), timezone.now() + timedelta(hours=1)
    weekly_window(admin, group, start)
    inside = start + timedelta(hours=1)

    planned = {weeks: group.is_planned(inside + timedelta(weeks=weeks)) for weeks in (-1, 0, 1, 30)}
    assert planned == {-1: False, 0: True, 1: True, 30: True}
    assert not group.is_planned(inside + timedelta(days=1))
    assert Event.objects.about(group).get().after["weekly"] is True


def test_a_weekly_window_follows_the_clock_of_the_organisation(admin):
    Organisation.objects.filter(pk=organisation.current().pk).update(time_zone="Europe/Berlin")
    organisation.forget()
    start = datetime(2027, 3, 14, 3, tzinfo=ZoneInfo("Europe/Berlin"))
    group = GroupFactory()
    window = weekly_window(admin, group, start, hours=1)

    assert group.is_planned(datetime(2027, 3, 21, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert group.is_planned(datetime(2027, 3, 28, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")))  # the clock went forward
    assert not group.is_planned(datetime(2027, 3, 28, 2, 30, tzinfo=UTC))
    assert window.words == "every Sunday 03:00 – 04:00 CET"


def test_a_weekly_window_that_runs_ends_when_it_is_taken_back_and_comes_no_more(admin):
    group, now = GroupFactory(), timezone.now()
    window = weekly_window(admin, group, now - timedelta(hours=1))
    assert group.is_planned(now)

    services.cancel_window(window, by=admin, note="The router is sold.")

    now = timezone.now()
    assert not any(group.is_planned(now + timedelta(weeks=weeks)) for weeks in (0, 1, 2))
    assert group.is_planned(now - timedelta(minutes=30))  # what was agreed on stays agreed on
    assert Event.objects.about(group).last().note == "Router: The router is sold."
    with pytest.raises(ValidationError):
        services.cancel_window(window, by=admin)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_window_lies_in_years_that_every_zone_can_tell(admin, year):
    start = datetime(year, 12, 20, tzinfo=UTC)
    with pytest.raises(ValidationError):
        services.add_window(GroupFactory(), by=admin, note="Router", start=start, finish=start + timedelta(days=2))


def test_a_weekly_window_lasts_by_the_clock_on_the_wall(admin):
    Organisation.objects.filter(pk=organisation.current().pk).update(time_zone="Europe/Berlin")
    organisation.forget()
    start = datetime(2027, 10, 31, 0, 45, tzinfo=UTC)  # 02:45; half an hour later it is 02:15 again
    with pytest.raises(ValidationError):
        weekly_window(admin, GroupFactory(), start, hours=0.5)


def test_a_weekly_window_that_has_never_come_is_taken_back_whole(admin):
    window = weekly_window(admin, GroupFactory(), timezone.now() + timedelta(days=1))

    services.cancel_window(window, by=admin)

    assert not MaintenanceWindow.objects.exists()


def test_what_comes_every_week_is_over_within_a_week(admin):
    with pytest.raises(ValidationError):
        weekly_window(admin, GroupFactory(), timezone.now(), hours=7 * 24)


def test_what_is_not_told_comes_from_the_installation(settings):
    settings.PROBE_OPEN_AFTER, settings.PROBE_CLOSE_AFTER, settings.SLEEP_TEST_CONNECTION = 5, 4, 30
    settings.PROBE_JOIN_SECONDS = 60
    rules = GroupFactory().rules

    assert (rules.open_after, rules.close_after, rules.join) == (5, 4, timedelta(seconds=60))
    assert GroupFactory().interval == timedelta(seconds=30)
    assert GroupFactory(open_after=1, close_after=1).rules.open_after == 1
