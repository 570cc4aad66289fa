"""What people want to be told, by which channels, and when to be left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from types import EllipsisType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.channels import offered
from notifications.kinds import APP, Kind, kinds_for
from notifications.models import Preference, QuietHours
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid

type Switches = Mapping[str, Mapping[str, bool]]  # kind -> channel -> on or off


@dataclass(frozen=True)
class KindPreference:
    """How one kind of message comes to one person."""

    kind: Kind
    channels: dict[str, bool]


def channel_names() -> list[str]:
    return [APP, *offered()]


def preferences_of(user: Any) -> list[KindPreference]:
    """Return every kind that may reach this person, switched as they wish or else as the kind says."""
    said = {(wish.kind, wish.channel): wish.enabled for wish in Preference.objects.filter(user=user)}
    return [
        KindPreference(kind, {name: switched(kind, name, said) for name in channel_names()}) for kind in kinds_for(user)
    ]


def switched(kind: Kind, channel: str, said: Mapping[tuple[str, str], bool]) -> bool:
    default = channel in kind.ways
    return default if kind.is_fixed else said.get((kind.name, channel), default)


@transaction.atomic
def set_preferences(
    user: Any,
    *,
    by: Actor,
    switches: Switches | None = None,
    anew: bool = False,
    quiet_hours: tuple[time, time] | EllipsisType | None = ...,
) -> None:
    """Switch channels of kinds on or off, and set or (None) end the hours in which only what cannot wait is sent.

    What is not mentioned stays, unless `anew`: then it returns to its default. Raises ValidationError for kinds and
    channels that are not this person's to switch.
    """
    before = shown(user)
    if anew:
        Preference.objects.filter(user=user).delete()
    switch(user, switches or {})
    if quiet_hours is not ...:
        keep_quiet(user, quiet_hours)
    after = shown(user)
    changed = {name for name in after if before[name] != after[name]}
    if changed:
        parts = [{name: state[name] for name in sorted(changed)} for state in (before, after)]
        Event.record(user, by=by, verb="notification-preferences", before=parts[0], after=parts[1])


def switch(user: Any, switches: Switches) -> None:
    wishes = [
        Preference(user=user, kind=kind, channel=channel, enabled=enabled)
        for kind, channels in switches.items()
        for channel, enabled in channels.items()
        if is_a_choice(user, kind, channel, enabled)
    ]
    Preference.objects.bulk_create(
        wishes, update_conflicts=True, unique_fields=["user", "kind", "channel"], update_fields=["enabled"]
    )


def keep_quiet(user: Any, hours: tuple[time, time] | None) -> None:
    if hours is None:
        QuietHours.objects.filter(pk=user.pk).delete()
        return
    quiet = QuietHours(user=user, start=hours[0], end=hours[1])
    quiet.full_clean(validate_unique=False)
    QuietHours.objects.bulk_create(
        [quiet], update_conflicts=True, unique_fields=["user"], update_fields=["start", "end"]
    )


def is_a_choice(user: Any, kind_name: str, channel: str, enabled: bool) -> bool:
    """Say whether there is something to store: what always comes may be repeated, but not switched."""
    kind = next((kind for kind in kinds_for(user) if kind.name == kind_name), None)
    if kind is None or channel not in channel_names():
        raise invalid("kinds", _("There is no such kind of message or channel."), "unknown")
    if kind.is_fixed and enabled != (channel in kind.ways):
        raise invalid("kinds", _("“%(kind)s” always comes.") % {"kind": kind.label}, "fixed")
    return not kind.is_fixed


def shown(user: Any) -> dict[str, Any]:
    """Return all that a person has said or left unsaid, as an event tells it."""
    hours = QuietHours.objects.filter(pk=user.pk).first()
    kinds = {
        wish.kind.name: ", ".join(channel for channel, enabled in wish.channels.items() if enabled)
        for wish in preferences_of(user)
    }
    return {"quiet_hours": str(hours or "")} | kinds
