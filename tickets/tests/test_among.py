import pytest
from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.tests.factories import UserFactory
from tickets.models import Ticket, TicketWatcher
from tickets.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


def test_rows_are_found_among_others_and_by_other_conditions_beside():
    me = UserFactory()
    own, watched, _foreign = TicketFactory(creator=me), TicketFactory(), TicketFactory()
    TicketWatcher.objects.create(ticket=watched, user=me)
    keys = TicketWatcher.objects.filter(user=me).values_list("ticket", flat=True)

    assert set(Ticket.objects.filter(Q(creator=me) | Q(pk__among=keys))) == {own, watched}
    assert not Ticket.objects.filter(pk__among=keys.filter(user=UserFactory())).exists()
    assert set(Ticket.objects.filter(pk__among=[own.pk])) == {own}


@pytest.mark.postgresql
def test_postgresql_reads_the_rows_first():
    keys = User.objects.values_list("pk", flat=True)

    assert "= ANY(ARRAY(SELECT" in str(User.objects.filter(pk__among=keys).query)
    assert connection.vendor == "postgresql"
