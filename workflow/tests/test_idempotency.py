"""A key that comes twice, while its first request is still under way."""

from types import SimpleNamespace

import pytest
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
