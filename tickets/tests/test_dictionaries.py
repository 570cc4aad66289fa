"""What the desk is set up with: who changes it, and what is refused."""

from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.tests.factories import UserFactory
from suspensions.tests.factories import RiskFactory, RiskSourceFactory, TechProcessFactory
from tickets.desk import dictionaries
from tickets.models import CannedReply, Category, SlaTarget
from tickets.tests.factories import CategoryFactory, TicketFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
TARGETS, REPLIES, CATEGORIES = "/api/v1/sla-targets/", "/api/v1/canned-replies/", "/api/v1/ticket-categories/"


@pytest.fixture
def high():
    return SlaTarget.objects.get(priority="high")


def test_a_new_installation_promises_something_sane():
    targets = list(SlaTarget.objects.most_urgent_first())

    assert [target.priority for target in targets] == ["critical", "high", "medium", "low"]
    for earlier, later in pairwise(targets):
        assert earlier.response_minutes < later.response_minutes
        assert earlier.resolution_minutes < later.resolution_minutes


def test_an_administrator_changes_a_promise_and_the_timeline_says_so(api, high):
    answer = api(UserFactory(admin=True)).patch(f"{TARGETS}{high.pk}/", {"response_minutes": 15}, format="json")

    assert (answer.status_code, answer.json()["response_minutes"]) == (200, 15)
    event = Event.objects.about(high).get()
    assert (event.verb, event.after) == ("edit", {"response_minutes": 15})


def test_managers_read_promises_and_change_none(api, high):
    client = api(UserFactory(manager=True))

    assert client.get(f"{TARGETS}{high.pk}/").status_code == 200
    assert client.patch(f"{TARGETS}{high.pk}/", {"response_minutes": 15}, format="json").status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"response_minutes": 0},
        {"response_minutes": -5},
        {"resolution_minutes": 10**9},
        {"response_minutes": "soon"},
        {"warning_share": 100},
        {"response_minutes": 600, "resolution_minutes": 60},
    ],
)
def test_promises_that_mean_nothing_are_refused(api, high, fields):
    answer = api(UserFactory(admin=True)).patch(f"{TARGETS}{high.pk}/", fields, format="json")

    assert answer.status_code == 400
    high.refresh_from_db()
    assert high.version == 1


def test_a_promise_can_be_taken_back(api, high):
    TicketFactory(priority="high")
    api(UserFactory(admin=True)).patch(f"{TARGETS}{high.pk}/", {"response_minutes": None}, format="json")

    high.refresh_from_db()
    assert high.response_minutes is None


def test_a_stale_change_of_a_promise_is_refused(api, high):
    client = api(UserFactory(admin=True))
    client.patch(f"{TARGETS}{high.pk}/", {"response_minutes": 15}, format="json")

    answer = client.patch(f"{TARGETS}{high.pk}/", {"response_minutes": 20}, format="json", headers={"If-Match": '"1"'})

    assert answer.status_code == 412


def test_a_manager_writes_a_canned_reply(api):
    fields = {"title": "Restart", "text": "Hello {name}, about {ticket}: please restart."}

    answer = api(UserFactory(manager=True)).post(REPLIES, fields, format="json")

    assert answer.status_code == 201
    assert CannedReply.objects.get().text == fields["text"]


@pytest.mark.parametrize("text", ["Hello {nome}", "{x.__class__}", "{}", "{0}"])
def test_an_unknown_variable_blocks_saving_by_every_door(api, page, text):
    manager = UserFactory(manager=True)

    answer = api(manager).post(REPLIES, {"title": "Bad", "text": text}, format="json")
    sent = page(manager).post("/tickets/canned-replies/new/", {"title": "Bad", "text": text, "is_active": "on"})

    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "text")
    assert sent.status_code == 400
    assert not CannedReply.objects.exists()


def test_technicians_use_canned_replies_and_write_none(api):
    client = api(UserFactory(technician=True))

    assert client.get(REPLIES).status_code == 200
    assert client.post(REPLIES, {"title": "A", "text": "B"}, format="json").status_code == 403


def test_plain_users_know_of_no_canned_replies(api, page):
    assert api(UserFactory()).get(REPLIES).status_code == 403
    assert page(UserFactory()).get("/tickets/desk/").status_code == 403


def test_two_canned_replies_are_not_called_alike(api):
    client = api(UserFactory(manager=True))
    client.post(REPLIES, {"title": "Restart", "text": "One."}, format="json")

    assert client.post(REPLIES, {"title": "Restart", "text": "Two."}, format="json").status_code in {400, 409}


def test_a_category_knows_whose_it_is(api):
    technician = UserFactory(technician=True)
    client = api(UserFactory(manager=True))

    answer = client.post(CATEGORIES, {"name": "Scanners", "default_assignee": technician.pk}, format="json")

    assert answer.status_code == 201
    assert answer.json()["default_assignee"]["id"] == technician.pk


@pytest.mark.parametrize("who", [{}, {"auditor": True}, {"technician": True, "is_active": False}])
def test_a_category_belongs_to_nobody_who_cannot_work_on_it(api, who):
    answer = api(UserFactory(manager=True)).post(
        CATEGORIES, {"name": "Scanners", "default_assignee": UserFactory(**who).pk}, format="json"
    )

    assert answer.status_code == 400
    assert not Category.objects.filter(name="Scanners").exists()


def test_services_ask_who_may(high):
    by = actor_of(UserFactory(technician=True))
    with pytest.raises(PermissionDenied):
        dictionaries.edit_target(high, by=by, response_minutes=1)
    with pytest.raises(PermissionDenied):
        dictionaries.create_reply(by=by, title="A", text="B")
    with pytest.raises(PermissionDenied):
        dictionaries.create_category(by=by, name="A")


def test_the_desk_shows_all_three_and_offers_what_one_may_change(page):
    CannedReply.objects.create(title="Restart", text="Hello {name}")
    admin = page(UserFactory(admin=True)).get("/tickets/desk/").text
    technician = page(UserFactory(technician=True)).get("/tickets/desk/").text

    assert "/tickets/targets/" in admin
    assert "Restart" in technician
    assert "/tickets/targets/" not in technician


def test_a_promise_is_changed_on_its_page(page, high):
    fields = {"response_minutes": 15, "resolution_minutes": 90, "warning_share": 70}

    answer = page(UserFactory(admin=True)).post(f"/tickets/targets/{high.pk}/edit/", fields)

    high.refresh_from_db()
    assert answer["Location"] == "/tickets/desk/"
    assert (high.response_minutes, high.resolution_minutes, high.warning_share) == (15, 90, 70)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_desk_costs_a_fixed_number_of_queries(page, rows, django_assert_max_num_queries):
    for number in range(rows):
        CannedReply.objects.create(title=f"Reply {number}", text="Hello")
        Category.objects.create(name=f"Category {number}", default_assignee=UserFactory(technician=True))
    client = page(UserFactory(admin=True))

    with django_assert_max_num_queries(12):
        client.get("/tickets/desk/")


DICTIONARIES = {
    "suspensions:process-edit": TechProcessFactory,
    "suspensions:risk-source-edit": RiskSourceFactory,
    "suspensions:risk-edit": RiskFactory,
    "tickets:target-edit": lambda: SlaTarget.objects.get(priority="high"),
    "tickets:category-edit": CategoryFactory,
    "tickets:reply-edit": lambda: CannedReply.objects.create(title="Restart", text="Restart it."),
}


@pytest.mark.parametrize("name", DICTIONARIES)
def test_a_form_does_not_overwrite_what_somebody_else_changed_meanwhile(page, name):
    entry, admin = DICTIONARIES[name](), UserFactory(admin=True)
    address = reverse(name, args=[entry.pk])
    form = page(admin).get(address).context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    assert form["version"].as_hidden() in page(admin).get(address).content.decode()
    assert page(admin).post(address, sent).status_code == 302
    entry.touch()

    answer = page(admin).post(address, sent)

    assert (answer.status_code, "changed meanwhile" in answer.content.decode()) == (412, True)
