"""Two managers at once: one duty stands, the other is refused in words."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import UserFactory, acting
from incidents.models import Duty
from incidents.oncall import services
from incidents.oncall.tests.factories import DAY, MONDAY, DutyFactory
from workflow.tests.together import together


@pytest.mark.django_db(transaction=True)
def test_of_two_that_fill_the_same_time_one_stands():
    by, people = acting(UserFactory(manager=True)), UserFactory.create_batch(4, technician=True)
    outcomes, lock = [], threading.Lock()

    def plan(person):
        try:
            services.plan(by=by, person=person, start=MONDAY, finish=MONDAY + DAY)
            outcome = "planned"
        except ValidationError:
            outcome = "refused"
        with lock:
            outcomes.append(outcome)

    together(*(lambda person=person: plan(person) for person in people))

    assert sorted(outcomes) == ["planned", "refused", "refused", "refused"]
    assert Duty.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_refuses_overlaps_whoever_writes():
    duty = DutyFactory()
    substitution = {"original": duty, "start": MONDAY, "finish": MONDAY + DAY}
    DutyFactory(**substitution)

    for fields in ({"start": MONDAY + DAY}, substitution):
        with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
            DutyFactory(**fields)
    assert connection.vendor == "postgresql"
