"""The timeline cannot be rewritten: the database itself refuses, whatever program asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.tests.factories import UserFactory
from workflow import triggers
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
TABLE = Event._meta.db_table


@pytest.fixture
def event():
    user = UserFactory()
    return Event.record(user, by=actor_of(user), verb="comment", note="As it was said.")


def refused(work):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        work()
    assert [line.note for line in Event.objects.all()] == ["As it was said."]


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET note = 'Something nicer.'",
        f"UPDATE {TABLE} SET internal = internal",
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE verb = 'comment'",
    ],
)
def test_a_statement_that_rewrites_it_is_refused(event, statement):
    refused(lambda: run(statement))


def test_the_product_itself_cannot_rewrite_it_either(event):
    event.note = "Something nicer."

    refused(event.save)
    refused(lambda: Event.objects.update(note="Something nicer."))
    refused(event.delete)
    refused(lambda: Event.objects.bulk_update([event], ["note"]))


@pytest.mark.postgresql
@pytest.mark.parametrize("statement", [f"TRUNCATE {TABLE}", f"TRUNCATE {TABLE} RESTART IDENTITY CASCADE"])
def test_emptying_it_at_once_is_refused(event, statement):
    connection.check_constraints()  # what waits for the commit would refuse before the trigger does

    refused(lambda: run(statement))


@pytest.mark.once  # PostgreSQL has no REPLACE
@pytest.mark.parametrize("verb", ["REPLACE INTO", "INSERT OR REPLACE INTO"])
def test_replacing_a_line_of_it_is_refused(event, verb):
    columns = [field.column for field in Event._meta.concrete_fields]
    chosen = ", ".join("'Something nicer.'" if column == "note" else column for column in columns)

    refused(lambda: run(f"{verb} {TABLE} ({', '.join(columns)}) SELECT {chosen} FROM {TABLE}"))


def test_a_line_more_is_all_that_can_be_written(event):
    Event.record(event.actor, by=actor_of(event.actor), verb="comment", note="And then.")

    assert [line.note for line in Event.objects.order_by("pk")] == ["As it was said.", "And then."]


def test_a_timeline_that_lost_its_guard_is_reported_and_guarded_again(event):
    triggers.remove(connection)
    assert [error.id for error in triggers.check_triggers(["default"])] == ["workflow.E001"]

    triggers.install_after_migrate(using="default")

    assert triggers.check_triggers(["default"]) == []
    refused(event.delete)
