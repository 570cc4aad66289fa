"""Tickets by Telegram: filed by /ticket, with a photo if need be; comments go both ways, internal ones as such.

Buttons bring them on: the technician accepts and resolves, the creator says whether it helped and how content they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import may
from accounts.policy import require
from incidents.chat import Instead, offer_instead
from incidents.models import Incident
from notifications.dispatch import (
    Call,
    Command,
    add_command,
    answer_buttons,
    answer_replies,
    ask,
    complete_albums,
    on_question,
)
from tickets import services
from tickets.chat import MARKS, offered, standing
from tickets.desk.rating import rate as rate_ticket
from tickets.models import Ticket
from tickets.notifications import NOTED

TITLE_LIMIT = 200


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


def press(call: Call, verb: str, more: list[str]) -> None:
    """Do what a button says, if the card still offers it: an older message may show what is over."""
    ticket, run = found(Ticket.objects.visible_to(call.person), more), PRESSES.get(verb)
    if ticket is None or run is None:
        call.toast = _("This button is out of date.")
        return
    row = ticket.locked()
    require(call.person, f"ticket.{verb}", row)
    if verb in offered(row, call.person):
        run(call, row, more[1:])
        call.became(row)
    else:
        now = {"number": row.number, "standing": standing(row)}
        call.toast = _("%(number)s: %(standing)s. This button is out of date.") % now


def found[Noun: Model](rows: QuerySet[Noun], more: list[str]) -> Noun | None:
    """Return the one whose number stands behind the verb."""
    number = more[0] if more else ""
    return rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None


def accept(call: Call, ticket: Ticket, more: list[str]) -> None:
    services.accept(ticket, by=call.by)
    call.toast = _("%(number)s is yours") % {"number": ticket.number}


def resolve(call: Call, ticket: Ticket, more: list[str]) -> None:
    services.resolve(ticket, by=call.by)
    call.toast = _("%(number)s is resolved") % {"number": ticket.number}


def close(call: Call, ticket: Ticket, more: list[str]) -> None:
    services.close(ticket, by=call.by)
    call.toast = _("%(number)s is closed.") % {"number": ticket.number}


def rate(call: Call, ticket: Ticket, more: list[str]) -> None:
    mark = next((mark for mark in MARKS if more == [str(mark)]), None)
    if mark is None:
        call.toast = _("A mark goes from 1 to 5.")
        return
    rate_ticket(ticket, by=call.by, satisfaction=mark)
    call.toast = _("Thank you: noted.")


def reopen(call: Call, ticket: Ticket, more: list[str]) -> None:
    """Ask for the reason first; who answers later than that comments."""
    ask(call, "ticket-reopen", ticket=ticket.pk)
    title = _("What is still wrong with %(number)s?") % {"number": ticket.number}
    call.answer(title, _("Write it: the ticket opens again with your words."), about=ticket, buttons=[])


def answer_reopen(call: Call, data: Mapping[str, Any]) -> None:
    ticket = seen_by(call, Ticket(pk=data["ticket"]))
    services.reopen(ticket, by=call.by, note=call.text or _("Photo or document"))
    if call.files:
        services.attach(ticket, by=call.by, files=call.files)
    call.became(ticket)
    call.answer(_("%(number)s is open again.") % {"number": ticket.number})


def press_instead(call: Call, verb: str, more: list[str]) -> None:
    """What came as an incident was a request: file it."""
    incident = found(Incident.objects.visible_to(call.person), more)
    if incident is None or verb != "file":
        call.toast = _("This button is out of date.")
        return
    ticket = services.replace_incident(incident, by=call.by)
    call.became(ticket)
    call.toast = _("Filed: %(ticket)s") % {"ticket": ticket}
    call.answer(call.toast, _("Reply to this message to add a comment."), about=ticket)


PRESSES: dict[str, Callable[[Call, Ticket, list[str]], None]] = {
    "accept": accept,
    "resolve": resolve,
    "close": close,
    "reopen": reopen,
    "rate": rate,
}


def begin() -> None:
    """Let the bot know what tickets answer."""
    add_command(Command("ticket", gettext_lazy("ask the technicians"), file, order=15))
    answer_replies(Ticket, comment)
    complete_albums(Ticket, enclose)
    on_question("ticket", answer_question)
    on_question("ticket-reopen", answer_reopen)
    answer_buttons("ticket", press)
    answer_buttons("ticket-instead", press_instead)
    offer_instead(Instead(gettext_lazy("It is a ticket"), "ticket-instead:file", may("ticket.create")))
