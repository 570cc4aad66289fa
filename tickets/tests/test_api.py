import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image, upload
from incidents.models import Incident
from tasks.models import Task
from tickets.models import Ticket
from tickets.tests.factories import CategoryFactory, TicketCommentFactory, TicketFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"


@pytest.fixture
def technician():
    return UserFactory(technician=True)


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def at(ticket, verb=""):
    return f"{LIST}{ticket.pk}/{verb}"


def numbers(answer):
    return [row["id"] for row in answer.json()["results"]]


def taken(client, path):
    """Download what is there and return its bytes."""
    answer = client.get(path)
    assert answer.status_code == 200
    content = answer.getvalue()
    for close in answer._resource_closers:  # the answer itself would close the database too
        close()
    return content


def attr(answer):
    return answer.json()["errors"][0]["attr"]


def test_four_people_carry_a_ticket_from_filing_to_closing(api, technician, manager):
    asks, works, leads, looks = (
        api(UserFactory()), api(technician), api(manager), api(UserFactory(auditor=True))
    )  # fmt: skip
    made = asks.post(LIST, {"title": "No printing", "priority": "high", "location": "412"}, format="json")
    assert (made.status_code, made.json()["status"], made.json()["version"]) == (201, "new", 1)
    path = made["Location"]

    assert leads.post(f"{path}assign/", {"assignee": technician.pk}).json()["status"] == "assigned"
    assert works.post(f"{path}accept/").json()["accepted_at"]
    assert works.post(f"{path}start/").json()["status"] == "in_progress"
    assert works.post(f"{path}wait/", {"note": "Which one?"}).json()["waiting_since"]
    assert asks.post(f"{path}comments/", {"text": "The left one."}).status_code == 201
    assert works.post(f"{path}comments/", {"text": "Old drum.", "internal": True}, format="json").status_code == 201
    assert works.post(f"{path}resolve/", {"note": "New drum."}).json()["status"] == "resolved"
    assert asks.post(f"{path}reopen/").json()["status"] == "in_progress"
    works.post(f"{path}resolve/")
    assert asks.post(f"{path}close/").json()["status"] == "closed"

    lines = looks.get(f"{path}history/").json()["results"]
    assert [line["verb"] for line in lines] == [
        "file", "assign", "accept", "start", "wait", "comment", "resume", "comment", "resolve", "reopen", "resolve",
        "close",
    ]  # fmt: skip
    assert [line["text"] for line in lines if line["internal"]] == ["Old drum."]


def test_what_the_server_sets_is_ignored(api):
    me, other = UserFactory(), UserFactory()
    sent = {"title": "No printing", "creator": other.pk, "status": "closed", "assignee": other.pk, "id": 7}

    made = api(me).post(LIST, sent, format="json").json()

    assert (made["creator"]["id"], made["status"], made["assignee"]) == (me.pk, "new", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "x", "description": "x" * 100_000}, "description"),
        ({"title": "x", "priority": "urgent"}, "priority"),
        ({"title": "x", "category": 4711}, "category"),
        ({"title": "x", "incident": True}, "incident"),
        ({"title": "x", "watchers": [4711]}, "watchers.0"),
        ({"title": "x\u0000"}, "title"),
    ],
)
def test_bad_input_is_named(api, body, field):
    answer = api(UserFactory()).post(LIST, body, format="json")

    assert (answer.status_code, attr(answer)) == (400, field)
    assert not Ticket.objects.exists()


def test_html_stays_text(api):
    script = '<script>alert("1")</script>'

    made = api(UserFactory()).post(LIST, {"title": script, "description": script}, format="json").json()

    assert (made["title"], made["description"]) == (script, script)


def test_the_same_key_files_once(api):
    client, body = api(UserFactory()), {"title": "No printing"}

    one = client.post(LIST, body, format="json", headers={"Idempotency-Key": "a"})
    other = client.post(LIST, body, format="json", headers={"Idempotency-Key": "a"})

    assert one.json() == other.json()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("traits", [{}, {"auditor": True}, {"technician": True, "inactive": True}])
def test_assigning_to_who_does_not_work_on_tickets_is_refused(api, manager, traits):
    ticket, person = TicketFactory(), UserFactory(**traits)

    answer = api(manager).post(at(ticket, "assign/"), {"assignee": person.pk}, format="json")

    assert (answer.status_code, attr(answer)) == (400, "assignee")
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


def test_out_of_turn_is_409_with_what_is_allowed(api, manager):
    answer = api(manager).post(at(TicketFactory(), "resolve/"))

    assert (answer.status_code, answer.json()["allowed"]) == (409, ["assigned", "cancelled"])


@pytest.mark.parametrize("state", [{"deleted": True}, {"merged": True}])
def test_deleted_and_merged_tickets_are_409_to_administrators(api, technician, state):
    client, ticket = api(UserFactory(admin=True)), TicketFactory(**state)
    bodies = {"assign/": {"assignee": technician.pk}, "comments/": {"text": "Hello."}}
    bare = ["accept/", "start/", "resolve/", "close/", "reopen/", "cancel/", "wait/", "watch/", "make-incident/"]

    answers = {verb: client.post(at(ticket, verb), bodies.get(verb, {}), format="json") for verb in [*bodies, *bare]}

    assert {verb: answer.status_code for verb, answer in answers.items()} == dict.fromkeys([*bodies, *bare], 409)
    assert client.patch(at(ticket), {"title": "Another"}, format="json").status_code == 409


def test_a_deleted_ticket_is_gone_for_all_but_administrators(api, manager):
    ticket, admin = TicketFactory(), api(UserFactory(admin=True))

    assert admin.post(at(ticket, "delete/"), {}, format="json").status_code == 400
    assert admin.post(at(ticket, "delete/"), {"note": "Filed twice."}, format="json").status_code == 200
    assert api(manager).get(at(ticket)).status_code == 404
    assert api(ticket.creator).get(at(ticket, "history/")).status_code == 404
    assert numbers(admin.get(LIST)) == []
    assert admin.post(at(ticket, "undelete/"), {}, format="json").status_code == 200
    assert api(manager).get(at(ticket)).status_code == 200


def test_a_stale_correction_is_412(api, manager):
    ticket = TicketFactory(version=3)

    answer = api(manager).patch(at(ticket), {"title": "Another"}, format="json", headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["version"], answer["ETag"]) == (412, 3, '"3"')


def test_priority_and_text_obey_their_own_permissions(api, manager, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)

    assert api(ticket.creator).patch(at(ticket), {"title": "The scanner"}, format="json").status_code == 200
    assert api(ticket.creator).patch(at(ticket), {"priority": "low"}, format="json").status_code == 403
    assert api(technician).patch(at(ticket), {"title": "Mine"}, format="json").status_code == 403
    assert api(manager).patch(at(ticket), {"priority": "low"}, format="json").json()["priority"] == "low"


def test_lists_are_filtered_and_ordered(api, manager, technician):
    printers = CategoryFactory()
    low = TicketFactory(priority="low", category=printers, location="Café, 4th floor")
    high = TicketFactory(priority="high", title="No network", description="", assigned=True, assignee=technician)
    client = api(manager)

    def found(query):
        return numbers(client.get(f"{LIST}?{query}"))

    assert found("status=new") == [low.pk]
    assert found("status=new&status=assigned") == [high.pk, low.pk]
    assert found(f"assignee={technician.pk}") == [high.pk]
    assert found(f"creator={low.creator.pk}") == [low.pk]
    assert found("priority=high") == [high.pk]
    assert found(f"category={printers.pk}") == [low.pk]
    assert found("location=CAFÉ") == [low.pk]
    assert found("unassigned=true") == [low.pk]
    assert found("q=NETWORK") == [high.pk]
    assert found(f"search=TKT-{low.pk}") == [low.pk]
    assert found("ordering=priority") == [low.pk, high.pk]
    assert found(f"created_before={(timezone.now() - timedelta(days=1)).strftime('%Y-%m-%d')}") == []
    assert client.get(f"{LIST}?status=lost").status_code == 400


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_a_fixed_number_of_queries(api, manager, rows):
    TicketFactory.create_batch(rows, assigned=True, category=CategoryFactory())
    client = api(manager)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(LIST)

    assert len(queries) <= 3


@pytest.mark.parametrize("rows", [1, 10])
def test_comments_with_files_cost_a_fixed_number_of_queries(api, manager, rows):
    ticket = TicketFactory()
    TicketCommentFactory.create_batch(rows, ticket=ticket)
    client = api(manager)

    with CaptureQueriesContext(connection) as queries:
        client.get(at(ticket, "comments/"))

    assert len(queries) <= 5


def test_files_come_with_a_comment(api, technician):
    ticket = TicketFactory()

    answer = api(technician).post(
        at(ticket, "comments/"), {"text": "Look.", "file": upload("photo.png", image())}, format="multipart"
    )

    held = answer.json()["attachments"][0]
    assert (answer.status_code, held["name"]) == (201, "photo.png")
    assert taken(api(ticket.creator), held["url"])
    line = api(ticket.creator).get(at(ticket, "history/")).json()["results"][0]
    assert (line["kind"], line["text"], line["files"][0]["id"]) == ("comment", "Look.", held["id"])


def test_a_comment_that_is_refused_leaves_no_file(api):
    ticket = TicketFactory()

    answer = api(ticket.creator).post(
        at(ticket, "comments/"), {"text": " ", "file": upload("photo.png", image())}, format="multipart"
    )

    assert (answer.status_code, attr(answer)) == (400, "text")
    assert not Event.objects.about(ticket).exists()


def test_files_of_the_ticket_stand_in_the_history(api):
    ticket = TicketFactory()
    client = api(ticket.creator)

    client.post(at(ticket, "attachments/"), {"file": upload("photo.png", image())}, format="multipart")

    line = client.get(at(ticket, "history/")).json()["results"][0]
    assert (line["kind"], [file["name"] for file in line["files"]]) == ("file", ["photo.png"])
    assert taken(client, at(ticket, "attachments.zip"))


def test_all_files_are_those_of_the_ticket_and_of_the_comments_that_the_reader_sees(api, client, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)
    client.force_login(ticket.creator)
    api(technician).post(at(ticket, "attachments/"), {"file": upload("a.png", image())}, format="multipart")
    for name, internal in (("b.png", ""), ("c.png", "true")):
        sent = {"text": "Look.", "internal": internal, "file": upload(name, image(size=(9, 9)))}
        assert api(technician).post(at(ticket, "comments/"), sent, format="multipart").status_code == 201

    def names(content):
        return zipfile.ZipFile(io.BytesIO(content)).namelist()

    assert names(taken(api(technician), at(ticket, "attachments.zip"))) == ["a.png", "b.png", "c.png"]
    assert names(taken(api(ticket.creator), at(ticket, "attachments.zip"))) == ["a.png", "b.png"]
    assert names(taken(client, f"/tickets/{ticket.pk}/attachments.zip")) == ["a.png", "b.png"]


def test_an_incident_is_made_of_a_ticket_once(api, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)
    with_file = api(ticket.creator)
    with_file.post(at(ticket, "attachments/"), {"file": upload("photo.png", image())}, format="multipart")

    made = api(technician).post(at(ticket, "make-incident/"), {"severity": "high"}, format="json")

    incident = Incident.objects.get(pk=made.json()["id"])
    assert (made.status_code, incident.severity, incident.title) == (201, "high", ticket.title)
    assert [held.file.name for held in incident.files.all()] == ["photo.png"]
    assert api(technician).get(at(ticket)).json()["incident"] == incident.pk
    assert api(technician).post(at(ticket, "make-incident/"), {}, format="json").status_code == 409
    assert api(ticket.creator).post(at(ticket, "make-incident/"), {}, format="json").status_code == 403


def test_a_task_is_made_of_a_ticket(api, manager, technician):
    body = {"executor": technician.pk, "deadline": (timezone.localdate() + timedelta(days=3)).isoformat()}

    made = api(manager).post(at(TicketFactory(), "make-task/"), body, format="json")

    assert made.status_code == 201
    assert Task.objects.get(pk=made.json()["id"]).executor == technician


def test_exports_hold_what_the_reader_sees(api, manager):
    mine = TicketFactory(title="=1+1")
    TicketFactory(title="Foreign")

    answer = api(mine.creator).get(f"{LIST}export/?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    everything = json.loads(taken(api(manager), f"{LIST}export/?format=json"))

    assert [row["Title"] for row in rows] == ["'=1+1"]
    assert len(everything) == 2
    assert taken(api(manager), f"{LIST}export/?format=xlsx")
    assert Event.objects.filter(verb="export").count() == 3
