import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from monitoring import jobs
from monitoring.models import Minute, Watch
from monitoring.tests.factories import GroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What the job sends to the queue, instead of a broker."""
    messages = []
    monkeypatch.setattr(jobs.probe, "apply_async", lambda args, **options: messages.append((args, options)))
    return messages


def test_the_beat_ticks_as_often_as_the_setting_says():
    entry = settings.CELERY_BEAT_SCHEDULE["probe connections"]

    assert entry["schedule"] == timedelta(seconds=settings.SLEEP_TEST_CONNECTION)
    assert entry["task"] == jobs.probe.name


def test_a_tick_makes_the_rounds_that_are_due(sent):
    GroupFactory(addresses=[])

    jobs.probe()

    assert Watch.objects.get().begun_at
    assert sent == []


def test_a_group_in_a_hurry_is_looked_at_again_before_the_next_tick(sent):
    GroupFactory(addresses=[], interval_seconds=1)

    jobs.probe()

    ((until,), options) = sent[0]
    assert options["countdown"] == 1
    assert until - time.time() <= settings.SLEEP_TEST_CONNECTION


def test_it_comes_back_until_the_next_tick_and_no_longer(sent):
    GroupFactory(addresses=[], interval_seconds=5)

    jobs.probe(until=time.time() + 4)

    assert sent == []


def test_old_samples_are_forgotten_and_young_ones_kept():
    target, now = GroupFactory(addresses=["tcp://1.1.1.1:443"]).targets.get(), timezone.now()
    young, _old = (
        Minute.objects.create(target=target, at=now - settings.PROBE_KEEP + by)
        for by in (timedelta(hours=1), -timedelta(hours=1))
    )

    jobs.forget_samples()

    assert list(Minute.objects.all()) == [young]
