"""Duties and chains over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Duty, EscalationPolicy
from incidents.oncall.tests.factories import DAY, HOUR, DutyFactory

pytestmark = pytest.mark.django_db
NOW, DUTIES, POLICIES = "/api/v1/oncall/now/", "/api/v1/oncall/duties/", "/api/v1/oncall/policies/"


@pytest.fixture
def manager(api):
    return api(UserFactory(manager=True))


@pytest.fixture
def duty():
    now = timezone.now()
    return DutyFactory(start=now - HOUR, finish=now + DAY)


def test_who_is_on_duty_is_one_answer(api, duty):
    substitution = DutyFactory(original=duty, start=duty.start, finish=duty.start + 2 * HOUR)

    said = api(UserFactory(technician=True)).get(NOW).json()

    assert said["person"]["id"] == substitution.person_id
    assert said["instead_of"]["id"] == duty.person_id
    assert said["next_person"]["id"] == duty.person_id
    assert len(said["gaps"]) == 1


def test_nobody_on_duty_is_an_answer_too(api):
    said = api(UserFactory(auditor=True)).get(NOW).json()

    assert (said["person"], said["until"], said["next_person"]) == (None, None, None)


def test_employees_are_refused(api):
    assert api(UserFactory()).get(NOW).status_code == 403
    assert api(UserFactory()).get(DUTIES).status_code == 403


def test_a_duty_is_planned_once_for_each_key(manager):
    person = UserFactory(technician=True)
    body = {"person": person.pk, "start": "2099-01-05T06:00:00Z", "finish": "2099-01-12T06:00:00Z", "note": "Alone"}

    first = manager.post(DUTIES, body, headers={"Idempotency-Key": "a"})
    again = manager.post(DUTIES, body, headers={"Idempotency-Key": "a"})

    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["note"] == "Alone"
    assert Duty.objects.count() == 1


def test_an_overlap_says_so(manager, duty):
    body = {"person": duty.person_id, "start": duty.start.isoformat(), "finish": duty.finish.isoformat()}

    answer = manager.post(DUTIES, body)

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [("start", "overlap")]


def test_a_rota_is_made_in_one_request(manager):
    one, two = UserFactory.create_batch(2, technician=True)

    answer = manager.post(f"{DUTIES}generate/", {"people": [one.pk, two.pk], "first_day": "2099-01-05", "turns": 3})

    assert answer.status_code == 201
    assert [row["person"]["id"] for row in answer.json()] == [one.pk, two.pk, one.pk]


def test_somebody_stands_in(manager, duty):
    body = {"person": UserFactory(technician=True).pk, "finish": duty.finish.isoformat()}

    answer = manager.post(f"{DUTIES}{duty.pk}/substitute/", body | {"start": (duty.start + HOUR).isoformat()})

    assert answer.status_code == 201
    assert (answer.json()["original"], answer.json()["instead_of"]["id"]) == (duty.pk, duty.person_id)
    verbs = [event["verb"] for event in manager.get(f"{DUTIES}{duty.pk}/timeline/").json()["results"]]
    assert verbs == ["substitute"]


def test_a_duty_is_changed_deleted_and_restored(manager, duty):
    one = f"{DUTIES}{duty.pk}/"

    changed = manager.patch(one, {"note": "Call twice"}, headers={"If-Match": '"1"'})
    stale = manager.patch(one, {"note": "Later"}, headers={"If-Match": '"1"'})
    deleted = manager.post(f"{one}delete/", {"note": "Wrong week"})
    listed = manager.get(DUTIES).json()["results"]
    restored = manager.post(f"{one}undelete/", {})

    assert (changed.json()["note"], stale.status_code) == ("Call twice", 412)
    assert (deleted.status_code, listed, restored.status_code) == (200, [], 200)


def test_the_list_is_narrowed(manager, duty):
    DutyFactory(start=duty.finish, finish=duty.finish + DAY)
    DutyFactory(original=duty, start=duty.start, finish=duty.start + HOUR)

    def count(query):
        return len(manager.get(f"{DUTIES}?{query}").json()["results"])

    assert (count(""), count("substitutions=true"), count(f"person={duty.person_id}")) == (3, 1, 1)
    later = (duty.finish + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert count(f"after={later}") == 1


def test_a_chain_is_written_and_changed(manager):
    EscalationPolicy.objects.all().delete()
    steps = [{"after": 10, "whom": "duty"}, {"after": 5, "whom": "chat"}]

    made = manager.post(POLICIES, {"severity": "critical", "steps": steps})
    changed = manager.patch(f"{POLICIES}{made.json()['id']}/", {"enabled": False, "steps": steps[:1]})

    told = [step | {"person": None} for step in steps]
    assert (made.status_code, made.json()["steps"]) == (201, told)
    assert (changed.json()["enabled"], changed.json()["steps"]) == (False, told[:1])


def test_a_chain_names_somebody(manager):
    EscalationPolicy.objects.all().delete()
    person = UserFactory(technician=True)

    made = manager.post(POLICIES, {"severity": "low", "steps": [{"after": 5, "whom": "person", "person": person.pk}]})
    read = made.json()["steps"]
    written = manager.patch(f"{POLICIES}{made.json()['id']}/", {"steps": [read[0] | {"after": 6, "person": person.pk}]})

    assert read[0]["person"]["name"] == person.name
    assert (written.status_code, written.json()["steps"][0]["after"]) == (200, 6)


@pytest.mark.parametrize(("whom", "named"), [("person", None), ("person", "nobody"), ("duty", "somebody")])
def test_a_name_stands_where_it_belongs(manager, whom, named):
    people = {None: None, "nobody": 0, "somebody": UserFactory(technician=True).pk}
    step = {"after": 5, "whom": whom, "person": people[named]}

    assert manager.post(POLICIES, {"severity": "low", "steps": [step]}).status_code == 400


def test_who_takes_no_incidents_is_not_named(manager):
    step = {"after": 5, "whom": "person", "person": UserFactory().pk}

    answer = manager.post(POLICIES, {"severity": "low", "steps": [step]})

    assert answer.status_code == 400
    assert "does not work on incidents" in answer.text


@pytest.mark.parametrize(
    "steps", [[], [{"after": 0, "whom": "duty"}], [{"after": 5, "whom": "boss"}], [{"after": 5}], "soon", None]
)
def test_a_chain_that_means_nothing_is_refused(manager, steps):
    assert manager.post(POLICIES, {"severity": "low", "steps": steps}).status_code == 400


def test_technicians_read_chains_and_write_none(api):
    technician = api(UserFactory(technician=True))

    assert technician.get(POLICIES).status_code == 200
    assert technician.post(POLICIES, {}).status_code == 403


@pytest.mark.parametrize(("start", "finish"), [
    ("9999-12-31T22:00:00Z", "9999-12-31T23:00:00Z"), ("0001-01-01T00:30:00Z", "0001-01-01T02:00:00Z"),
])  # fmt: skip
def test_a_duty_at_the_edges_of_the_calendar_is_bad_input(api, start, finish):
    for zone in ("Europe/Moscow", "America/New_York"):
        body = {"person": UserFactory(technician=True).pk, "start": start, "finish": finish}

        assert api(UserFactory(manager=True, time_zone=zone)).post(DUTIES, body).status_code == 400
