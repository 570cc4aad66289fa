"""How the timeline says what happened: a verb's words, its icon and its tone. Upper apps register their own verbs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class Wording(NamedTuple):
    """`text` follows the actor's name; `icon` is a symbol of icons.svg; `tone` one of the design's tones."""

    text: Any
    icon: str
    tone: str = ""


VERBS: dict[str, Wording] = {
    "report": Wording(_("reported it"), "incident", "amber"),
    "take": Wording(_("took it"), "st-progress", "blue"),
    "release": Wording(_("gave it back"), "undo", "amber"),
    "resolve": Wording(_("resolved it"), "st-resolved", "green"),
    "close": Wording(_("closed it"), "st-closed", "grey"),
    "reopen": Wording(_("took it up again"), "repeat", "blue"),
    "assign": Wording(_("handed it over"), "user"),
    "severity": Wording(_("changed the severity"), "sev-medium"),
    "edit": Wording(_("changed it"), "edit"),
    "snooze": Wording(_("put it off"), "snooze"),
    "wake": Wording(_("ended the pause"), "bell"),
    "comment": Wording(_("wrote"), "comment"),
    "watch": Wording(_("said “me too”"), "eye"),
    "unwatch": Wording(_("stopped watching"), "eye"),
    "delete": Wording(_("deleted it"), "close", "red"),
    "undelete": Wording(_("restored it"), "undo"),
    "export": Wording(_("exported"), "download", "violet"),
    "change-password": Wording(_("changed the password"), "key"),
}
CHANNEL_ICONS = {
    "page": "web",
    "api": "api",
    "admin": "settings",
    "telegram": "send",
    "job": "system",
    "probe": "probe",
    "intake": "pulse",
    "command": "system",
}


def register(verbs: Mapping[str, Wording]) -> None:
    """Add how an app words its verbs. Raises ImproperlyConfigured where another app words one of them otherwise."""
    for verb, words in verbs.items():
        if VERBS.setdefault(verb, words) != words:
            raise ImproperlyConfigured(f"The timeline has other words for “{verb}” already.")


def wording(verb: str) -> Wording:
    return VERBS.get(verb) or Wording(verb, "info")
