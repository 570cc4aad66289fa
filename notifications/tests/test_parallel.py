"""Several workers at once, each with its own database connection."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from notifications.models import Delivery
from notifications.services import deliver_due, notify
from notifications.tests.factories import PLAIN, STORMY, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def deliver_and_hang_up():
    try:
        return deliver_due()
    finally:
        connection.close()


def work_together():
    with ThreadPoolExecutor(WORKERS) as pool:
        runs = [pool.submit(deliver_and_hang_up) for _worker in range(WORKERS)]
        return sum(run.result() for run in runs)


def test_parallel_workers_never_send_twice(post_office):
    for number in range(40):
        notify([PersonFactory()], kind=PLAIN, context={"what": f"Fire {number}", "place": "here"})

    assert work_together() == 40

    assert len(set(post_office.ids)) == len(post_office.received) == 40
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()


def test_parallel_workers_do_not_split_a_storm(post_office):
    person = PersonFactory()
    for number in range(30):
        notify([person], kind=STORMY, context={"what": f"Fire {number}"})

    assert work_together() == 1

    assert post_office.subjects == ["test.stormy: 30"]
