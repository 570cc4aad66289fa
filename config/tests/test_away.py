from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import identity
from accounts.models import SignIn
from accounts.tests.factories import UserFactory
from config import away
from incidents import services as incidents
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import SuspensionFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.tests.factories import TaskFactory
from tickets import services as desk
from tickets.tests.factories import TicketFactory
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
NIGHT = timedelta(hours=13)
QUIET = {"opened": 0, "critical": 0, "resolved": 0, "cases": 0, "running": 0, "given": 0, "reported": 0, "overdue": 0}
TICKETS = {"confirm": 0, "awaited": 0, "answered": 0, "handed": 0, "queued": 0}


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def last_seen(user, ago):
    user.sign_ins.update(last_seen_at=timezone.now() - ago)


def before(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    return row


def told(client):
    return client.get("/").context.get("away")


def figures(user, names=QUIET):
    user.away_since = timezone.now() - NIGHT
    shown = away.context(user)["away"]
    return {name: shown[name] for name in names}


def test_who_comes_back_after_a_night_is_told(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    since = manager.sign_ins.get().last_seen_at
    assert told(client)["since"] == since


def test_who_was_at_lunch_is_not(client, manager):
    client.force_login(manager)
    last_seen(manager, timedelta(hours=2))
    assert told(client) is None


def test_it_is_told_on_whatever_page_the_day_began(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    client.get("/incidents/")
    assert told(client) is not None


def test_a_new_sign_in_counts_from_the_last_browser(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    since = manager.sign_ins.get().last_seen_at
    client.logout()
    client.force_login(manager)
    assert told(client)["since"] == since


def test_a_program_with_tokens_does_not_keep_its_owner_awake(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    client.logout()
    SignIn.objects.create(user=manager, kind=SignIn.Kind.API)
    client.force_login(manager)
    assert told(client) is not None


def test_the_very_first_sign_in_tells_of_no_absence(client, manager):
    client.force_login(manager)
    assert told(client) is None


def test_after_two_hours_it_is_gone(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    assert told(client)
    manager.sign_ins.update(returned_at=timezone.now() - timedelta(hours=2, minutes=1))
    identity.forget_person(manager)
    assert told(client) is None


def test_who_has_seen_it_puts_it_away(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    assert told(client)
    assert client.post("/welcomed/").status_code == 302
    assert told(client) is None


def test_a_quiet_night_is_said_to_be_quiet(client, manager):
    client.force_login(manager)
    last_seen(manager, NIGHT)
    assert told(client)["quiet"]
    assert figures(manager) == QUIET


def test_what_was_reported_and_resolved_is_counted(manager):
    IncidentFactory(severity=Incident.Severity.CRITICAL)
    IncidentFactory()
    old = IncidentFactory()
    incidents.resolve(old, by=actor_of(manager))
    before(old, created_at=timezone.now() - 2 * NIGHT)
    before(IncidentFactory(), created_at=timezone.now() - 2 * NIGHT)
    assert figures(manager) == QUIET | {"opened": 2, "critical": 1, "resolved": 1}


def test_cases_that_ran_meanwhile_are_counted_whenever_they_began(manager):
    now = timezone.now()
    SuspensionFactory(start=now - 2 * NIGHT)
    SuspensionFactory(start=now - timedelta(hours=3), finish=now - timedelta(hours=2), status="restored")
    SuspensionFactory(start=now - 3 * NIGHT, finish=now - 2 * NIGHT, status="restored")
    assert figures(manager) == QUIET | {"cases": 2, "running": 1}


def test_tasks_are_counted_for_whom_they_concern(manager):
    TaskFactory(executor=manager)
    TaskFactory(executor=manager, author=manager)
    TaskFactory()
    before(TaskFactory(author=manager), status=Task.Status.DONE, done_at=timezone.now())
    assert figures(manager) == QUIET | {"given": 1, "reported": 1}


def test_a_deadline_that_passed_meanwhile_is_counted_and_an_older_one_is_not(manager):
    yesterday = today() - timedelta(days=1)
    for deadline in (yesterday, yesterday - timedelta(days=9), today()):
        late = TaskFactory(executor=manager, author=manager)
        before(late, start=deadline - timedelta(days=1), deadline=deadline, created_at=timezone.now() - 30 * NIGHT)
    manager.away_since = timezone.now() - timedelta(days=1)
    assert away.context(manager)["away"]["overdue"] == 1


def test_others_tasks_stay_unseen_by_a_plain_employee():
    employee = UserFactory()
    TaskFactory()
    assert figures(employee) == QUIET


def test_an_employee_hears_what_the_desk_said_each_ticket_once(manager):
    user = UserFactory()
    answered, awaited, resolved, silent, old = TicketFactory.create_batch(5, creator=user, in_progress=True)
    for ticket in (answered, awaited, resolved, old):
        desk.comment(ticket, by=actor_of(manager), text="We look at it.")
    desk.comment(silent, by=actor_of(manager), text="He broke it.", internal=True)
    desk.comment(silent, by=actor_of(user), text="Hello?")
    desk.wait(awaited, by=actor_of(manager), note="Which room?")
    desk.resolve(resolved, by=actor_of(manager))
    old.comments.update(created_at=timezone.now() - 2 * NIGHT)

    assert figures(user, TICKETS) == TICKETS | {"confirm": 1, "awaited": 1, "answered": 1}


def test_the_desk_hears_what_came_to_it(manager):
    technician = UserFactory(technician=True)
    TicketFactory()
    desk.assign(TicketFactory(), by=actor_of(manager), assignee=technician)
    before(TicketFactory(), created_at=timezone.now() - 2 * NIGHT)

    assert figures(technician, TICKETS) == TICKETS | {"handed": 1, "queued": 1}
    assert figures(UserFactory(), TICKETS) == TICKETS


@pytest.mark.parametrize("page", ["tab=confirm", "tab=filed"])
def test_the_summary_leads_to_the_tickets_it_tells_of(client, manager, page):
    user = UserFactory()
    client.force_login(user)
    last_seen(user, NIGHT)
    first, second = TicketFactory.create_batch(2, creator=user, in_progress=True)
    desk.resolve(first, by=actor_of(manager))
    desk.wait(second, by=actor_of(manager), note="Which room?")

    assert f"/tickets/?{page}" in client.get("/").text
