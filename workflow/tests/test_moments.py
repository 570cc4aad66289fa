import sqlite3
from contextlib import closing

import pytest
from django.db.models.functions import Now

from accounts.tests.factories import UserFactory
from workflow.moments import AS_PYTHON_WRITES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("round_", range(5))
def test_a_moment_of_the_databases_clock_equals_itself(round_):
    user = UserFactory()
    people = type(user)._default_manager
    people.update(updated_at=Now())
    user.refresh_from_db()

    for field in ("created_at", "updated_at"):
        moment = getattr(user, field)
        assert people.filter(**{field: moment}).exists()
        assert people.filter(**{f"{field}__gte": moment}).exists()
        assert not people.filter(**{f"{field}__lt": moment}).exists()


@pytest.mark.parametrize(
    ("clock", "written"),
    [("12:00:00.123", "12:00:00.123000"), ("12:00:00.000", "12:00:00"), ("12:00:00.100", "12:00:00.100000")],
)
def test_sqlite_writes_its_clock_as_python_does(clock, written):
    sql = AS_PYTHON_WRITES.replace("%%%%", "%").replace("'NOW'", f"'2026-07-23 {clock}'")

    with closing(sqlite3.connect(":memory:")) as database:
        assert database.execute(f"SELECT {sql}").fetchone() == (f"2026-07-23 {written}",)
