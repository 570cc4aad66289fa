import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.intake import formats, keeping, receiving
from incidents.intake.receiving import Envelope, Overflow, Shut, UnknownToken, receive
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory, token_of
from incidents.models import Incident, Integration, Message
from notifications.models import Notice
from workflow.models import Conflict, Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
FORMATS = Integration.Format.values


def post(number, body, **more):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receive(token_of(number), Envelope(raw, "application/json", "10.0.0.7", **more))


@pytest.fixture
def machine():
    return IntegrationFactory(number=1, name="Gate", severity="low")


@pytest.mark.parametrize("format", FORMATS)
def test_the_documented_payloads_open_join_and_resolve_exactly_their_incidents(format):
    IntegrationFactory(number=1, format=format)
    firing, resolved = (formats.sample(format, firing=firing) for firing in (True, False))
    number = 2 if format in {"alertmanager", "grafana"} else 1

    assert post(1, firing).state == "created"
    assert post(1, firing).state == "joined"
    assert [(one.occurrences, one.status) for one in Incident.objects.all()] == [(2, "open")] * number
    assert post(1, resolved).state == "resolved"
    assert {one.status for one in Incident.objects.all()} == {"resolved"}
    assert post(1, resolved).state == "ignored"
    assert Incident.objects.count() == number


def test_an_incident_of_a_machine_carries_its_name_and_defaults(machine):
    message = post(1, {"title": "The gateway is dead", "dedup_key": "gw"}, request_id="abc")

    incident = Incident.objects.get()
    assert (incident.title, incident.description) == ("The gateway is dead", "The gateway is dead")
    assert (incident.severity, incident.source, incident.integration) == ("low", "monitoring", machine)
    assert incident.reporter.is_system
    event = Event.objects.about(incident).get()
    assert (event.actor_label, event.channel, event.request_id) == ("Gate", "intake", "abc")
    assert [(one.incident, one.did) for one in message.outcomes.all()] == [(incident, "created")]


def test_a_repeat_is_counted_without_a_new_version(machine):
    post(1, {"title": "x", "dedup_key": "gw"})
    before = Incident.objects.get()

    post(1, {"title": "another title", "dedup_key": "gw"})

    after = Incident.objects.get()
    assert (after.occurrences, after.version, after.updated_at) == (2, before.version, before.updated_at)
    assert after.last_seen_at > before.last_seen_at
    assert after.title == "x"


def test_without_a_key_each_message_opens_an_incident(machine):
    post(1, {"title": "x"})
    post(1, {"title": "x"})

    assert Incident.objects.count() == 2


def test_keys_of_two_machines_do_not_meet(machine):
    IntegrationFactory(number=2)
    post(1, {"title": "x", "dedup_key": "gw"})
    post(2, {"title": "x", "dedup_key": "gw"})

    assert Incident.objects.count() == 2
    assert post(2, {"dedup_key": "gw", "status": "resolved"}).state == "resolved"
    assert Incident.objects.get(integration=machine).status == "open"


def test_the_same_key_after_a_resolution_opens_a_new_linked_incident(machine):
    post(1, {"title": "x", "dedup_key": "gw"})
    post(1, {"dedup_key": "gw", "status": "resolved"})
    post(1, {"title": "x", "dedup_key": "gw"})

    new, old = Incident.objects.order_by("-pk")
    assert (new.status, old.status) == ("open", "resolved")
    assert new.previous == old


def test_a_resolution_leaves_who_works_on_it_as_assignee(machine):
    post(1, {"title": "x", "dedup_key": "gw"})
    technician = UserFactory(technician=True)
    services.take(Incident.objects.get(), by=actor_of(technician))

    post(1, {"dedup_key": "gw", "status": "resolved"})

    incident = Incident.objects.get()
    assert (incident.status, incident.assignee) == ("resolved", technician)
    assert incident.resolved_by.is_system
    assert Notice.objects.filter(recipient=technician, kind="incident.resolved").exists()


def test_while_a_recurrence_is_active_the_old_incident_stays_finished(machine):
    post(1, {"title": "x", "dedup_key": "gw"})
    post(1, {"dedup_key": "gw", "status": "resolved"})
    post(1, {"title": "x", "dedup_key": "gw"})
    old = Incident.objects.earliest("pk")

    with pytest.raises(Conflict, match="has opened"):
        services.reopen(old, by=actor_of(UserFactory(technician=True)))


def test_a_deleted_incident_comes_back_only_while_its_signal_has_no_other(machine):
    admin = actor_of(UserFactory(admin=True))
    post(1, {"title": "x", "dedup_key": "gw"})
    deleted = Incident.objects.get()
    services.delete(deleted, by=admin, note="Noise.")
    assert post(1, {"title": "x", "dedup_key": "gw"}).state == "created"

    with pytest.raises(Conflict):
        services.undelete(deleted, by=admin)


def test_one_message_may_open_join_and_resolve(machine):
    Integration.objects.update(format="alertmanager")

    def alert(key, status):
        return {"status": status, "labels": {"alertname": key}, "fingerprint": key}

    post(1, {"alerts": [alert("a", "firing"), alert("b", "firing")]})
    message = post(1, {"alerts": [alert("c", "firing"), alert("b", "resolved"), alert("a", "firing")]})

    assert [(one.incident.title, one.did) for one in message.outcomes.all()] == [
        ("c", "created"),
        ("b", "resolved"),
        ("a", "joined"),
    ]
    assert message.state == "created"


def test_a_message_without_alerts_asks_for_nothing(machine):
    Integration.objects.update(format="alertmanager")

    assert post(1, {"alerts": []}).state == "ignored"


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday", 10**30, None])
def test_the_clocks_of_senders_decide_nothing(machine, when):
    Integration.objects.update(format="alertmanager")
    alert = {"status": "firing", "labels": {"alertname": "A"}, "startsAt": when, "fingerprint": "f"}

    assert post(1, {"alerts": [alert]}).state == "created"
    assert abs(Incident.objects.get().created_at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("body", [b'{"title":', b"\xff\xfe\xff", b"\0", b"[]", "x".encode("utf-32")])
def test_what_is_not_understood_is_kept_byte_for_byte(machine, body):
    message = post(1, body)

    message.refresh_from_db()
    assert message.state == "unparsed"
    assert message.fault
    assert bytes(message.body) == body
    assert not Incident.objects.exists()


def test_the_first_message_not_understood_is_told_and_the_next_are_not(machine):
    admin = UserFactory(admin=True)
    for _number in range(3):
        post(1, b"nonsense")

    notice = Notice.objects.get(recipient=admin)
    assert "Gate" in notice.title


def test_a_token_nobody_has_is_refused_without_a_trace(machine):
    for token in ("", "vkh_x", "x" * 5000):
        with pytest.raises(UnknownToken):
            receive(token, Envelope(b"{}"))

    assert not Message.objects.exists()


@pytest.mark.parametrize(("trait", "fault"), [("paused", "paused"), ("expired", "expired")])
def test_what_comes_to_a_shut_door_is_kept(trait, fault):
    IntegrationFactory(number=1, **{trait: True})

    with pytest.raises(Shut):
        post(1, {"title": "x"})

    message = Message.objects.get()
    assert (message.state, message.fault) == ("refused", fault)
    assert not Incident.objects.exists()


def test_a_withdrawn_token_is_unknown():
    IntegrationFactory(number=1, withdrawn=True)

    with pytest.raises(UnknownToken):
        post(1, {"title": "x"})


@pytest.mark.parametrize(("networks", "inside"), [(["10.0.0.0/8"], True), (["192.168.0.0/16"], False), ([], True)])
def test_networks_of_an_integration_are_obeyed(networks, inside):
    IntegrationFactory(number=1, networks=networks)

    if inside:
        assert post(1, {"title": "x"}).state == "created"
    else:
        with pytest.raises(PermissionDenied):
            post(1, {"title": "x"})
        assert not Message.objects.exists()


def test_beyond_the_rate_limit_messages_are_refused_and_told_once():
    admin = UserFactory(admin=True)
    integration = IntegrationFactory(number=1, rate_limit=3)
    for _number in range(3):
        post(1, {"title": "x", "dedup_key": "gw"})

    for _number in range(3):
        with pytest.raises(Overflow) as refusal:
            post(1, {"title": "x", "dedup_key": "gw"})

    assert 0 < refusal.value.wait <= 301
    assert Notice.objects.filter(recipient=admin, kind="integration.overflow").count() == 1
    integration.refresh_from_db()
    assert integration.refused_now == 3
    assert Message.objects.count() == 3


def test_after_five_minutes_the_limit_begins_anew():
    integration = IntegrationFactory(number=1, rate_limit=1)
    post(1, {"title": "x"})
    past = timezone.now() - timedelta(minutes=5)
    Integration.objects.filter(pk=integration.pk).update(window_started_at=past)

    assert post(1, {"title": "x"}).state == "created"


def test_use_shows_without_a_new_version(machine):
    post(1, {"title": "x"})

    machine.refresh_from_db()
    assert machine.last_used_at
    assert machine.version == 1


def test_a_replay_after_a_mended_mapping_creates_what_is_missing_once(machine):
    by = actor_of(UserFactory(admin=True))
    for _number in range(2):
        post(1, formats.sample("alertmanager", firing=True))
    post(1, {"title": "understood at once", "dedup_key": "other"})
    assert receiving.replay_unparsed(by=by).unparsed == 2
    keeping.edit(machine, by=by, format="alertmanager")

    result = receiving.replay_unparsed(by=by)
    again = receiving.replay_unparsed(by=by)

    assert (result.worked_off, result.unparsed, again.worked_off) == (2, 0, 0)
    assert sorted(Incident.objects.values_list("occurrences", flat=True)) == [1, 2, 2]


def test_a_replay_since_a_moment_leaves_what_is_older(machine):
    by = actor_of(UserFactory(admin=True))
    old = MessageFactory(integration=machine, body=b'{"title": "old"}')
    Message.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=2))
    MessageFactory(integration=machine, body=b'{"title": "new"}')

    receiving.replay_unparsed(by=by, since=timezone.now() - timedelta(days=1))

    assert [one.title for one in Incident.objects.all()] == ["new"]


def test_a_replay_of_one_integration_leaves_the_others(machine):
    MessageFactory(integration=machine, body=b'{"title": "mine"}')
    MessageFactory(body=b'{"title": "theirs"}')

    receiving.replay_unparsed(by=actor_of(UserFactory(admin=True)), integration=machine)

    assert [one.title for one in Incident.objects.all()] == ["mine"]


def test_what_was_worked_off_is_not_replayed(machine):
    message = post(1, {"title": "x"})

    with pytest.raises(Conflict):
        receiving.replay(message, by=actor_of(UserFactory(admin=True)))

    assert Incident.objects.count() == 1


def test_what_was_kept_at_a_shut_door_is_replayed_one_by_one(machine):
    by = actor_of(UserFactory(admin=True))
    keeping.pause(machine, by=by)
    with pytest.raises(Shut):
        post(1, {"title": "x"})
    keeping.resume(machine, by=by)
    assert receiving.replay_unparsed(by=by).worked_off == 0

    assert receiving.replay(Message.objects.get(), by=by).state == "created"


def test_a_replay_leaves_its_event(machine):
    message = MessageFactory(integration=machine, body=b'{"title": "x"}')
    admin = UserFactory(admin=True)

    receiving.replay(message, by=actor_of(admin))

    event = Event.objects.about(machine).get()
    assert (event.actor, event.verb, event.after) == (admin, "replay", {"message": message.pk, "state": "created"})


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_replay(role):
    with pytest.raises(PermissionDenied):
        receiving.replay_unparsed(by=actor_of(UserFactory(role=role)))


def test_what_a_dead_process_left_is_worked_off_once(machine):
    left = MessageFactory(integration=machine, body=b'{"title": "x"}', state="received", fault="")
    now = timezone.now()
    assert receiving.work_off_left_behind(at=now) == 0

    assert receiving.work_off_left_behind(at=now + timedelta(minutes=2)) == 1
    assert receiving.work_off_left_behind(at=now + timedelta(minutes=2)) == 0
    left.refresh_from_db()
    assert left.state == "created"


def test_a_fault_of_our_own_leaves_the_message_waiting(machine, monkeypatch, caplog):
    monkeypatch.setitem(formats.READERS, "generic", lambda data: data["nobody thought of this"])

    message = post(1, {"title": "x"})

    assert (message.state, message.fault) == ("unparsed", "broken")
    assert "cannot be worked off" in caplog.text


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_can_be_tried_out(format):
    integration = IntegrationFactory(format=format)
    by = actor_of(UserFactory(admin=True))

    assert receiving.try_out(integration, by=by).state == "created"
    assert receiving.try_out(integration, by=by, firing=False).state == "resolved"
    assert Message.objects.filter(is_sample=True).count() == 2
