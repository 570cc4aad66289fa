import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from accounts import organisation, services
from accounts.models import Organisation, WorkingCalendar
from accounts.tests.factories import UserFactory
from workflow.actor import Actor, Channel
from workflow.models import Event, StaleVersion

pytestmark = pytest.mark.django_db


def by(**traits):
    return Actor(UserFactory(**traits), Channel.PAGE)


def test_the_environment_says_who_the_organisation_is_until_somebody_changes_it(settings):
    settings.ORGANISATION_NAME, settings.TIME_ZONE = "Another Name", "Asia/Omsk"

    assert organisation.current().name == ""
    assert organisation.current().time_zone == "UTC"


def test_in_an_emptied_database_it_is_made_from_the_environment_once(settings):
    Organisation.objects.all().delete()
    organisation.forget()
    settings.ORGANISATION_NAME, settings.TIME_ZONE = "Pallada", "Asia/Omsk"

    assert organisation.current().name == "Pallada"
    settings.ORGANISATION_NAME = "Somebody else"
    assert organisation.current().name == "Pallada"
    assert organisation.current().time_zone == "Asia/Omsk"
    assert organisation.create() == Organisation.objects.get()


def test_the_database_holds_one_organisation_and_no_more():
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(pk=2, time_zone="UTC", calendar=WorkingCalendar.objects.create())
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.bulk_create([Organisation(time_zone="UTC", calendar=WorkingCalendar.objects.create())])


def test_a_change_leaves_an_event_with_before_and_after():
    subject = Organisation.objects.get()
    admin = by(admin=True)

    services.edit_organisation(subject, by=admin, name="Pallada", time_zone="Europe/Moscow")

    event = Event.objects.about(subject).get()
    assert (event.verb, event.actor) == ("edit", admin.user)
    assert event.before == {"name": "", "time_zone": "UTC"}
    assert event.after == {"name": "Pallada", "time_zone": "Europe/Moscow"}


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_change_it(role):
    with pytest.raises(PermissionDenied):
        services.edit_organisation(Organisation.objects.get(), by=by(role=role), name="Mine")


def test_nonsense_and_stale_changes_are_refused():
    subject, admin = Organisation.objects.get(), by(admin=True)

    with pytest.raises(ValidationError):
        services.edit_organisation(subject, by=admin, time_zone="Mars/Olympus")
    with pytest.raises(ValidationError):
        services.edit_organisation(subject, by=admin, counting_basis="moon")
    with pytest.raises(StaleVersion):
        services.edit_organisation(subject, by=admin, name="Pallada", version=99)


@pytest.fixture
def remembering(monkeypatch):
    monkeypatch.setattr(organisation, "KEEP_SECONDS", 0.2)
    organisation.forget()
    yield
    organisation.forget()


def test_it_is_asked_for_once_and_a_change_elsewhere_is_noticed_in_time(remembering, django_assert_num_queries):
    organisation.current()
    with django_assert_num_queries(0):
        assert organisation.current().name == ""

    Organisation.objects.update(name="Changed by another process")
    assert organisation.current().name == ""
    time.sleep(0.25)

    assert organisation.current().name == "Changed by another process"


def test_a_change_made_here_is_known_at_once_and_looked_at_again_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after_commit:
        services.edit_organisation(Organisation.objects.get(), by=by(admin=True), name="Pallada")

    assert organisation.current().name == "Pallada"
    assert organisation.forget in after_commit


def test_while_the_database_does_not_answer_the_last_known_serves(remembering, monkeypatch):
    Organisation.objects.update(name="Pallada")
    organisation.current()
    time.sleep(0.25)

    def silence(*args):
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(silence):
        assert organisation.current().name == "Pallada"
        organisation.forget()
        assert organisation.current().name == ""


def test_pages_show_times_in_the_organisations_zone_unless_the_reader_has_one(client):
    Organisation.objects.update(time_zone="Asia/Omsk")
    organisation.forget()
    client.force_login(UserFactory())
    assert "Asia/Omsk" in client.get("/profile/").text
    client.force_login(UserFactory(time_zone="Asia/Tokyo"))
    assert "Asia/Tokyo" in client.get("/profile/").text
    assert timezone.get_current_timezone_name() == "UTC"
