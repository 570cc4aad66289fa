"""Tickets in search: their parts, their internal comments, and those that were merged."""

import pytest

from accounts.models import Role
from accounts.tests.factories import UserFactory
from attachments.services import received
from attachments.tests.samples import image, upload
from tickets import services
from tickets.desk.merging import merge
from tickets.models import TicketComment, TicketWatcher
from tickets.tests.factories import TicketCommentFactory, TicketFactory
from workflow.search.finding import find
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db

READS_INTERNAL = {Role.TECHNICIAN, Role.MANAGER, Role.ADMIN, Role.AUDITOR}


def found(text, user):
    return [hit.id for hit in find(user, text).hits]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("part", "finders"),
    [
        ("stranger", {Role.TECHNICIAN, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
        ("taken", {Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
        ("creator", set(Role)),
        ("assignee", {Role.TECHNICIAN, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
        ("watcher", set(Role)),
    ],
)
def test_everybody_finds_the_tickets_they_may_see(role, part, finders):
    me = UserFactory(role=role)
    options = {
        "creator": {"creator": me, "in_progress": True},
        "assignee": {"in_progress": True, "assignee": me},
        "stranger": {},
    }
    ticket = TicketFactory(title="Маршрутизатор", **options.get(part, {"in_progress": True}))
    if part == "watcher":
        TicketWatcher.objects.create(ticket=ticket, user=me)

    page = find(me, "маршрутизаторы")

    assert [hit.id for hit in page.hits] == ([ticket.pk] if role in finders else [])
    assert page.counts == ({"ticket": 1} if role in finders else {})
    assert (found(f"TKT-{ticket.pk}", me) == [ticket.pk]) == (role in finders)


@pytest.mark.parametrize("role", Role)
def test_an_internal_comment_is_found_only_by_whom_it_is_for(role):
    me = UserFactory(role=role)
    ticket = TicketFactory(title="Принтер", creator=me)
    TicketCommentFactory(ticket=ticket, text="Вредитель, заменить картридж", internal=True)

    for text in ("вредитель", "вредит", "принтер вредитель"):
        page = find(me, text)
        assert [hit.id for hit in page.hits] == ([ticket.pk] if role in READS_INTERNAL else [])
        assert page.counts == ({"ticket": 1} if role in READS_INTERNAL else {})
        assert all("<mark>Вредитель</mark>" in hit.excerpt_html for hit in page.hits)


def test_an_internal_comment_is_no_part_of_what_others_are_shown(api):
    me = UserFactory()
    ticket = TicketFactory(title="Принтер", description="Лист", creator=me)
    TicketCommentFactory(ticket=ticket, text="Лист: тайна принтера", internal=True)
    TicketCommentFactory(ticket=ticket, text="Открыто: картридж")

    answer = api(me).get("/api/v1/search/?q=принтер").text + api(me).get("/api/v1/search/?q=картридж").text

    assert "<mark>картридж</mark>" in answer
    assert "тайна" not in answer


def test_internal_comments_do_not_change_the_order_for_others():
    me = UserFactory()
    old = TicketFactory(title="Сбой", description="Принтер", creator=me)
    new = TicketFactory(title="Сбой", description="Принтер", creator=me)
    before = found("принтер", me)

    TicketCommentFactory(ticket=old, text="принтер " * 50, internal=True)

    assert before == [new.pk, old.pk]
    assert found("принтер", me) == before


def test_a_comment_made_internal_by_hand_is_hidden_at_once():
    me = UserFactory()
    ticket = TicketFactory(title="Принтер", creator=me)
    comment = TicketCommentFactory(ticket=ticket, text="Картридж")
    assert found("картридж", me) == [ticket.pk]

    TicketComment.objects.filter(pk=comment.pk).update(internal=True)
    assert found("картридж", me) == []
    assert found("картридж", UserFactory(manager=True)) == [ticket.pk]

    TicketComment.objects.filter(pk=comment.pk).update(internal=False)
    assert found("картридж", me) == [ticket.pk]


@pytest.mark.parametrize("state", ["merged", "deleted"])
@pytest.mark.parametrize("role", Role)
def test_nobody_finds_merged_or_deleted_tickets(role, state):
    me = UserFactory(role=role)
    ticket = TicketFactory(title="Маршрутизатор", creator=me, **{state: True})

    assert found("маршрутизатор", me) == []
    assert ticket.pk not in found(f"TKT-{ticket.pk}", me)


@pytest.mark.parametrize("typed", ["TKT-{}", "#{}", "зая-{}", "{}"])
@pytest.mark.parametrize("role", Role)
def test_the_number_of_a_duplicate_leads_to_the_ticket_that_goes_on(role, typed):
    me = UserFactory(role=role)
    survivor = TicketFactory(in_progress=True, title="Сеть")
    ticket = TicketFactory(merged=True, merged_into=survivor, creator=me)
    TicketFactory(merged=True, merged_into=survivor)

    seen = [hit.id for hit in find(me, typed.format(ticket.pk)).hits if hit.noun == "ticket"]

    assert seen == ([survivor.pk] if role in {Role.MANAGER, Role.ADMIN, Role.AUDITOR} else [])


def test_a_duplicate_of_a_duplicate_leads_there_as_well(client):
    me = UserFactory(manager=True)
    first, second, last = (TicketFactory(title=title) for title in ("Раз", "Два", "Три"))
    merge(first, by=actor_of(me), into=second)
    merge(second, by=actor_of(me), into=last)
    client.force_login(me)

    assert client.get(f"/search/?q=TKT-{first.pk}")["Location"] == last.get_absolute_url()
    assert client.get(first.get_absolute_url())["Location"] == last.get_absolute_url()


@pytest.mark.parametrize("role", Role)
def test_files_of_comments_are_found_by_whom_the_comment_is_for(role):
    me = UserFactory(role=role)
    ticket = TicketFactory(title="Принтер", creator=me)
    by = actor_of(UserFactory(manager=True))
    for name, internal in (("Инструкция.png", False), ("Дефектовка.png", True)):
        with received([upload(name, image(size=(9, 9)))]) as files:
            services.comment(ticket, by=by, text="См. файл", internal=internal, files=files)

    page = find(me, "инструкция")
    assert [hit.id for hit in page.hits] == [ticket.pk]
    assert "<mark>Инструкция</mark>" in page.hits[0].excerpt_html
    assert found("дефектовка", me) == ([ticket.pk] if role in READS_INTERNAL else [])


def test_files_of_comments_move_with_a_merge():
    me = UserFactory(manager=True)
    old, new = TicketFactory(title="Принтер"), TicketFactory(title="Сеть")
    with received([upload("Инструкция.png", image())]) as files:
        services.comment(old, by=actor_of(me), text="См. файл", files=files)

    merge(old, by=actor_of(me), into=new)

    assert found("инструкция", me) == [new.pk]


def test_a_ticket_that_is_merged_takes_its_words_along():
    me = UserFactory(manager=True)
    ticket, other = TicketFactory(title="Маршрутизатор"), TicketFactory(title="Сеть")
    assert found("маршрутизатор", me) == [ticket.pk]

    type(ticket).objects.filter(pk=ticket.pk).update(
        merged_into=other, status="cancelled", cancelled_at=ticket.created_at
    )

    assert found("маршрутизатор", me) == []
    assert found("сеть", me) == [other.pk]
