"""Downtime by Telegram: a reply to a message about a case is a comment on it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _

from notifications import cards
from notifications.cards import Buttons, Card, Shown
from notifications.dispatch import Call, answer_replies, complete_albums
from suspensions import services
from suspensions.models import Suspension


def shown(suspension: Suspension) -> Shown:
    return Shown(str(suspension), suspension.get_status_display(), suspension.get_absolute_url())


def no_buttons(suspension: Suspension, reader: object) -> Buttons:
    return []


CARD = Card(shown, no_buttons)


def comment(call: Call, suspension: Model) -> None:
    seen = seen_by(call, suspension)
    enclose(call, seen)
    if call.text:
        services.comment(seen, by=call.by, text=call.text)
    call.became(seen)
    call.answer(_("Added to %(incident)s") % {"incident": seen})


def enclose(call: Call, suspension: Model) -> None:
    if call.files:
        services.attach(seen_by(call, suspension), by=call.by, files=call.files)


def seen_by(call: Call, suspension: Model) -> Suspension:
    """Raises PermissionDenied where the sender may not see it."""
    seen = Suspension.objects.visible_to(call.person).filter(pk=suspension.pk).first() if call.person else None
    if seen is None:
        raise PermissionDenied
    return seen


def begin() -> None:
    """Let the bot know what downtime answers."""
    cards.register(Suspension, CARD)
    answer_replies(Suspension, comment)
    complete_albums(Suspension, enclose)
