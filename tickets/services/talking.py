"""What is said about a ticket and put on it."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from attachments import services as attachments
from attachments.models import File
from tickets.models import Ticket, TicketComment, TicketWatcher
from tickets.notifications import COMMENTED, NOTED, RESOLVED, tell_followers, tell_insiders
from tickets.services.moving import finish, respond
from tickets.services.standing import locked_for
from tickets.services.waiting import go_on
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid


@transaction.atomic
def comment(
    ticket: Ticket, *, by: Actor, text: str, internal: bool = False, files: Sequence[File] = ()
) -> TicketComment:
    """Say something, with files if need be.

    An internal word leaves no trace that a plain user could read: the version and the time of the last change stay.
    """
    if internal:
        require(by.user, "ticket.internal", ticket)
    locked_for(ticket, "comment", by=by)
    said = put(TicketComment(ticket=ticket, author=by.user, text=text.strip(), internal=internal), by=by, files=files)
    if internal:
        tell_insiders(NOTED, ticket, by=by, note=said.text)
        return said
    ticket.touch()
    if by.user.pk == ticket.creator_id:
        go_on(ticket, by=by)
    elif answers(by.user):
        respond(ticket, by=by)
    tell_followers(COMMENTED, ticket, by=by, note=said.text)
    return said


@transaction.atomic
def answer(ticket: Ticket, *, by: Actor, text: str, files: Sequence[File] = ()) -> TicketComment:
    """Say what was done and resolve the ticket with it: both or neither, and one notice for the two."""
    locked_for(ticket, "comment", by=by)
    said = put(TicketComment(ticket=ticket, author=by.user, text=text.strip()), by=by, files=files)
    finish(ticket, by=by)
    tell_followers(RESOLVED, ticket, by=by, note=said.text)
    return said


def put(said: TicketComment, *, by: Actor, files: Sequence[File]) -> TicketComment:
    """Save a comment with its files as one event."""
    said.clean_fields(exclude=["ticket", "author"])
    if len(files) > settings.FILES_PER_OBJECT:
        words = _("Here can be %(limit)s files at most.") % {"limit": settings.FILES_PER_OBJECT}
        raise invalid("file", words, "too_many")
    said.save()
    attachments.keep(files, held_by=said, by=by)
    after = {"comment": said.pk} | ({"files": [attachments.told(file) for file in files]} if files else {})
    Event.record(said.ticket, by=by, verb="comment", after=after, note=said.text, internal=said.internal)
    return said


def answers(user: User) -> bool:
    """Say whether the word of this person is an answer of the desk, not a colleague's who only watches."""
    return user.role != User.Role.USER


@transaction.atomic
def attach(ticket: Ticket, *, by: Actor, files: Sequence[File]) -> None:
    """Put received files on the ticket."""
    locked_for(ticket, "attach", by=by)
    attachments.attach(ticket, files, by=by)


@transaction.atomic
def watch(ticket: Ticket, *, by: Actor) -> None:
    """Follow it. Asking twice changes nothing."""
    locked_for(ticket, "watch", by=by)
    _watching, new = TicketWatcher.objects.get_or_create(ticket=ticket, user=by.user)
    if new:
        Event.record(ticket, by=by, verb="watch-ticket")


@transaction.atomic
def unwatch(ticket: Ticket, *, by: Actor) -> None:
    require(by.user, "ticket.watch", ticket)
    if TicketWatcher.objects.filter(ticket=ticket, user=by.user).delete()[0]:
        Event.record(ticket, by=by, verb="unwatch")
