"""Figures of tickets: worked out by hand, counted again the slow way, and who may read whose."""

import random
from datetime import UTC, datetime, timedelta
from statistics import fmean, median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import organisation
from accounts.tests.factories import UserFactory
from suspensions.analytics.periods import Period
from tickets.analytics.asking import Query
from tickets.analytics.figures import Figures
from tickets.analytics.sums import AGES
from tickets.models import Ticket
from tickets.tests.factories import CategoryFactory, TicketFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/tickets/analytics/"
JULY = "start=2026-07-01&finish=2026-08-01"
HOUR = 3600


def at(day, hour=12, month=7):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def ended(day, resolved, **fields):
    """A ticket created on one day of July and resolved on another."""
    done = at(resolved)
    return TicketFactory(
        resolved=True, created_at=at(day), first_response_at=at(day, 13), resolved_at=done,
        **{"response_seconds": HOUR, "resolution_seconds": (resolved - day) * 8 * HOUR, **fields},
    )  # fmt: skip


@pytest.fixture
def orlov():
    """Two of July (one late), one of June resolved in July, one open, one of August, a duplicate, a deleted one."""
    orlov = UserFactory(technician=True, username="orlov")
    printers = CategoryFactory(name="Printers")
    mine = {"assignee": orlov, "category": printers, "priority": "high"}
    ended(1, 2, resolution_due_at=at(3), response_due_at=at(1, 14), satisfaction=5, **mine)
    ended(6, 10, resolution_due_at=at(8), response_due_at=at(6, 12), satisfaction=2, **mine)
    ended(1, 3, priority="low", assignee=orlov)
    Ticket.objects.filter(priority="low").update(created_at=at(25, month=6), first_response_at=at(26, month=6))
    TicketFactory(created_at=at(30), priority="medium")
    TicketFactory(created_at=at(2, month=8))
    ended(4, 5, assignee=orlov, deleted=True)
    TicketFactory(created_at=at(4), merged=True, cancelled_at=at(5))
    return orlov


EXPECTED = {
    "created": 3, "resolved": 3, "open": 1, "response_mean_minutes": 60.0, "response_median_minutes": 60.0,
    "resolution_mean_minutes": 1120.0, "resolution_median_minutes": 960.0, "response_met_share": 50.0,
    "resolution_met_share": 50.0, "satisfaction": 3.5, "marks": 2, "age_median_days": 1.5,
}  # fmt: skip


def test_the_figures_are_those_worked_out_by_hand(api, orlov):
    shown = api(UserFactory(manager=True)).get(f"{API}?{JULY}").json()

    assert shown["total"] == EXPECTED
    assert [(line["technician"] and line["technician"]["id"], line["resolved"]) for line in shown["technicians"]] == [
        (orlov.pk, 3), (None, 0),
    ]  # fmt: skip
    assert [(line["priority"], line["created"]) for line in shown["priorities"]] == [
        ("high", 2), ("medium", 1), ("low", 0),
    ]  # fmt: skip
    assert [line["category"] and line["category"]["name"] for line in shown["categories"]] == ["Printers", None]


def test_the_backlog_is_told_day_by_day(api, orlov):
    days = {line["day"]: line for line in api(UserFactory(manager=True)).get(f"{API}?{JULY}").json()["days"]}

    assert len(days) == 31
    assert [days[f"2026-07-{day:02}"]["backlog"] for day in (1, 2, 3, 5, 6, 9, 10, 29, 30)] == [
        2, 1, 0, 0, 1, 1, 0, 0, 1,
    ]  # fmt: skip
    assert days["2026-07-10"]["finished"] == 1


def test_page_and_file_say_the_same(page, orlov):
    client = page(UserFactory(manager=True))

    total = client.get(f"/tickets/analytics/?{JULY}").context["reading"].total
    csv = b"".join(client.get(f"/tickets/analytics/export/?format=csv&{JULY}")).decode()
    assert (total.created, total.resolved, total.open, total.satisfaction) == (3, 3, 1, 3.5)
    assert "2026-07-01 – 2026-07-31,3,3,1,60.0,60.0,1120.0,960.0,50.0,50.0,3.5,2" in csv
    assert b"".join(client.get(f"/tickets/analytics/export/?{JULY}")).startswith(b"PK")


def test_filters_narrow_the_figures(api, orlov):
    client = api(UserFactory(manager=True))

    assert client.get(f"{API}?{JULY}&priority=high").json()["total"]["created"] == 2
    assert client.get(f"{API}?{JULY}&technician={orlov.pk}").json()["total"]["open"] == 0


def test_a_technician_reads_their_own_figures_alone(api, page, orlov):
    stranger = UserFactory(technician=True)

    assert api(stranger).get(f"{API}?{JULY}").json()["total"]["created"] == 0
    assert api(stranger).get(f"{API}?{JULY}&technician={orlov.pk}").status_code == 403
    assert page(stranger).get(f"/tickets/analytics/?technician={orlov.pk}").status_code == 403
    assert api(orlov).get(f"{API}?{JULY}").json()["total"]["resolved"] == 3
    assert api(UserFactory(auditor=True)).get(f"{API}?{JULY}").json()["total"] == EXPECTED


def test_plain_users_read_no_figures(api, page):
    assert api(UserFactory()).get(API).status_code == 403
    assert page(UserFactory()).get("/tickets/analytics/").status_code == 403


def test_nothing_is_not_a_bad_record(api):
    total = api(UserFactory(manager=True)).get(API).json()["total"]

    assert (total["created"], total["response_median_minutes"], total["resolution_met_share"]) == (0, None, None)
    assert total["satisfaction"] is None


@pytest.mark.parametrize(
    "query",
    [
        "start=soon", "start=2026-02-01&finish=2026-01-01", "finish=2026-01-01", "period=week", "priority=urgent",
        "technician=none", "technician=99999", "category=99999", "start=0001-01-01", "start=1980-01-01",
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(api, page, query):
    manager = UserFactory(manager=True)

    assert api(manager).get(f"{API}?{query}").status_code == 400
    assert page(manager).get(f"/tickets/analytics/?{query}").status_code == 400


@pytest.mark.parametrize("path", [API, "/tickets/analytics/"])
def test_figures_cost_the_same_whatever_their_number(page, path):
    client, costs = page(UserFactory(manager=True)), []
    client.get(path)
    for rows in (1, 49):
        TicketFactory.create_batch(rows)
        with CaptureQueriesContext(connection) as cost:
            client.get(path)
        costs.append(len(cost))

    assert costs[1] <= costs[0] <= 12


def scattered(dice, number, people, categories):
    """Tickets of every kind over two months."""
    begins = datetime(2026, 6, 1, tzinfo=UTC)
    for _number in range(number):
        created = begins + timedelta(minutes=dice.randrange(60 * 24 * 60))
        answered = created + timedelta(minutes=dice.randrange(3000)) if dice.random() < 0.8 else None
        done = answered + timedelta(minutes=dice.randrange(20000)) if answered and dice.random() < 0.7 else None
        state = {"resolved": True, "resolved_at": done} if done else {"cancelled": dice.random() < 0.1}
        TicketFactory(
            created_at=created, first_response_at=answered, assignee=dice.choice(people[:-1]) if done else people[-1],
            category=dice.choice(categories), priority=dice.choice(Ticket.Priority.values),
            response_seconds=dice.randrange(9000) if answered else None,
            resolution_seconds=dice.randrange(90000) if done else None,
            response_due_at=created + timedelta(minutes=1500) if dice.random() < 0.9 else None,
            resolution_due_at=created + timedelta(minutes=9000) if dice.random() < 0.9 else None,
            satisfaction=dice.randrange(1, 6) if done and dice.random() < 0.5 else None, **state,
        )  # fmt: skip


def recounted(tickets, start, finish):
    """The same figures by plain loops."""

    def inside(moment):
        return moment is not None and start <= moment < finish

    def met(ticket, kept, due):
        if due is None:
            return None
        if inside(kept):
            return kept <= due
        return False if (kept is None or kept >= finish) and inside(due) else None

    def part(values):
        judged = [value for value in values if value is not None]
        return round(100 * sum(judged) / len(judged), 1) if judged else None

    resolved = [one for one in tickets if inside(one.resolved_at)]
    answered = [one.response_seconds / 60 for one in tickets if inside(one.answered_at)]
    worked = [one.resolution_seconds / 60 for one in resolved]
    marks = [one.satisfaction for one in resolved if one.satisfaction]
    opened = [one for one in tickets if one.created_at < finish and not (one.ended and one.ended < finish)]
    return {
        "created": sum(inside(one.created_at) for one in tickets),
        "resolved": len(resolved),
        "open": len(opened),
        "response_mean": round(fmean(answered), 1) if answered else None,
        "response_median": round(median(answered), 1) if answered else None,
        "resolution_mean": round(fmean(worked), 1) if worked else None,
        "resolution_median": round(median(worked), 1) if worked else None,
        "response_share": part([met(one, one.answered_at, one.response_due_at) for one in tickets]),
        "resolution_share": part([met(one, one.resolved_at, one.resolution_due_at) for one in tickets]),
        "satisfaction": round(fmean(marks), 2) if marks else None,
    }


def told(found):
    return {name: getattr(found, name) for name in recounted([], at(1), at(2))}


def test_the_database_counts_what_plain_loops_count():
    dice = random.Random(11)
    people = [*(UserFactory(technician=True) for _person in range(3)), None]
    categories = [*(CategoryFactory() for _category in range(2)), None]
    scattered(dice, 120, people, categories)
    zone = organisation.current().zone
    start, finish = (datetime(2026, 6, 10, tzinfo=zone), datetime(2026, 7, 15, tzinfo=zone))
    figures = Figures(Query(Period(start, finish)), Ticket.objects.all(), timezone.now() + timedelta(days=9999))
    tickets = list(Ticket.objects.all())
    for one in tickets:
        one.ended = one.resolved_at or one.cancelled_at

    assert told(figures.whole) == recounted(tickets, start, finish)
    for person in people:
        own = [one for one in tickets if one.assignee_id == (person and person.pk)]
        assert told(figures.by("technician")[person.pk if person else 0]) == recounted(own, start, finish)
    for category in categories:
        own = [one for one in tickets if one.category_id == (category and category.pk)]
        assert told(figures.by("category")[category.pk if category else 0]) == recounted(own, start, finish)
    for day in figures.days:
        ends = datetime(day.day.year, day.day.month, day.day.day, tzinfo=zone) + timedelta(days=1)
        assert day.backlog == sum(one.created_at < ends and not (one.ended and one.ended < ends) for one in tickets)


def test_open_tickets_are_sorted_by_age():
    now = timezone.now()
    for days in (0, 2, 2, 5, 10, 100):
        TicketFactory(created_at=now - timedelta(days=days, hours=1))
    zone = organisation.current().zone
    period = Period((now - timedelta(days=30)).astimezone(zone), (now + timedelta(hours=1)).astimezone(zone))

    figures = Figures(Query(period), Ticket.objects.all(), now)

    assert dict(zip([*AGES, None], figures.whole.ages, strict=True)) == {1: 1, 3: 2, 7: 1, 30: 1, None: 1}
