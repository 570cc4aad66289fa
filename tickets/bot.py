"""Tickets by Telegram: filed by /ticket, with a photo if need be; comments go both ways, internal ones as such."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.cards import Buttons, Card, Shown
from notifications.dispatch import Call, Command, add_command, answer_replies, ask, complete_albums, on_question
from tickets import services
from tickets.models import Ticket
from tickets.notifications import NOTED

TITLE_LIMIT = 200


def shown(ticket: Ticket) -> Shown:
    return Shown(str(ticket), ticket.get_status_display(), ticket.get_absolute_url())


def no_buttons(ticket: Ticket, reader: Any) -> Buttons:
    return []


CARD = Card(shown, no_buttons)


def file(call: Call) -> None:
    """The first line is the title, all of it the description."""
    words = "\n\n".join(filter(None, [call.args if call.command else call.text, call.quoted if call.command else ""]))
    if not words and call.enclosures:
        words = _("Photo or document from %(name)s, without words") % {"name": call.sender.name}
    if not words:
        ask(call, "ticket")
        call.answer(_("What should the technicians do?"), ask=True)
        return
    title = words.splitlines()[0].strip()
    title = title if len(title) <= TITLE_LIMIT else f"{title[: TITLE_LIMIT - 1]}…"
    ticket = services.create(by=call.by, title=title, description=words, files=call.files)
    call.became(ticket)
    call.answer(_("Filed: %(ticket)s") % {"ticket": ticket}, _("Reply to this message to add a comment."), about=ticket)


def answer_question(call: Call, data: Mapping[str, Any]) -> None:
    file(call)


def enclose(call: Call, ticket: Model) -> None:
    """A further picture of its album."""
    seen = seen_by(call, ticket)
    if is_internal(call):
        services.comment(seen, by=call.by, text=_("Photo or document"), internal=True, files=call.files)
    else:
        services.attach(seen, by=call.by, files=call.files)


def comment(call: Call, ticket: Model) -> None:
    """A reply to a message about a ticket is a comment on it: internal where an internal word is answered."""
    seen, internal = seen_by(call, ticket), is_internal(call)
    words = call.text or _("Photo or document")
    services.comment(seen, by=call.by, text=words, internal=internal, files=call.files)
    call.became(seen)
    title = _("Added to %(incident)s, for colleagues only") if internal else _("Added to %(incident)s")
    call.answer(title % {"incident": seen.number})


def is_internal(call: Call) -> bool:
    return call.replied_kind == NOTED.name


def seen_by(call: Call, ticket: Model) -> Ticket:
    """Raises PermissionDenied where the sender may not see it."""
    seen = Ticket.objects.visible_to(call.person).filter(pk=ticket.pk).first() if call.person else None
    if seen is None:
        raise PermissionDenied
    return seen


def begin() -> None:
    """Let the bot know what tickets answer."""
    add_command(Command("ticket", gettext_lazy("ask the technicians"), file, order=15))
    answer_replies(Ticket, comment)
    complete_albums(Ticket, enclose)
    on_question("ticket", answer_question)
