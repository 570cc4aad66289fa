"""Many people at once, on the database that is at hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from suspensions import services
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from workflow.models import Conflict
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 4, 5
START = datetime(2024, 5, 1, tzinfo=UTC)


def at_once(work):
    """Do `work` in THREADS threads that start together; return what each gave."""
    gate = Barrier(THREADS)

    def started(number):
        gate.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(started, range(THREADS)))


def test_numbers_have_no_gaps_when_many_record_at_once():
    by, process, source = actor_of(UserFactory()), TechProcessFactory(), RiskSourceFactory()

    def record(_number):
        for _again in range(EACH):
            services.register(
                by=by, process=process, risk_source=source, start=START, finish=START + timedelta(hours=1)
            )

    at_once(record)

    numbers = sorted(Suspension.objects.values_list("number", flat=True))
    assert numbers == [f"2024-{count:04d}" for count in range(1, THREADS * EACH + 1)]


def test_of_several_who_restore_at_once_one_wins():
    case, admin = SuspensionFactory(), actor_of(UserFactory(admin=True))

    def restore(_number):
        try:
            services.restore(Suspension.objects.get(pk=case.pk), by=admin)
        except Conflict:
            return False
        return True

    assert sorted(at_once(restore)) == [False] * (THREADS - 1) + [True]
    assert case.segments.get().finish is not None
