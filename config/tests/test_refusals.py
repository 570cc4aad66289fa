"""A refusal carries its field and its code, whatever the noun: programs read the code."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services as people
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from incidents import services as incidents
from incidents.tests.factories import IncidentFactory
from monitoring.heartbeats import services as heartbeats
from monitoring.services import groups as probes
from monitoring.tests.factories import GroupFactory, HeartbeatFactory
from notifications import services as notices
from tasks import services as tasks
from tasks.tests.factories import TaskFactory
from tickets.models import SlaTarget
from workflow.models import Conflict
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def chat_twice(by):
    notices.add_chat(by=by, telegram_id=-77)
    notices.add_chat(by=by, telegram_id=-77)


def heartbeat_beside(by):
    HeartbeatFactory(name="Backup")
    gone = HeartbeatFactory(name="backup", deleted_at=timezone.now(), deleted_by=by.user, deletion_note="x")
    heartbeats.undelete(gone, by=by)


def probe_beside(by):
    gone = GroupFactory(name="Bank", addresses=[], deleted_at=timezone.now(), deleted_by=by.user, deletion_note="x")
    GroupFactory(name="Bank", addresses=[])
    probes.undelete(gone, by=by)


def window_of_the_past(by):
    start = timezone.now() - 2 * HOUR
    probes.add_window(GroupFactory(addresses=[]), by=by, start=start, finish=start + HOUR, note="Move.")


def own_task(by, **state):
    return TaskFactory(author=by.user, executor=by.user, **state)


REFUSALS = {
    ("note", "required"): [
        lambda by: incidents.delete(IncidentFactory(), by=by, note=" "),
        lambda by: incidents.snooze(IncidentFactory(), by=by, until=timezone.now() + HOUR, note=""),
        lambda by: tasks.give_back(own_task(by, done=True), by=by, note=""),
    ],
    ("text", "required"): [lambda by: people.import_days(Organisation.objects.get().calendar, by=by, days=[])],
    ("text", "max_length"): [
        lambda by: incidents.comment(IncidentFactory(), by=by, text="x" * 5001),
        lambda by: tasks.comment(own_task(by), by=by, text="x" * 5001),
    ],
    ("telegram_id", "unique"): [chat_twice],
    ("telegram_id", "invalid"): [lambda by: notices.add_chat(by=by, telegram_id=0)],
    ("name", "unique"): [heartbeat_beside, probe_beside],
    ("finish", "invalid"): [window_of_the_past],
    ("deadline", "invalid"): [lambda by: tasks.ask_deadline(task := own_task(by), by=by, deadline=task.deadline)],
    ("response_minutes", "order"): [lambda by: SlaTarget(response_minutes=9, resolution_minutes=8).clean()],
    ("executor", "invalid"): [
        lambda by: tasks.hand_over(own_task(by), by=by, to=UserFactory(auditor=True)),
    ],
}


@pytest.mark.parametrize(
    ("field", "code", "refuse"), [(*expected, work) for expected, works in REFUSALS.items() for work in works]
)
def test_a_refusal_names_field_and_code(field, code, refuse):
    with pytest.raises(ValidationError) as refused:
        refuse(actor_of(UserFactory(admin=True)))

    assert [
        (name, error.code or "invalid") for name, errors in refused.value.error_dict.items() for error in errors
    ] == [(field, code)]


def test_the_code_reaches_the_client(api):
    client = api(UserFactory(admin=True))
    client.post("/api/v1/chats/", {"telegram_id": -77}, format="json")

    answer = client.post("/api/v1/chats/", {"telegram_id": -77}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "telegram_id")
    assert answer.json()["errors"][0]["code"] == "unique"


@pytest.mark.parametrize(
    ("make", "undelete"),
    [(HeartbeatFactory, heartbeats.undelete), (lambda: GroupFactory(addresses=[]), probes.undelete)],
)
def test_restoring_what_is_there_is_a_conflict_and_no_double_of_itself(make, undelete):
    with pytest.raises(Conflict, match="not deleted"):
        undelete(make(), by=actor_of(UserFactory(admin=True)))
