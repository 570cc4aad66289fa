"""What is said internally never reaches a plain user: by no door, in no form, not even as a trace."""

import pytest

from accounts.tests.factories import UserFactory
from attachments.models import File
from attachments.tests.samples import image, upload
from tickets.models import TicketComment
from tickets.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
SECRET = "Zweihander"


@pytest.fixture
def ticket(api):
    """A ticket of a plain user, watched by another, with one public comment and an internal one that has a file."""
    ticket = TicketFactory(assigned=True)
    ticket.watchings.create(user=UserFactory())
    client, path = api(ticket.assignee), f"/api/v1/tickets/{ticket.pk}/comments/"
    assert client.post(path, {"text": "Soon."}).status_code == 201
    sent = {"text": SECRET, "internal": True, "file": upload(f"{SECRET}.png", image())}
    assert client.post(path, sent, format="multipart").status_code == 201
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def plain(ticket):
    """Those plain users who see the ticket."""
    return [ticket.creator, ticket.watchings.get().user]


def internal_file():
    return File.objects.get(name=f"{SECRET}.png")


def body(answer):
    content = answer.getvalue()
    for close in answer._resource_closers:  # the answer itself would close the database too
        close()
    return content


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tickets/{pk}/", "/api/v1/tickets/{pk}/comments/", "/api/v1/tickets/{pk}/history/",
        "/api/v1/tickets/{pk}/timeline/", "/api/v1/tickets/{pk}/attachments/", "/api/v1/tickets/{pk}/attachments.zip",
        "/api/v1/tickets/", "/api/v1/tickets/?search=zweihander", "/api/v1/tickets/export/?format=csv",
        "/api/v1/tickets/export/?format=json", "/api/v1/notifications/", "/tickets/{pk}/",
        "/tickets/{pk}/attachments.zip", "/tickets/{pk}/evidence/", "/api/v1/tickets/{pk}/evidence/",
        "/search/?q=zweihand", "/search/suggestions/?q=zweihand", "/api/v1/search/?q=zweihand",
        "/tickets/?q=zweihand", "/tickets/export/?format=csv", "/",
    ],
)  # fmt: skip
def test_no_door_tells_a_plain_user(ticket, plain, client, path):
    for person in plain:
        client.force_login(person)
        answer = client.get(path.format(pk=ticket.pk))

        assert answer.status_code == 200
        assert SECRET.encode() not in body(answer)


def test_the_file_of_an_internal_comment_is_not_there_for_a_plain_user(ticket, plain, api):
    path = f"/api/v1/attachments/{internal_file().pk}/"
    for person in plain:
        answers = [api(person).get(f"{path}{verb}") for verb in ("", "download/", "preview/")]
        assert {answer.status_code for answer in answers} == {404}

    for insider in (ticket.assignee, UserFactory(manager=True), UserFactory(auditor=True)):
        answer = api(insider).get(f"{path}download/")
        assert (answer.status_code, len(body(answer))) == (200, internal_file().size)


def test_a_technician_who_does_not_see_the_ticket_does_not_get_its_files(ticket, api):
    assert api(UserFactory(technician=True)).get(f"/api/v1/attachments/{internal_file().pk}/").status_code == 404


def test_asking_for_it_is_no_way_to_get_it(ticket, api):
    client = api(ticket.creator)
    path = f"/api/v1/tickets/{ticket.pk}/"

    assert client.get(f"{path}comments/?internal=true").json()["count"] == 1
    assert client.get(f"{path}history/?internal=true").json()["count"] == 1
    assert client.post(f"{path}comments/", {"text": "Me too.", "internal": True}, format="json").status_code == 403
    assert TicketComment.objects.count() == 2


def test_an_internal_comment_changes_neither_version_nor_times(ticket, api):
    creator, insider = api(ticket.creator), api(ticket.assignee)
    path = f"/api/v1/tickets/{ticket.pk}/"
    before = creator.get(path)

    insider.post(f"{path}comments/", {"text": SECRET, "internal": True}, format="json")

    after = creator.get(path)
    assert after.json() == before.json()
    assert after["ETag"] == before["ETag"]
    assert (
        creator.get("/api/v1/tickets/?ordering=-updated_at").json()["results"][0]["version"] == before.json()["version"]
    )


def test_insiders_read_it(ticket, api):
    for insider in (ticket.assignee, UserFactory(manager=True), UserFactory(admin=True), UserFactory(auditor=True)):
        texts = [one["text"] for one in api(insider).get(f"/api/v1/tickets/{ticket.pk}/comments/").json()["results"]]
        assert texts == ["Soon.", SECRET]


def test_who_becomes_a_plain_user_reads_it_no_more(ticket, api):
    person = ticket.assignee
    person.role = "user"
    person.save()

    assert api(person).get(f"/api/v1/tickets/{ticket.pk}/comments/").status_code == 404
    assert api(person).get(f"/api/v1/attachments/{internal_file().pk}/").status_code == 404
