"""A key that comes twice, while its first request is still under way."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.response import Response

from workflow.idempotency import once
from workflow.models import Conflict, IdempotencyKey
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_(django_user_model):
    user = django_user_model.objects.create_user("someone", "someone@example.org")
    return SimpleNamespace(headers={"Idempotency-Key": "one"}, user=user, path="/api/reports/", data={"day": 1})


def made():
    return Response({"id": 7}, status=201)


def refused():
    raise Conflict(IdempotencyKey(), "You have reported today.")


@pytest.mark.postgresql
def test_what_is_refused_because_the_first_has_succeeded_repeats_its_answer(request_):
    def second():
        together(lambda: once(request_, made))
        refused()

    answer = once(request_, second)

    assert (answer.status_code, answer.data, answer.headers["Idempotency-Replayed"]) == (201, {"id": 7}, "true")


def test_what_is_refused_by_itself_stays_refused(request_):
    with pytest.raises(Conflict):
        once(request_, refused)

    assert not IdempotencyKey.objects.exists()


def test_a_key_counts_anew_when_its_time_is_over(request_):
    first = once(request_, made)
    again = once(request_, made)
    IdempotencyKey.objects.update(created_at=timezone.now() - settings.IDEMPOTENCY_KEEP)
    later = once(request_, lambda: Response({"id": 8}, status=201))

    assert [answer.data["id"] for answer in (first, again, later)] == [7, 7, 8]
    assert [answer.has_header("Idempotency-Replayed") for answer in (first, again, later)] == [False, True, False]
    assert IdempotencyKey.objects.count() == 1


def test_a_new_key_is_looked_for_and_stored_and_that_is_all(request_):
    with CaptureQueriesContext(connection) as asked:
        once(request_, made)

    words = [query["sql"].split()[0] for query in asked]
    assert [word for word in words if word in {"SELECT", "DELETE", "INSERT"}] == ["SELECT", "INSERT"]
