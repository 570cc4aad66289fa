"""The numbers of the menu, which every page shows."""

import pytest

from workflow.models import IdempotencyKey
from workflow.navigation import Count, Counted, counts_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("someone", "someone@example.org")


def test_they_cost_one_query_however_many_they_are(user, django_assert_num_queries):
    for key in "abc":
        IdempotencyKey.objects.create(user=user, route="/", key=key, digest="", status_code=201, body="")
    keys = IdempotencyKey.objects.order_by("key")
    some, none = keys.filter(key="a"), keys.none()
    wanted = {
        "all": Counted(keys, hot=some), "some": Counted(some, hot=keys.filter(key="x")),
        "none": Counted(none, hot=none), "unknown": None,
    }  # fmt: skip

    with django_assert_num_queries(1):
        counts = counts_for(user, wanted)

    assert counts == {"all": Count(3, hot=True), "some": Count(1, hot=False), "none": Count(0, hot=False)}


def test_nothing_to_count_costs_nothing(user, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counts_for(user, {"unknown": None}) == {}
