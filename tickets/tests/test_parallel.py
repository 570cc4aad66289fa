"""Two at once, each with a database connection of its own: exactly one wins."""

import pytest

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from tickets import services
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Event, MoveRefused
from workflow.tests.actors import actor_of
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_four_technicians_one_gets_it():
    ticket = TicketFactory()
    people = [UserFactory(technician=True) for _number in range(4)]
    copies = [Ticket.objects.get(pk=ticket.pk) for _person in people]

    outcomes = together(
        *[
            lambda copy=copy, person=person: services.accept(copy, by=actor_of(person))
            for copy, person in zip(copies, people, strict=True)
        ]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MoveRefused"] * 3 + ["NoneType"]
    ticket.refresh_from_db()
    assert ticket.assignee == people[outcomes.index(None)]


def test_of_closing_and_reopening_at_once_one_wins():
    ticket = TicketFactory(resolved=True)
    one, other = Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=ticket.pk)
    chief = actor_of(UserFactory(manager=True))

    outcomes = together(
        lambda: services.close(one, by=chief),
        lambda: services.reopen(other, by=actor_of(ticket.creator), note="Again."),
    )

    # After the closing the reopening finds its turn gone, and the other way round.
    assert [type(outcome) for outcome in outcomes if outcome] == [MoveRefused]
    assert Event.objects.about(ticket).count() == 1


def test_of_one_incident_one_ticket_is_made_however_often_it_is_pressed():
    incident = IncidentFactory()
    by = actor_of(incident.reporter)
    copies = [Incident.objects.get(pk=incident.pk) for _press in range(2)]

    outcomes = together(*[lambda copy=copy: services.replace_incident(copy, by=by) for copy in copies])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MoveRefused", "Ticket"]
    assert Ticket.objects.get().incident == incident
