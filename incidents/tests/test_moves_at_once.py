"""A move is one statement that writes and reads: what it leaves in the object is what stands in the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.models import Incident, IncidentWatcher
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Incident.Status


@pytest.fixture
def technician():
    return actor_of(UserFactory(technician=True))


def stored(incident):
    return {field.name: getattr(incident, field.attname) for field in Incident._meta.concrete_fields}


def statements(work):
    with CaptureQueriesContext(connection) as asked:
        work()
    words = [query["sql"].split()[0] for query in asked]
    return [word for word in words if word not in {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"}]


@pytest.mark.parametrize(
    ("traits", "verb"),
    [({}, "take"), ({}, "resolve"), ({"in_progress": True}, "release"), ({"resolved": True}, "close")],
)
def test_after_a_move_the_object_is_what_the_database_has(traits, verb):
    manager, incident = actor_of(UserFactory(manager=True)), IncidentFactory(**traits)
    assert incident.assignee is None or incident.assignee.pk  # whoever had it has been looked at

    getattr(services, verb)(incident, by=manager)

    kept = Incident.objects.get(pk=incident.pk)
    assert stored(incident) == stored(kept)
    assert (incident.assignee, incident.version, type(incident.status)) == (kept.assignee, 2, str)
    event = Event.objects.about(incident).get()
    assert (event.before["status"], event.after["status"]) == ((traits and next(iter(traits))) or "open", kept.status)


def test_whoever_took_it_first_stays_who_acknowledged_it(technician):
    incident = IncidentFactory(in_progress=True)
    first = incident.acknowledged_by
    services.release(incident, by=actor_of(incident.assignee))

    services.take(incident, by=technician)

    assert (incident.acknowledged_by, incident.assignee) == (first, technician.user)


def test_a_lone_status_is_one_statement_an_event_and_a_look_for_followers(technician):
    incident = IncidentFactory(reporter=technician.user)

    asked = statements(lambda: services.revise(incident, by=technician, status=Status.IN_PROGRESS))

    assert asked == ["UPDATE", "INSERT", "SELECT"]


@pytest.mark.parametrize("version", [None, 1])
def test_of_a_status_judged_too_early_nothing_is_written(technician, version):
    incident = IncidentFactory()
    services.take(Incident.objects.get(pk=incident.pk), by=actor_of(UserFactory(technician=True)))

    with pytest.raises((MoveRefused, StaleVersion)):
        services.revise(incident, by=technician, version=version, status=Status.IN_PROGRESS)

    assert Incident.objects.get(pk=incident.pk).version == 2
    assert Event.objects.about(incident).count() == 1


def test_who_comes_too_late_learns_what_is_possible_now(technician):
    incident = IncidentFactory()
    services.take(Incident.objects.get(pk=incident.pk), by=technician)

    with pytest.raises(MoveRefused) as refused:
        services.resolve(incident, by=technician)

    assert refused.value.allowed == [Status.OPEN, Status.RESOLVED]
    assert incident.assignee == technician.user


def test_a_deleted_incident_is_not_moved_by_who_has_not_heard(technician):
    incident = IncidentFactory()
    services.delete(Incident.objects.get(pk=incident.pk), by=actor_of(UserFactory(admin=True)), note="Twice.")

    with pytest.raises(MoveRefused) as refused:
        services.revise(incident, by=technician, status=Status.IN_PROGRESS)

    assert refused.value.allowed == []


def test_a_version_that_was_named_is_still_held_against_it(api):
    incident = IncidentFactory()
    client, path = api(UserFactory(technician=True)), f"/api/v1/incidents/{incident.pk}/"

    stale = client.patch(path, {"status": "in_progress"}, format="json", headers={"if-match": '"7"'})
    fresh = client.patch(path, {"status": "in_progress"}, format="json", headers={"if-match": '"1"'})

    assert (stale.status_code, fresh.status_code, fresh.headers["ETag"]) == (412, 200, '"2"')
    assert fresh.json() == client.get(path).json()


def test_who_may_not_move_it_is_refused_before_anything_is_written(api):
    employee = UserFactory()
    incident = IncidentFactory(reporter=employee)

    answer = api(employee).patch(f"/api/v1/incidents/{incident.pk}/", {"status": "in_progress"}, format="json")

    assert (answer.status_code, Incident.objects.get().version) == (403, 1)


def test_hiding_and_bringing_back_leave_the_object_as_it_stands():
    admin, incident = actor_of(UserFactory(admin=True)), IncidentFactory()
    Incident.objects.filter(pk=incident.pk).update(title="Renamed meanwhile")

    services.delete(incident, by=admin, note="Reported twice.")
    assert stored(incident) == stored(Incident.objects.get())
    assert (incident.title, incident.deleted_by, incident.version) == ("Renamed meanwhile", admin.user, 2)

    with pytest.raises(Conflict):
        services.delete(Incident.objects.get(), by=admin, note="Again.")
    services.undelete(incident, by=admin)
    assert stored(incident) == stored(Incident.objects.get())
    assert (incident.deleted_by, incident.deletion_note, incident.version) == (None, "", 3)


def test_a_comment_counts_as_a_change(technician):
    incident = IncidentFactory()

    services.comment(incident, by=technician, text="Looking.")

    kept = Incident.objects.get()
    assert (incident.version, incident.updated_at) == (kept.version, kept.updated_at) == (2, kept.updated_at)


def told():
    return set(Notice.objects.values_list("recipient", flat=True))


def test_who_alone_follows_is_not_asked_for_nor_told(technician):
    incident = IncidentFactory(reporter=technician.user)
    IncidentWatcher.objects.create(incident=incident, user=technician.user)

    services.take(incident, by=technician)

    assert told() == set()


def test_a_watcher_alone_is_told(technician):
    incident, watcher = IncidentFactory(reporter=technician.user), UserFactory()
    IncidentWatcher.objects.create(incident=incident, user=watcher)

    services.take(incident, by=technician)

    assert told() == {watcher.pk}


def test_whoever_works_on_it_is_told_when_another_ends_it():
    incident = IncidentFactory(in_progress=True)
    reporter = actor_of(incident.reporter)
    manager = actor_of(UserFactory(manager=True))

    services.resolve(incident, by=manager)

    assert told() == {reporter.user.pk, incident.assignee.pk}
