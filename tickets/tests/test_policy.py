"""Who sees which tickets, and who may do what to them."""

import pytest

from accounts import policy
from accounts.tests.factories import UserFactory
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
SEEN = {
    "user": {"own", "watched"},
    "technician": {"own", "watched", "mine", "unassigned"},
    "manager": {"own", "watched", "mine", "unassigned", "foreign"},
    "admin": {"own", "watched", "mine", "unassigned", "foreign", "deleted"},
    "auditor": {"own", "watched", "mine", "unassigned", "foreign"},
}


@pytest.mark.parametrize(("role", "seen"), SEEN.items())
def test_who_sees_which_tickets(role, seen):
    person = UserFactory(role=role)
    tickets = {
        "own": TicketFactory(assigned=True, creator=person),
        "mine": TicketFactory(assigned=True, assignee=person),
        "unassigned": TicketFactory(),
        "watched": TicketFactory(assigned=True),
        "foreign": TicketFactory(assigned=True),
        "deleted": TicketFactory(deleted=True, creator=person),
    }
    tickets["watched"].watchings.create(user=person)

    visible = set(Ticket.objects.visible_to(person))

    assert {name for name, ticket in tickets.items() if ticket in visible} == seen
    assert {name for name, row in tickets.items() if policy.allows(person, "ticket.see", row)} >= seen - {"deleted"}


def test_nobody_is_nobody():
    TicketFactory()

    assert not Ticket.objects.visible_to(UserFactory(admin=True, inactive=True)).exists()
