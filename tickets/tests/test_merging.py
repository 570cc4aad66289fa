"""Duplicates become one: what belongs to them moves over once, and who comes second is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.services import received
from attachments.tests.samples import image, upload
from notifications.models import Notice
from tickets import services
from tickets.desk.merging import merge
from tickets.models import CommentFile, Ticket
from tickets.tests.factories import TicketCommentFactory, TicketFactory
from workflow.models import Conflict, Event, MoveRefused
from workflow.tests.actors import actor_of
from workflow.tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return actor_of(UserFactory(manager=True))


def test_comments_files_and_watchers_move_once(manager):
    old, new = TicketFactory(), TicketFactory(creator=UserFactory(username="first"))
    both, second = UserFactory(username="both"), old.creator
    for ticket in (old, new):
        ticket.watchings.create(user=both)
    old.watchings.create(user=new.creator)
    public, secret = (TicketCommentFactory(ticket=old, internal=internal) for internal in (False, True))
    with received([upload("photo.png", image())]) as files:
        services.attach(old, by=manager, files=files)
    with received([upload("again.png", image())]) as files:
        services.comment(old, by=manager, text="See the photo.", files=files)

    merge(old, by=manager, into=new)

    assert [said.pk for said in new.comments.order_by("pk")][:2] == [public.pk, secret.pk]
    assert new.comments.get(pk=secret.pk).internal
    assert old.comments.count() == old.files.count() == 0
    assert new.files.count() == 1
    assert CommentFile.objects.get().comment.ticket == new
    assert {watching.user for watching in new.watchings.all()} == {both, second}
    assert (old.merged_into, old.status) == (new, "cancelled")


def test_both_timelines_say_what_happened(manager):
    old, new = TicketFactory(), TicketFactory()
    TicketCommentFactory(ticket=old)

    merge(old, by=manager, into=new, note="The same printer.")

    gone, stays = Event.objects.about(old).get(), Event.objects.about(new).get()
    assert (gone.verb, gone.after["merged_into"]["id"], gone.note) == ("merge", new.pk, "The same printer.")
    assert (stays.verb, stays.after["duplicate"], stays.after["comments"]) == ("take-in", old.number, 1)


def test_whoever_asked_is_told_and_sees_the_other_one(manager):
    old, new = TicketFactory(), TicketFactory()

    merge(old, by=manager, into=new)

    assert Notice.objects.get(kind="ticket.merged").recipient == old.creator
    assert Ticket.objects.visible_to(old.creator).filter(pk=new.pk).exists()


def test_a_resolved_duplicate_is_closed(manager):
    old = TicketFactory(resolved=True)

    merge(old, by=manager, into=TicketFactory())

    assert (old.status, old.closed_at is not None) == ("closed", True)


def test_a_duplicate_that_waited_waits_no_more(manager):
    old = TicketFactory(in_progress=True)
    services.wait(old, by=manager)

    merge(old, by=manager, into=TicketFactory())

    assert (old.waiting_since, old.due_at) == (None, None)
    assert old.pauses.get().finish is not None


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_what_is_over_is_no_duplicate_any_more(manager, state):
    with pytest.raises(MoveRefused):
        merge(TicketFactory(**{state: True}), by=manager, into=TicketFactory())


@pytest.mark.parametrize("state", ["merged", "deleted", "cancelled"])
def test_nothing_is_merged_into_what_is_gone(manager, state):
    old, new = TicketFactory(), TicketFactory(**{state: True})
    TicketCommentFactory(ticket=old)

    with pytest.raises(Conflict):
        merge(old, by=manager, into=new)

    assert old.comments.count() == 1
    assert not Event.objects.about(old).exists()


@pytest.mark.parametrize("state", ["merged", "deleted"])
def test_what_is_gone_is_not_merged_again(manager, state):
    with pytest.raises(Conflict):
        merge(TicketFactory(**{state: True}), by=manager, into=TicketFactory())


def test_nothing_is_merged_into_itself(manager):
    ticket = TicketFactory()

    with pytest.raises(Conflict):
        merge(ticket, by=manager, into=Ticket.objects.get(pk=ticket.pk))


def test_technicians_and_creators_merge_nothing():
    ticket = TicketFactory()

    for person in (UserFactory(technician=True), ticket.creator, UserFactory(auditor=True)):
        with pytest.raises(PermissionDenied):
            merge(ticket, by=actor_of(person), into=TicketFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_that_merge_at_once_one_wins():
    by, old = actor_of(UserFactory(manager=True)), TicketFactory()
    targets = [TicketFactory(), TicketFactory()]
    TicketCommentFactory(ticket=old)
    copies = [Ticket.objects.get(pk=old.pk) for _target in targets]

    outcomes = together(
        lambda: merge(copies[0], by=by, into=targets[0]), lambda: merge(copies[1], by=by, into=targets[1])
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
    old.refresh_from_db()
    assert [target.comments.count() for target in targets].count(1) == 1
    assert old.merged_into.comments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_are_merged_into_each_other_do_not_both_vanish():
    by, one, other = actor_of(UserFactory(manager=True)), TicketFactory(), TicketFactory()
    again = Ticket.objects.get(pk=one.pk), Ticket.objects.get(pk=other.pk)

    outcomes = together(lambda: merge(one, by=by, into=other), lambda: merge(again[1], by=by, into=again[0]))

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
    assert Ticket.objects.filter(merged_into=None).count() == 1


def test_the_card_names_the_duplicate_and_the_task_that_grew(page, manager):
    old, new = TicketFactory(), TicketFactory()
    merge(old, by=manager, into=new)
    task = services.make_task(new, by=manager, executor=UserFactory(), deadline=timezone.localdate(), title="A roller")

    text = page(manager.user).get(new.get_absolute_url()).text

    assert f'<div class="vk-sm">{old.number}</div>' in text
    assert f'<div class="vk-sm">{task}</div>' in text


def test_a_deleted_duplicate_is_no_obstacle_and_leads_on(manager):
    first, old, new = TicketFactory(), TicketFactory(), TicketFactory()
    merge(first, by=manager, into=old)
    services.delete(first, by=actor_of(UserFactory(admin=True)), note="Filed twice")

    merge(old, by=manager, into=new)

    assert Ticket._base_manager.get(pk=first.pk).merged_into == new
