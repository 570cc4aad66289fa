"""Merging, rating, duplicates, canned replies and promises over the API of tickets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tickets import services
from tickets.models import CannedReply, SlaTarget, Ticket
from tickets.sla import keeping
from tickets.tests.factories import CategoryFactory, TicketCommentFactory, TicketFactory
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
API = "/api/v1/tickets/"


def post(client, ticket, verb, body=None):
    return client.post(f"{API}{ticket.pk}/{verb}/", body or {}, format="json")


def test_a_merged_ticket_names_the_one_that_goes_on(api):
    old, new = TicketFactory(), TicketFactory()
    TicketCommentFactory(ticket=old)
    client = api(UserFactory(manager=True))

    answer = post(client, old, "merge", {"into": new.pk, "note": "The same."})

    assert (answer.status_code, answer.json()["merged_into"]) == (200, new.pk)
    assert client.get(f"{API}{old.pk}/").json()["merged_into"] == new.pk
    assert client.get(f"{API}{new.pk}/comments/").json()["count"] == 1


@pytest.mark.parametrize("state", ["deleted", "merged", "cancelled"])
def test_merging_into_what_is_gone_is_a_conflict(api, state):
    answer = post(api(UserFactory(manager=True)), TicketFactory(), "merge", {"into": TicketFactory(**{state: True}).pk})

    assert answer.status_code == 409


def test_merging_twice_or_into_itself_is_a_conflict(api):
    client, old, new = api(UserFactory(manager=True)), TicketFactory(), TicketFactory()

    assert post(client, old, "merge", {"into": old.pk}).status_code == 409
    assert post(client, old, "merge", {"into": new.pk}).status_code == 200
    assert post(client, old, "merge", {"into": new.pk}).status_code == 409
    assert post(client, old, "accept").status_code == 409


@pytest.mark.parametrize("into", [None, "x", 0, 10**30, 987654321, [1], True])
def test_merging_into_what_means_nothing_is_refused(api, into):
    assert post(api(UserFactory(manager=True)), TicketFactory(), "merge", {"into": into}).status_code == 400


def test_a_technician_may_not_merge_and_a_stranger_sees_nothing(api):
    ticket, other = TicketFactory(), TicketFactory()

    assert post(api(UserFactory(technician=True)), ticket, "merge", {"into": other.pk}).status_code == 403
    assert post(api(UserFactory()), ticket, "merge", {"into": other.pk}).status_code in {403, 404}
    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_the_creator_gives_a_mark_with_one_call(api):
    ticket = TicketFactory(resolved=True)

    answer = post(api(ticket.creator), ticket, "rate", {"satisfaction": 4, "note": "Slow, but kind."})

    shown = answer.json()
    assert (shown["status"], shown["satisfaction"], shown["satisfaction_note"]) == ("closed", 4, "Slow, but kind.")


@pytest.mark.parametrize("mark", [0, 6, "good", None, 4.5])
def test_marks_that_mean_nothing_are_refused(api, mark):
    ticket = TicketFactory(resolved=True)

    assert post(api(ticket.creator), ticket, "rate", {"satisfaction": mark}).status_code == 400
    assert Ticket.objects.get().status == "resolved"


def test_a_mark_out_of_turn_is_a_conflict_and_a_foreign_one_forbidden(api):
    ticket = TicketFactory(in_progress=True)

    assert post(api(ticket.creator), ticket, "rate", {"satisfaction": 4}).status_code == 409
    assert post(api(UserFactory(manager=True)), ticket, "rate", {"satisfaction": 4}).status_code == 403


def test_reopening_too_late_says_what_to_do(api, settings):
    settings.TICKET_REOPEN_DAYS = 3
    long_ago = timezone.now() - timedelta(days=4)
    ticket = TicketFactory(closed=True, resolved_at=long_ago, closed_at=long_ago)

    answer = post(api(ticket.creator), ticket, "reopen")

    assert answer.status_code == 409
    assert "file a new ticket" in answer.json()["errors"][0]["detail"]


def test_canned_replies_come_filled_in(api):
    CannedReply.objects.create(title="Hello", text="Hello {name}, {ticket} ({category}): {title} %s {x.y}")
    CannedReply.objects.create(title="Old", text="Old", is_active=False)
    ticket = TicketFactory(
        title="{name} prints nothing", creator__first_name="Peter", category=CategoryFactory(name="Printers")
    )

    replies = api(UserFactory(technician=True)).get(f"{API}{ticket.pk}/canned-replies/").json()

    expected = f"Hello Peter, TKT-{ticket.pk} (Printers): {{name}} prints nothing %s {{x.y}}"
    assert [reply["text"] for reply in replies] == [expected]
    assert api(ticket.creator).get(f"{API}{ticket.pk}/canned-replies/").status_code == 403


def test_likely_duplicates_share_words_of_the_title(api):
    ticket = TicketFactory(title="The printer on the fourth floor prints nothing")
    likely = TicketFactory(title="Printers on the floor are silent")
    TicketFactory(title="No sound in the meeting room")
    TicketFactory(title="The printer prints nothing", closed=True)
    TicketFactory(title="The printer prints nothing", deleted=True)

    found = api(UserFactory(manager=True)).get(f"{API}{ticket.pk}/duplicates/").json()

    assert [one["id"] for one in found] == [likely.pk]


def test_a_title_without_a_telling_word_has_no_duplicates(api):
    ticket, _other = TicketFactory(title="PC is off"), TicketFactory(title="PC is off")

    assert api(UserFactory(manager=True)).get(f"{API}{ticket.pk}/duplicates/").json() == []


def test_a_ticket_says_how_its_promises_stand(api):
    SlaTarget.objects.update_or_create(priority="low", defaults={"response_minutes": 60, "resolution_minutes": 240})
    ticket = TicketFactory(priority="low", created_at=datetime(2026, 7, 24, 17, 30, tzinfo=UTC))
    keeping.keep(ticket)

    shown = api(UserFactory(manager=True)).get(f"{API}{ticket.pk}/").json()

    assert shown["resolution_due_at"] == "2026-07-27T12:30:00Z"
    assert shown["due_at"] == shown["response_due_at"] == "2026-07-27T09:30:00Z"
    assert [(one["promise"], one["state"]) for one in shown["sla"]] == [("response", "late"), ("resolution", "late")]
    assert shown["sla"][0]["left_minutes"] < 0


def test_lists_are_ordered_and_narrowed_by_what_is_due(api):
    SlaTarget.objects.update_or_create(priority="medium", defaults={"response_minutes": 60, "resolution_minutes": 240})
    now = timezone.now()
    late = TicketFactory(created_at=now - timedelta(days=30))
    fresh = services.create(by=actor_of(UserFactory()), title="No sound")
    keeping.renew()
    client = api(UserFactory(manager=True))

    def ids(query):
        return [row["id"] for row in client.get(f"{API}?{query}").json()["results"]]

    assert ids("ordering=due_at") == [late.pk, fresh.pk]
    assert ids("late=true") == [late.pk]
    moment = now.isoformat().replace("+00:00", "Z")
    assert ids(f"due_before={moment}") == [late.pk]
    assert ids(f"due_after={moment}") == [fresh.pk]
