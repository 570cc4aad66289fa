"""Duplicates become one ticket: what was said, sent and watched moves over, and the old number leads to the new."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import require
from tickets.models import Ticket, TicketComment, TicketFile, TicketWatcher
from tickets.notifications import MERGED, tell_followers
from tickets.services.waiting import end_pause
from tickets.sla.keeping import keep
from workflow.actor import Actor
from workflow.models import Conflict, Event

Status = Ticket.Status


@transaction.atomic
def merge(ticket: Ticket, *, by: Actor, into: Ticket, note: str = "") -> None:
    """Close `ticket` as a duplicate of `into`. Of two that merge at once one wins. Raises Conflict."""
    require(by.user, "ticket.merge", ticket)
    require(by.user, "ticket.merge", into)
    if ticket.pk == into.pk:
        raise Conflict(ticket, _("A ticket cannot be merged into itself."))
    pair = Ticket._base_manager.filter(pk__in=[ticket.pk, into.pk]).select_for_update(of=("self",)).order_by("pk")
    rows = {row.pk: row for row in pair}
    old, new = rows[ticket.pk], rows[into.pk]
    expect_mergeable(old)
    expect_mergeable(new)
    if new.status == Status.CANCELLED:
        raise Conflict(ticket, _("%(number)s is cancelled: nothing is merged into it.") % {"number": new.number})
    moved = move_parts(old, new)
    earlier = Ticket._base_manager.filter(merged_into=old)
    for duplicate in earlier.filter(deleted_at=None).order_by("pk"):
        duplicate.change(verb="merge", by=by, merged_into=new)
    earlier.update(merged_into=new)  # deleted ones lead on too, should they be restored
    finish(old, by=by, note=note, into=new)
    Event.record(new, by=by, verb="take-in", after={"duplicate": old.number, **moved}, note=note)
    new.touch()
    tell_followers(MERGED, old, by=by, note=new.number)
    ticket.refresh_from_db()
    into.refresh_from_db()


def finish(old: Ticket, *, by: Actor, note: str, into: Ticket) -> None:
    """End the duplicate: closed where it was resolved, else cancelled. Raises MoveRefused when it was over before."""
    if old.status == Status.RESOLVED:
        old.move(Status.CLOSED, verb="merge", by=by, note=note, closed_at=Now(), merged_into=into)
    else:
        end_pause(old)
        ended = {"cancelled_at": Now(), "waiting_since": None}
        old.move(Status.CANCELLED, verb="merge", by=by, note=note, merged_into=into, **ended)
    keep(old)


def expect_mergeable(ticket: Ticket) -> None:
    """Raise Conflict for what is deleted or a duplicate already."""
    ticket.expect_present()
    if ticket.merged_into_id:
        raise Conflict(ticket, _("%(number)s was merged already.") % {"number": ticket.number})


def move_parts(old: Ticket, new: Ticket) -> dict[str, int]:
    """Move comments, files and watchers and say how many; who asked for the old one watches the new one."""
    comments = TicketComment.objects.filter(ticket=old).update(ticket=new)
    there = TicketFile.objects.filter(ticket=new).values("file")
    files = TicketFile.objects.filter(ticket=old).exclude(file__in=there).update(ticket=new)
    people = {*old.watchings.values_list("user", flat=True), old.creator_id} - {new.creator_id}
    watchers = TicketWatcher.objects.bulk_create(
        [TicketWatcher(ticket=new, user_id=person) for person in sorted(people)], ignore_conflicts=True
    )
    return {"comments": comments, "files": files, "watchers": len(watchers)}
