import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from workflow.models import IdempotencyKey
from workflow.transactions import joined

pytestmark = pytest.mark.django_db(transaction=True)


@joined()
def write(user, key, *, fail=False):
    IdempotencyKey.objects.create(user=user, route="/", key=key, digest="", status_code=201, body="")
    if fail:
        raise LookupError(key)


@transaction.atomic
def write_two(user):
    write(user, "first")
    write(user, "second", fail=True)


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("someone", "someone@example.org")


def test_alone_it_is_a_transaction(user):
    with pytest.raises(LookupError):
        write(user, "lost", fail=True)
    write(user, "kept")

    assert [key.key for key in IdempotencyKey.objects.all()] == ["kept"]


def test_inside_another_it_is_part_of_it_without_a_savepoint(user):
    with CaptureQueriesContext(connection) as queries, pytest.raises(LookupError):
        write_two(user)

    assert not IdempotencyKey.objects.exists()
    assert not [query for query in queries if "SAVEPOINT" in query["sql"]]
