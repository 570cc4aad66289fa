import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from attachments.services import received
from attachments.tests.samples import image, upload
from incidents.tests.factories import IncidentFactory
from tickets import services
from tickets.models import SavedView, Ticket
from tickets.tests.factories import CategoryFactory, TicketFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician():
    return UserFactory(technician=True)


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def titles(answer):
    return [ticket.title for ticket in answer.context["page"]]


def test_one_line_files_a_ticket_with_files(page):
    client = page(UserFactory())

    answer = client.post(
        "/tickets/new/", {"title": "No printing", "priority": "medium", "file": [upload("photo.png", image())]}
    )

    ticket = Ticket.objects.get()
    assert answer["Location"] == ticket.get_absolute_url()
    assert [row.file.name for row in ticket.files.all()] == ["photo.png"]


def test_who_files_a_ticket_is_told_of_the_outage_that_is_known(page):
    incident = IncidentFactory(title="Printing does not work")
    client = page(UserFactory())

    form = client.get("/tickets/new/").text
    known = client.get("/incidents/similar/", {"title": "no printing on the 4th floor"}).text

    assert 'hx-get="/incidents/similar/"' in form
    assert 'id="similar"' in form
    assert f'action="/incidents/{incident.pk}/watch/"' in known


def test_a_form_that_is_refused_keeps_what_was_typed(page):
    answer = page(UserFactory()).post("/tickets/new/", {"title": "", "priority": "low", "description": "It smokes."})

    assert answer.status_code == 400
    assert "It smokes." in answer.text
    assert not Ticket.objects.exists()


def test_a_description_of_100_000_characters_is_refused_in_words(page):
    sent = {"title": "No printing", "priority": "low", "description": "x" * 100_000}

    answer = page(UserFactory()).post("/tickets/new/", sent)

    assert (answer.status_code, "5000" in answer.text) == (400, True)


def test_html_in_texts_is_shown_as_text(page, manager):
    script = "<script>alert(1)</script>"
    ticket = TicketFactory(title=script, description=script, location=script)
    services.comment(ticket, by=actor_of(manager), text=script)
    client = page(manager)

    for path in (ticket.get_absolute_url(), "/tickets/?tab=all", f"/tickets/{ticket.pk}/edit/"):
        assert script not in client.get(path).text
        assert "&lt;script&gt;" in client.get(path).text


def test_all_files_are_offered_at_once_even_when_they_came_with_comments(page, technician, manager):
    ticket = TicketFactory(assigned=True)
    client, archive = page(manager), f"/tickets/{ticket.pk}/attachments.zip"
    assert archive not in client.get(ticket.get_absolute_url()).text

    with received([upload("log.txt", b"line")]) as files:
        services.comment(ticket, by=actor_of(ticket.assignee), text="Here it is.", files=files)

    assert archive in client.get(ticket.get_absolute_url()).text
    assert client.get(archive).status_code == 200


def test_everybody_begins_at_what_concerns_them(page, technician, manager):
    TicketFactory(title="Nobody has it")
    TicketFactory(title="Somebody has it", assigned=True)
    asker = TicketFactory(title="Asked for").creator

    assert set(titles(page(technician).get("/tickets/"))) == {"Nobody has it", "Asked for"}
    assert titles(page(asker).get("/tickets/")) == ["Asked for"]
    assert len(titles(page(manager).get("/tickets/?tab=open"))) == 3


def test_the_queue_puts_the_urgent_first(page, technician):
    TicketFactory(title="Low", priority="low")
    TicketFactory(title="Critical", priority="critical")

    assert titles(page(technician).get("/tickets/?tab=queue")) == ["Critical", "Low"]


def test_filters_narrow_and_nonsense_is_told(page, manager):
    TicketFactory(title="Printer", category=CategoryFactory(name="Printers"))
    TicketFactory(title="Network", priority="high")
    client = page(manager)

    assert titles(client.get("/tickets/?tab=all&priority=high")) == ["Network"]
    assert titles(client.get(f"/tickets/?tab=all&category={CategoryFactory().pk}")) == []
    assert titles(client.get("/tickets/?tab=all&search=print")) == ["Printer"]
    assert 'role="alert"' in client.get("/tickets/?tab=all&priority=urgent").text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue_costs_a_fixed_number_of_queries(page, manager, rows):
    TicketFactory.create_batch(rows, assigned=True, category=CategoryFactory())
    client = page(manager)
    client.get("/tickets/?tab=open")

    with CaptureQueriesContext(connection) as queries:
        client.get("/tickets/?tab=open")

    assert len(queries) <= 12, "\n".join(query["sql"][:150] for query in queries)


@pytest.mark.parametrize("rows", [1, 20])
def test_a_card_costs_a_fixed_number_of_queries(page, technician, rows):
    ticket = TicketFactory(assigned=True, assignee=technician, category=CategoryFactory(), incident=IncidentFactory())
    for _number in range(rows):
        services.comment(ticket, by=actor_of(technician), text="Which one?")
    client = page(technician)
    client.get(ticket.get_absolute_url())

    with CaptureQueriesContext(connection) as queries:
        client.get(ticket.get_absolute_url())

    assert len(queries) <= 16, "\n".join(query["sql"][:150] for query in queries)


def test_the_buttons_of_a_card_are_what_one_may_do(page, technician, manager):
    ticket = TicketFactory(assigned=True, assignee=technician)

    def offered(person):
        return set(page(person).get(ticket.get_absolute_url()).context["verbs"])

    assert {"accept", "start", "resolve", "wait", "internal"} <= offered(technician)
    assert not {"assign", "edit", "close", "delete"} & offered(technician)
    assert {"assign", "edit", "priority", "cancel"} <= offered(manager)
    assert offered(ticket.creator) >= {"comment", "attach", "edit", "cancel"}
    assert not {"internal", "accept", "assign", "resolve"} & offered(ticket.creator)
    assert not offered(UserFactory(auditor=True))


def test_the_comment_of_a_plain_user_offers_nothing_internal(page, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)

    assert 'name="internal"' not in page(ticket.creator).get(ticket.get_absolute_url()).text
    assert 'name="internal"' in page(technician).get(ticket.get_absolute_url()).text


def test_htmx_gets_the_conversation_alone(page, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)
    client = page(technician)
    sent = {"text": "Old drum.", "internal": "yes", "file": [upload("photo.png", image())]}

    answer = client.post(f"/tickets/{ticket.pk}/comment/", sent, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="conversation"')
    assert "Old drum." in answer.text
    assert "photo.png" in answer.text
    assert "is-internal" in answer.text


def test_a_comment_without_words_is_refused_in_place(page):
    ticket = TicketFactory()

    answer = page(ticket.creator).post(f"/tickets/{ticket.pk}/comment/", {"text": " "})

    assert answer.status_code == 400
    assert not ticket.comments.exists()


def test_a_verb_out_of_turn_is_explained(page, technician):
    ticket = TicketFactory()

    answer = page(technician).post(f"/tickets/{ticket.pk}/resolve/", follow=True)

    ticket.refresh_from_db()
    assert ticket.status == "new"
    assert "cannot become" in answer.text


def test_a_manager_assigns_and_closes_several_at_once(page, manager, technician):
    new, resolved = TicketFactory(), TicketFactory(resolved=True)
    client = page(manager)

    client.post("/tickets/bulk/", {"verb": "assign", "assignee": technician.pk, "chosen": [new.pk, resolved.pk]})
    answer = client.post("/tickets/bulk/", {"verb": "close", "chosen": [new.pk, resolved.pk]}, follow=True)

    new.refresh_from_db()
    resolved.refresh_from_db()
    assert (new.status, new.assignee, resolved.status) == ("assigned", technician, "closed")
    assert new.number in answer.text
    assert Event.objects.about(new).count() == Event.objects.about(resolved).count() == 1


@pytest.mark.parametrize("traits", [{}, {"technician": True, "inactive": True}])
def test_nobody_who_does_not_work_on_tickets_gets_several(page, manager, traits):
    ticket, person = TicketFactory(), UserFactory(**traits)

    page(manager).post("/tickets/bulk/", {"verb": "assign", "assignee": person.pk, "chosen": [ticket.pk]})

    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_bulk_leaves_deleted_and_merged_tickets_alone(page, manager, technician):
    tickets = [TicketFactory(deleted=True), TicketFactory(merged=True)]
    sent = {"verb": "assign", "assignee": technician.pk, "chosen": [ticket.pk for ticket in tickets]}

    page(manager).post("/tickets/bulk/", sent)

    assert {Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets} == {None}


def test_a_view_is_kept_for_its_owner_alone(page, manager, technician):
    client = page(manager)

    client.post("/tickets/views/save/", {"name": "Urgent", "query": "priority=high&tab=open"})
    client.post("/tickets/views/save/", {"name": "Urgent", "query": "priority=critical&tab=open"})

    view = SavedView.objects.get()
    assert (view.user, view.query) == (manager, "priority=critical&tab=open")
    assert client.get("/tickets/?tab=open&priority=critical").context["views"][0]["current"]
    assert page(technician).get("/tickets/").context["views"] == []
    assert page(technician).post(f"/tickets/views/{view.pk}/drop/").status_code == 404
    assert page(manager).post(f"/tickets/views/{view.pk}/drop/").status_code == 302
    assert not SavedView.objects.exists()


def test_an_incident_and_a_task_are_made_on_the_card(page, technician):
    ticket = TicketFactory(assigned=True, assignee=technician)
    client = page(technician)

    client.post(f"/tickets/{ticket.pk}/make-incident/", {"severity": "high"})
    sent = {"title": "Buy a drum", "executor": technician.username, "deadline": "2030-01-01"}
    client.post(f"/tickets/{ticket.pk}/make-task/", sent)

    ticket.refresh_from_db()
    text = client.get(ticket.get_absolute_url()).text
    assert ticket.incident.number in text
    assert "Buy a drum" in text
    assert ticket.title in client.get(ticket.incident.get_absolute_url()).text


def test_the_editor_keeps_the_priority_from_who_may_not_judge_it(page):
    ticket = TicketFactory(priority="low")
    client = page(ticket.creator)

    client.post(f"/tickets/{ticket.pk}/edit/", {"title": "Scanner", "priority": "critical", "version": 1})

    ticket.refresh_from_db()
    assert (ticket.title, ticket.priority) == ("Scanner", "low")
    assert client.post(f"/tickets/{ticket.pk}/edit/", {"title": "Late", "version": 1}).status_code in {409, 412}


def test_the_home_page_tells_what_waits_for_whom(page, technician, manager):
    ticket = TicketFactory(title="My printer", resolved=True)
    TicketFactory(title="Nobody has it")
    TicketFactory(title="Of somebody else", assigned=True)

    def told(person):
        assert "/tickets/tile/" in page(person).get("/").text
        return {ticket.title for ticket in page(person).get("/tickets/tile/").context["tickets"]}

    assert told(ticket.creator) == {"My printer"}
    assert told(technician) == {"Nobody has it"}
    assert told(manager) == {"My printer", "Nobody has it"}


def test_watchers_are_named_in_the_form_and_kept(page, manager):
    ticket, friend = TicketFactory(), UserFactory(first_name="Anna", last_name="Orlova")
    other = UserFactory()
    ticket.watchings.create(user=other)
    client, path = page(manager), f"/tickets/{ticket.pk}/edit/"
    typed = {"title": ticket.title, "priority": "medium", "version": ticket.version}

    assert other.username in client.get(path).text
    assert client.post(path, typed | {"watchers": [other.username, "anna orlova"]}).status_code == 302
    refused = client.post(path, typed | {"watchers": ["Nobody"], "version": ticket.version + 1})

    assert set(ticket.watchings.values_list("user", flat=True)) == {friend.pk, other.pk}
    assert refused.status_code == 400
