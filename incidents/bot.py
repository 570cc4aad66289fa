"""Incidents by Telegram: words, photos and forwarded messages become incidents, buttons bring them on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import services
from incidents.chat import CARD, clock, may_take_back, standing
from incidents.models import DESCRIPTION_LIMIT, Incident
from notifications import cards
from notifications.dispatch import (
    Call,
    Command,
    add_command,
    answer_buttons,
    answer_replies,
    ask,
    complete_albums,
    hear,
    on_question,
)

PAUSES = {30: gettext_lazy("30 min"), 60: gettext_lazy("1 h"), 240: gettext_lazy("4 h"), 720: gettext_lazy("12 h")}
REASONS = {
    "known": gettext_lazy("Known, is being worked on"),
    "waits": gettext_lazy("Waits for somebody outside"),
    "planned": gettext_lazy("Planned work"),
}


def report(call: Call) -> None:
    """Open an incident of what was written, quoted, forwarded or photographed."""
    words = said(call)
    if not words and not call.enclosures:
        ask(call, "incident")
        call.answer(_("What is broken?"), _("What happened, where, since when"), ask=True)
        return
    incident = services.report(by=call.by, description=words or nameless(call), files=call.files)
    call.became(incident)
    call.answer(_("Registered: %(incident)s") % {"incident": incident}, about=incident)


def enclose(call: Call, incident: Model) -> None:
    """A further picture of its album."""
    assert isinstance(incident, Incident)  # noqa: S101 - registered for this model
    services.attach(incident, by=call.by, files=call.files)


def said(call: Call) -> str:
    """Return the words of a report: those behind the command, else the message; what is quoted stands below."""
    own = call.args if call.command else call.text
    origin = _("Forwarded from %(name)s") % {"name": call.forwarded_from} if call.forwarded_from else ""
    quoted = call.quoted if call.command else ""
    words = "\n\n".join(filter(None, [own, quoted, origin if own or quoted else ""]))
    if len(words) > DESCRIPTION_LIMIT:
        cut = _("(cut: Telegram has the whole)")
        return f"{words[: DESCRIPTION_LIMIT - len(cut) - 2]}… {cut}"
    return words


def nameless(call: Call) -> str:
    name = call.forwarded_from or call.sender.name
    return _("Photo or document from %(name)s, without words") % {"name": name}


def answer_question(call: Call, data: Mapping[str, Any]) -> None:
    report(call)


def comment(call: Call, incident: Model) -> None:
    """A reply to a message about an incident is a comment on it."""
    assert isinstance(incident, Incident)  # noqa: S101 - registered for this model
    if call.files:
        services.attach(incident, by=call.by, files=call.files)
    if call.text:
        services.comment(incident, by=call.by, text=call.text)
    call.became(incident)
    call.answer(_("Added to %(incident)s") % {"incident": incident.number})


def press(call: Call, verb: str, more: list[str]) -> None:
    """Do what a button says; who may is for the policy to judge."""
    number = more[0] if more else ""
    found = Incident.objects.visible_to(call.person).for_card()
    incident = found.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    run = PRESSES.get(verb)
    if incident is None or run is None:
        call.toast = _("This button is out of date.")
        return
    run(call, incident, more[1:])
    call.became(incident)


def take(call: Call, incident: Incident, more: list[str]) -> None:
    services.take(incident, by=call.by)
    call.toast = _("%(number)s is yours") % {"number": incident.number}


def resolve(call: Call, incident: Incident, more: list[str]) -> None:
    services.resolve(incident, by=call.by)
    call.toast = _("%(number)s is resolved") % {"number": incident.number}


def reopen(call: Call, incident: Incident, more: list[str]) -> None:
    services.reopen(incident, by=call.by)
    call.toast = _("%(number)s is in progress again") % {"number": incident.number}


def dismiss(call: Call, incident: Incident, more: list[str]) -> None:
    """Close what was no incident; the button may be older than somebody's work on it."""
    if not may_take_back(incident.locked(), call.person):
        now = {"number": incident.number, "standing": standing(incident)}
        call.toast = _("%(number)s: %(standing)s. This button is out of date.") % now
        return
    services.close(incident, by=call.by, note=_("Not an incident"))
    call.toast = _("%(number)s is closed.") % {"number": incident.number}


def snooze(call: Call, incident: Incident, more: list[str]) -> None:
    """First for how long, then why: the reason is a button too, or a word in reply."""
    services.require_snooze(incident, by=call.by)
    rows = [[(str(words), f"incident:pause:{incident.pk}:{minutes}") for minutes, words in PAUSES.items()]]
    call.answer(_("For how long may %(number)s wait?") % {"number": incident.number}, buttons=rows)


def pause(call: Call, incident: Incident, more: list[str]) -> None:
    services.require_snooze(incident, by=call.by)
    minutes = minutes_of(more)
    rows = [[(words, f"incident:why:{incident.pk}:{minutes}:{name}")] for name, words in as_words(REASONS)]
    ask(call, "snooze", incident=incident.pk, minutes=minutes)
    call.answer(_("Why can %(number)s wait?") % {"number": incident.number}, _("Or write it."), buttons=rows)


def why(call: Call, incident: Incident, more: list[str]) -> None:
    reason = REASONS.get(more[1] if len(more) > 1 else "", REASONS["known"])
    put_off(call, incident, minutes_of(more), str(reason))


def answer_why(call: Call, data: Mapping[str, Any]) -> None:
    incident = Incident.objects.visible_to(call.person).get(pk=data["incident"])
    put_off(call, incident, data["minutes"], call.text)
    call.became(incident)


def put_off(call: Call, incident: Incident, minutes: int, reason: str) -> None:
    until = timezone.now() + timedelta(minutes=minutes)
    services.snooze(incident, by=call.by, until=until, note=reason)
    words = _("%(number)s waits until %(time)s") % {"number": incident.number, "time": clock(until)}
    if call.callback_id:
        call.toast = words
    else:
        call.answer(words)


def minutes_of(more: list[str]) -> int:
    given = more[0] if more else ""
    return int(given) if given.isascii() and given.isdigit() and int(given) in PAUSES else min(PAUSES)


def as_words(reasons: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(words)) for name, words in reasons.items()]


PRESSES = {
    "take": take,
    "resolve": resolve,
    "reopen": reopen,
    "dismiss": dismiss,
    "snooze": snooze,
    "pause": pause,
    "why": why,
}


def begin() -> None:
    """Let the bot know what incidents answer, and how they look in a chat."""
    cards.register(Incident, CARD)
    add_command(Command("incident", gettext_lazy("report an incident"), report, order=10))
    hear(plain=report, stranger=report)
    answer_buttons("incident", press)
    answer_replies(Incident, comment)
    complete_albums(Incident, enclose)
    on_question("incident", answer_question)
    on_question("snooze", answer_why)
