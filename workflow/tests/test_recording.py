"""What the timeline keeps of a change, as the object that comes back and as the database has it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from workflow.actor import Channel
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


def kept(event):
    return {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}


def test_the_event_that_comes_back_is_the_one_that_was_stored():
    incident, by = IncidentFactory(), actor_of(UserFactory(), Channel.PAGE)
    before = {"texts": ["Ё", "quote ' and \\ and %s"], "none": None}
    after = {"due": date(2026, 7, 23), "at": datetime(2026, 7, 23, 15, tzinfo=UTC), "length": timedelta(hours=1)}

    event = Event.record(incident, by=by, verb="edit", before=before, after=after, note="Why not", internal=True)

    stored = Event.objects.get()
    assert kept(stored) | {"after": None} == kept(event) | {"after": None}
    assert stored.after == {"due": "2026-07-23", "at": "2026-07-23T15:00:00Z", "length": "P0DT01H00M00S"}
    assert (event.actor, event.subject_id, event.channel) == (by.user, incident.pk, "page")
    assert abs(timezone.now() - event.at) < timedelta(minutes=1)
    assert list(Event.objects.about(incident)) == [event]


def test_an_event_is_one_statement():
    incident, by = IncidentFactory(), actor_of(UserFactory())
    Event.record(incident, by=by, verb="first")

    with CaptureQueriesContext(connection) as asked:
        Event.record(incident, by=by, verb="second")

    assert len(asked) == 1


def test_an_event_that_the_database_refuses_takes_the_change_with_it():
    incident, by = IncidentFactory(), actor_of(UserFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        Event.record(incident, by=by, verb=None)

    assert not Event.objects.exists()
