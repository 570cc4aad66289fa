"""Several beats and workers at once, each with a database connection of its own: it is as if there were one."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from incidents.models import Incident
from monitoring import services
from monitoring.checks import Answer
from monitoring.heartbeats import services as heartbeats
from monitoring.models import Heartbeat, Minute, Outage, Ping
from monitoring.services import outages, probing
from monitoring.tests.factories import GroupFactory
from monitoring.tests.listeners import free_port
from notifications.models import Notice
from suspensions.models import Suspension
from suspensions.tests.factories import TechProcessFactory
from workflow.actor import Actor, Channel
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4
GOOD, BAD = Answer(True, 0.02), Answer(False, 3.0, "target", "No answer in time.")


def together(*works):
    """Start all `works` at the same moment and return what each returned; what one raises is raised here."""
    start = Barrier(len(works))

    def run(work):
        start.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_a_round_is_claimed_by_one():
    group, now = GroupFactory(), timezone.now()

    claims = together(*[lambda: probing.claim(group, now)] * WORKERS)

    assert sum(made is not None for made in claims) == 1


def test_workers_that_tick_at_once_see_one_outage(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    GroupFactory(addresses=[f"127.0.0.1:{free_port()}"])
    start = timezone.now() - timedelta(minutes=5)

    for number in range(4):
        at = start + number * timedelta(seconds=20)
        together(*[lambda at=at: services.probe_due(at=at)] * WORKERS)

    assert sum(Minute.objects.values_list("bad", flat=True)) == 4
    assert Outage.objects.get().start == start
    assert Suspension.objects.count() == Incident.objects.count() == 1


def test_a_round_that_two_record_counts_once():
    """As when the lease of a slow worker ran out and another had already looked."""
    group = GroupFactory()
    targets, start = list(group.targets.all()), timezone.now() - timedelta(minutes=5)
    for number in range(3):
        made = probing.Round(group, targets, start + number * timedelta(seconds=20))
        together(*[lambda made=made: probing.record(made, [BAD, BAD])] * WORKERS)

    assert Outage.objects.count() == Suspension.objects.count() == Incident.objects.count() == 1


def test_the_later_case_of_an_excused_process_comes_once_whoever_records():
    """Planned work excused one of two processes; it is over when two workers record the fourth round."""
    group, other, start = GroupFactory(), TechProcessFactory(), timezone.now() - timedelta(minutes=5)
    targets = list(group.targets.all())
    rounds = [probing.Round(group, targets, start + number * timedelta(seconds=20)) for number in range(4)]
    for made in rounds[:3]:
        probing.record(made, [BAD, BAD])
    Outage.objects.get().excused.add(other)
    group.more_processes.add(other)

    together(*[lambda: probing.record(rounds[3], [BAD, BAD])] * WORKERS)

    assert list(Outage.objects.get().siblings.values_list("process", "start")) == [(other.pk, rounds[3].at)]


def test_recovery_is_told_once_whoever_ticks():
    UserFactory(manager=True)
    group, start = GroupFactory(), timezone.now() - timedelta(hours=1)
    for number, answer in enumerate([BAD, BAD, BAD, GOOD, GOOD]):
        made = probing.Round(group, list(group.targets.all()), start + number * timedelta(seconds=20))
        probing.record(made, [answer] * 2)

    told = together(*[lambda: outages.tell_recoveries(at=timezone.now())] * WORKERS)

    assert sum(told) == Notice.objects.filter(kind="outage.closed").count() == 1


def test_jobs_that_ping_at_once_open_one_incident_and_lose_no_ping():
    """A failure, its repetition by a second address, and a beat that looks meanwhile."""
    now, admin = timezone.now(), UserFactory(admin=True)
    User.objects.system()
    issued = heartbeats.create(by=Actor(admin, Channel.PAGE), name="Export", period_seconds=3600, grace_seconds=60)
    heartbeats.ping(issued.token, "success", at=now - timedelta(hours=2))

    def fail():
        heartbeats.ping(issued.token, "fail", at=now)

    together(fail, lambda: heartbeats.check_due(at=now), fail, lambda: heartbeats.check_due(at=now))
    assert Incident.objects.count() == 1
    assert Heartbeat.objects.get().is_down

    together(*[lambda: heartbeats.ping(issued.token, "success", at=now + timedelta(seconds=1))] * WORKERS)
    assert Incident.objects.get().status == Incident.Status.RESOLVED
    assert Counter(Ping.objects.values_list("kind", flat=True)) == {"success": 1 + WORKERS, "fail": 2}
    assert [event.verb for event in Event.objects.about(issued.heartbeat)] == [
        "heartbeat-create", "heartbeat-miss", "heartbeat-back",
    ]  # fmt: skip
