"""How many rows a list has: asked at a bounded cost, and not for every page that somebody turns."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow import pagination
from workflow.pagination import bounded_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(settings):
    """PostgreSQL and Redis, or a test that has nothing to say."""
    cache.clear()
    pagination.own_memory.clear()
    return bool(settings.REDIS_URL) and connection.vendor == "postgresql"


def queries(rows):
    with CaptureQueriesContext(connection) as asked:
        bounded_count(rows)
    return len(asked)


def test_a_small_count_is_always_asked_anew(shared):
    IncidentFactory()
    assert bounded_count(Incident.objects.all()).rows == 1

    IncidentFactory()

    assert bounded_count(Incident.objects.all()).rows == 2


def test_a_large_count_is_kept_for_a_moment_where_processes_share_a_memory(shared, monkeypatch):
    monkeypatch.setattr(pagination, "WORTH_KEEPING", 2)
    IncidentFactory.create_batch(2)

    assert [queries(Incident.objects.all()) for _turn in range(2)] == ([1, 0] if shared else [1, 1])
    assert queries(Incident.objects.filter(severity="low")) == 1


def test_for_the_rest_of_its_time_a_process_keeps_it_by_itself(shared, monkeypatch):
    monkeypatch.setattr(pagination, "WORTH_KEEPING", 2)
    IncidentFactory.create_batch(2)
    for _turn in range(2):
        bounded_count(Incident.objects.all())

    cache.clear()
    assert queries(Incident.objects.all()) == (0 if shared else 1)

    pagination.own_memory.update({key: (count, 0.0) for key, (count, _until) in pagination.own_memory.items()})
    assert queries(Incident.objects.all()) == 1


def test_a_process_remembers_only_so_many(shared, monkeypatch):
    monkeypatch.setattr(pagination, "WORTH_KEEPING", 1)
    monkeypatch.setattr(pagination, "MOST_REMEMBERED", 2)
    IncidentFactory(severity="low", source="partner")

    for narrowed in ({"severity": "low"}, {"source": "partner"}, {"status": "open"}, {"occurrences": 1}):
        for _turn in range(2):
            assert bounded_count(Incident.objects.filter(**narrowed)).rows == 1

    assert len(pagination.own_memory) <= 2


def test_beyond_the_limit_the_planner_is_asked(shared, monkeypatch):
    monkeypatch.setattr(pagination, "COUNT_LIMIT", 2)
    IncidentFactory.create_batch(3)

    count = bounded_count(Incident.objects.all())

    assert count.rows >= 3
    assert count.exact is (connection.vendor != "postgresql")


def test_a_memory_that_does_not_answer_costs_only_the_count(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    monkeypatch.setattr(pagination, "WORTH_KEEPING", 1)
    IncidentFactory()

    assert bounded_count(Incident.objects.all()).rows == 1


def test_a_question_that_nothing_can_answer_is_not_asked():
    assert bounded_count(Incident.objects.filter(pk__in=[])).rows == 0
    assert bounded_count(Incident.objects.none()).rows == 0
