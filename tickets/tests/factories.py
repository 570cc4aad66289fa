import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tickets.models import Category, Ticket, TicketComment

Status = Ticket.Status
now = factory.LazyFunction(timezone.now)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence("Printers {}".format)


class TicketFactory(factory.django.DjangoModelFactory):
    """A new ticket that nobody has; traits bring it into every other state that the database allows."""

    class Meta:
        model = Ticket

    class Params:
        assigned = factory.Trait(
            status=Status.ASSIGNED, assignee=factory.SubFactory(UserFactory, technician=True), assigned_at=now
        )
        in_progress = factory.Trait(assigned=True, status=Status.IN_PROGRESS, accepted_at=now, started_at=now)
        resolved = factory.Trait(in_progress=True, status=Status.RESOLVED, resolved_at=now)
        closed = factory.Trait(resolved=True, status=Status.CLOSED, closed_at=now)
        cancelled = factory.Trait(status=Status.CANCELLED, cancelled_at=now)
        merged = factory.Trait(cancelled=True, merged_into=factory.SubFactory("tickets.tests.factories.TicketFactory"))
        deleted = factory.Trait(
            deleted_at=now, deleted_by=factory.SubFactory(UserFactory, admin=True), deletion_note="Filed twice."
        )

    title = "The printer does not print"
    description = "It says “paper jam”, but there is none."
    location = "Room 412"
    creator = factory.SubFactory(UserFactory)


class TicketCommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TicketComment

    ticket = factory.SubFactory(TicketFactory)
    author = factory.SubFactory(UserFactory, technician=True)
    text = "Which one is it?"
