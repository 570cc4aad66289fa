"""Who sees which tickets, and who may do what to them: the decided table against the API, the pages and Admin."""

import pytest
from django.urls import reverse

from accounts import policy
from accounts.models import Role
from accounts.tests.factories import UserFactory
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
ROLES = [Role.USER, Role.TECHNICIAN, Role.MANAGER, Role.ADMIN, Role.AUDITOR]
ALL = "own mine unassigned watched foreign"
DESK = "own mine unassigned watched"

# Written down a second time on purpose, as it was decided and not as the product has it.
# verb: (state of the ticket, then for user, technician, manager, admin, auditor the tickets to which they may do it)
TABLE = {
    "see": ("assigned", "own watched", DESK, ALL, ALL, ALL),
    "comment": ("assigned", "own watched", DESK, ALL, ALL, ""),
    "internal": ("assigned", "", DESK, ALL, ALL, ""),
    "attach": ("assigned", "own watched", DESK, ALL, ALL, ""),
    "edit": ("assigned", "own", "", ALL, ALL, ""),
    "edit-resolved": ("resolved", "", "", ALL, ALL, ""),
    "priority": ("assigned", "", "", ALL, ALL, ""),
    "assign": ("assigned", "", "", ALL, ALL, ""),
    "accept": ("assigned", "", "mine unassigned", ALL, ALL, ""),
    "start": ("assigned", "", "mine unassigned", ALL, ALL, ""),
    "resolve": ("in_progress", "", "mine unassigned", ALL, ALL, ""),
    "wait": ("in_progress", "", "mine unassigned", ALL, ALL, ""),
    "watch": ("assigned", "own watched", DESK, ALL, ALL, ""),
    "merge": ("assigned", "", "", ALL, ALL, ""),
    "rate": ("resolved", "own", "own", "own", "own", ""),
    "make-incident": ("assigned", "", "mine unassigned", ALL, ALL, ""),
    "make-task": ("assigned", "", "mine unassigned", ALL, ALL, ""),
    "close": ("resolved", "own", "own", ALL, ALL, ""),
    "reopen": ("resolved", "own", "own", ALL, ALL, ""),
    "cancel": ("assigned", "own", "own", ALL, ALL, ""),
    "delete": ("assigned", "", "", "", ALL, ""),
    "undelete": ("deleted", "", "", "", ALL, ""),
}
CASES = [
    (verb, role, relation) for verb in TABLE for role in ROLES for relation in ALL.split()
    if not (relation == "unassigned" and TABLE[verb][0] == "resolved")
]  # fmt: skip


def made(relation, person, state):
    """Make a ticket in `state` to which `person` has that relation and no other."""
    traits = {state: True} if state != "deleted" else {"deleted": True, "assigned": True}
    if relation == "unassigned":
        traits = {"deleted": True} if state == "deleted" else {}
    named = {"own": {"creator": person}, "mine": {"assignee": person}}.get(relation, {})
    ticket = TicketFactory(**traits, **named)
    if relation == "watched":
        ticket.watchings.create(user=person)
    return ticket


def by_api(client, verb, ticket):
    path = f"/api/v1/tickets/{ticket.pk}/"
    bodies = {"comment": {"text": "Hello."}, "internal": {"text": "Hello.", "internal": True}}
    if verb == "see":
        return client.get(path).status_code
    if verb in {"edit", "edit-resolved", "priority"}:
        return client.patch(
            path, {"priority": "low"} if verb == "priority" else {"title": "A"}, format="json"
        ).status_code
    if verb == "attach":
        return client.post(f"{path}attachments/", {}, format="multipart").status_code
    name = "comments" if verb in bodies else verb
    return client.post(f"{path}{name}/", bodies.get(verb, {}), format="json").status_code


def by_page(client, verb, ticket):
    path = f"/tickets/{ticket.pk}/"
    if verb in {"comment", "internal"}:
        return client.post(
            f"{path}comment/", {"text": "Hi.", "internal": "yes" if verb == "internal" else ""}
        ).status_code
    if verb in {"watch", "rate"}:
        return client.post(f"{path}{verb}/").status_code
    return client.get(path if verb == "see" else f"{path}{verb.removesuffix('-resolved')}/").status_code


IN_ADMIN = {"accept", "start", "resolve", "close", "reopen", "cancel", "delete", "undelete"}
TYPED = {"priority": "low", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}


def by_admin(client, verb, ticket):
    """Return 403 for whom Admin sends away; None where it has no such door."""
    pages = [reverse("admin:tickets_ticket_changelist"), reverse("admin:tickets_ticket_change", args=[ticket.pk])]
    if verb == "see":
        answer = client.get(pages[1])
    elif verb in {"edit", "edit-resolved", "priority"}:
        answer = client.post(pages[1], TYPED | {"title": "A" if verb != "priority" else ticket.title})
    elif verb in IN_ADMIN:
        answer = client.post(
            pages[0], {"action": verb, "_selected_action": [ticket.pk], "index": 0, "note": "Checked."}
        )
    else:
        return None
    return 403 if "/login/" in answer.headers.get("Location", "") else answer.status_code


def expected(verb, role, relation):
    """Say whether it is allowed, else how it is refused: what is not visible is missing."""
    place = ROLES.index(role) + 1
    if relation in TABLE[verb][place].split():
        return "allowed"
    if relation in TABLE["see"][place].split():
        return {403}
    # What a role may do to no ticket at all may be refused before one is looked for.
    return {404} if TABLE[verb][place] else {403, 404}


@pytest.mark.parametrize("verb", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_the_table_holds_for_api_pages_and_admin(api, client, verb, role):
    wrong = []
    for _verb, _role, relation in (case for case in CASES if case[:2] == (verb, role)):
        person = UserFactory(role=role)
        client.force_login(person)
        wanted = expected(verb, role, relation)
        for door, caller in {"page": client, "api": api(person), "admin": client}.items():
            ticket = made(relation, person, TABLE[verb][0])
            status = {"page": by_page, "api": by_api, "admin": by_admin}[door](caller, verb, ticket)
            # Nobody but administrators gets through the door of Admin, whatever they may do elsewhere.
            right = {403} if door == "admin" and role != Role.ADMIN else wanted
            if not fits(status, right) or (right != "allowed" and is_changed(ticket)):
                wrong.append((door, relation, right, status))

    assert wrong == []


def fits(status, wanted):
    """Allowed is whatever the policy does not refuse: an empty body or a wrong turn comes after it."""
    if status is None:
        return True
    return status < 500 and (status not in {403, 404} if wanted == "allowed" else status in wanted)


def is_changed(ticket):
    return Event.objects.about(ticket).exists() or Ticket.objects.get(pk=ticket.pk).version != ticket.version


@pytest.mark.parametrize("role", ROLES)
def test_admin_does_for_administrators_what_the_table_says(client, role):
    client.force_login(UserFactory(role=role))
    done = set()
    for verb in IN_ADMIN:
        ticket = made("unassigned" if verb == "accept" else "foreign", None, TABLE[verb][0])
        by_admin(client, verb, ticket)
        if is_changed(ticket):
            done.add(verb)

    assert done == (IN_ADMIN if role == Role.ADMIN else set())


@pytest.mark.parametrize("role", ROLES)
def test_many_at_once_are_for_managers(client, role):
    ticket, technician = TicketFactory(), UserFactory(technician=True)
    client.force_login(UserFactory(role=role))

    client.post("/tickets/bulk/", {"verb": "assign", "chosen": [ticket.pk], "assignee": technician.pk})

    assert (Ticket.objects.get().assignee == technician) is (role in {Role.MANAGER, Role.ADMIN})


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_tickets_in_lists(api, role):
    person = UserFactory(role=role)
    tickets = {relation: made(relation, person, "assigned") for relation in ALL.split()}
    TicketFactory(deleted=True, creator=person)

    listed = {row["id"] for row in api(person).get("/api/v1/tickets/").json()["results"]}

    seen = {relation for relation, ticket in tickets.items() if ticket.pk in listed}
    assert seen == set(TABLE["see"][ROLES.index(role) + 1].split())
    assert all(policy.allows(person, "ticket.see", tickets[relation]) for relation in seen)


def test_auditors_file_nothing(api, page):
    auditor = UserFactory(auditor=True)

    assert api(auditor).post("/api/v1/tickets/", {"title": "A"}, format="json").status_code == 403
    assert page(auditor).get("/tickets/new/").status_code == 403


def test_nobody_is_nobody():
    TicketFactory()

    assert not Ticket.objects.visible_to(UserFactory(admin=True, inactive=True)).exists()
