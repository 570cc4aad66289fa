"""From one ticket to the next: the neighbours on the card, the link in what is said after a verb."""

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tickets.onward import Place, among, place_of
from tickets.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize(
    ("queue", "place"),
    [([3, 1, 2], Place(3, 2)), ([1, 2], Place(None, 2)), ([2, 1], Place(2, None)), ([1], Place()), ([], Place()),
     ([3, 2], Place(None, 3))],
)  # fmt: skip
def test_the_neighbours_of_a_ticket(queue, place):
    assert among(queue, 1) == place


@pytest.fixture
def technician():
    return UserFactory(technician=True)


def test_a_technician_is_led_to_what_is_most_urgent_next(page, technician):
    done = TicketFactory(in_progress=True, assignee=technician)
    TicketFactory(title="Soon", priority="low")
    urgent = TicketFactory(priority="critical")
    TicketFactory(in_progress=True, assignee=technician, priority="critical", waiting_since=timezone.now())

    answer = page(technician).post(f"/tickets/{done.pk}/resolve/", {"note": "Done."}, follow=True)

    assert f'<a href="{urgent.get_absolute_url()}">Next: {urgent.number}</a>' in answer.text


def test_the_answer_that_resolves_leads_on_too(page, technician):
    done = TicketFactory(in_progress=True, assignee=technician)
    other = TicketFactory(title="<b>Bold</b>")

    answer = page(technician).post(f"/tickets/{done.pk}/comment/", {"text": "x", "then": "resolve"}, follow=True)

    assert f"Next: {other.number}</a>" in answer.text


def test_where_nothing_is_left_nothing_is_offered(page, technician):
    done = TicketFactory(in_progress=True, assignee=technician)

    answer = page(technician).post(f"/tickets/{done.pk}/resolve/", follow=True)

    assert f"{done.number} is resolved." in answer.text
    assert "Next:" not in answer.text


def test_a_creator_is_led_nowhere(page):
    creator = UserFactory()
    ticket = TicketFactory(resolved=True, creator=creator)
    TicketFactory(creator=creator)

    answer = page(creator).post(f"/tickets/{ticket.pk}/close/", follow=True)

    assert "Next:" not in answer.text
    assert place_of(creator, ticket) == Place()


def test_the_card_walks_through_the_queue_by_j_and_k(page, technician):
    first, second, third = (TicketFactory(priority=priority) for priority in ("critical", "high", "low"))

    text = page(technician).get(second.get_absolute_url()).text

    assert f'rel="prev" href="{first.get_absolute_url()}" data-vk-key="KeyK"' in text
    assert f'rel="next" href="{third.get_absolute_url()}" data-vk-key="KeyJ"' in text
