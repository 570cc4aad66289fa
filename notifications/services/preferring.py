"""What people want to be told, by which channels, and when to be left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.channels import CHANNELS
from notifications.kinds import APP, Kind, kinds_for
from notifications.models import Preference, QuietHours
from workflow.actor import Actor
from workflow.models import Event

type Switches = Mapping[str, Mapping[str, bool]]  # kind -> channel -> on or off


@dataclass(frozen=True)
class KindPreference:
    """How one kind of message comes to one person."""

    kind: Kind
    channels: dict[str, bool]


def channel_names() -> list[str]:
    return [APP, *CHANNELS]


def preferences_of(user: Any) -> list[KindPreference]:
    """Return every kind that may reach this person, switched as they wish or else as the kind says."""
    said = {(wish.kind, wish.channel): wish.enabled for wish in Preference.objects.filter(user=user)}
    return [
        KindPreference(kind, {name: switched(kind, name, said) for name in channel_names()}) for kind in kinds_for(user)
    ]


def switched(kind: Kind, channel: str, said: Mapping[tuple[str, str], bool]) -> bool:
    default = channel in kind.channels
    return default if kind.is_fixed else said.get((kind.name, channel), default)


@transaction.atomic
def set_preferences(user: Any, switches: Switches, *, by: Actor, anew: bool = False) -> None:
    """Switch channels of kinds on or off; `anew` returns all that is not named to its default.

    Raises ValidationError for kinds and channels that are not this person's to switch.
    """
    before = shown(preferences_of(user))
    wishes = [
        Preference(user=user, kind=kind, channel=channel, enabled=enabled)
        for kind, channels in switches.items()
        for channel, enabled in channels.items()
        if is_a_choice(user, kind, channel, enabled)
    ]
    if anew:
        Preference.objects.filter(user=user).delete()
    Preference.objects.bulk_create(
        wishes, update_conflicts=True, unique_fields=["user", "kind", "channel"], update_fields=["enabled"]
    )
    record(user, by, before, shown(preferences_of(user)))


@transaction.atomic
def set_quiet_hours(user: Any, hours: tuple[time, time] | None, *, by: Actor) -> None:
    """Set or, with None, end the daily hours in which only critical messages are sent."""
    before = QuietHours.objects.filter(pk=user.pk).first()
    after = None
    if hours is None:
        QuietHours.objects.filter(pk=user.pk).delete()
    else:
        after = QuietHours(user=user, start=hours[0], end=hours[1])
        after.full_clean(validate_unique=False)
        QuietHours.objects.bulk_create(
            [after], update_conflicts=True, unique_fields=["user"], update_fields=["start", "end"]
        )
    record(user, by, {"quiet_hours": str(before or "")}, {"quiet_hours": str(after or "")})


def is_a_choice(user: Any, kind_name: str, channel: str, enabled: bool) -> bool:
    """Say whether there is something to store: what always comes may be repeated, but not switched."""
    kind = next((kind for kind in kinds_for(user) if kind.name == kind_name), None)
    if kind is None or channel not in channel_names():
        raise ValidationError({"kinds": _("There is no such kind of message or channel.")}, code="unknown")
    if kind.is_fixed and enabled != (channel in kind.channels):
        raise ValidationError({"kinds": _("“%(kind)s” always comes.") % {"kind": kind.label}}, code="fixed")
    return not kind.is_fixed


def shown(preferences: list[KindPreference]) -> dict[str, dict[str, bool]]:
    return {preference.kind.name: preference.channels for preference in preferences}


def record(user: Any, by: Actor, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = {name for name in after if before[name] != after[name]}
    if changed:
        Event.record(
            user,
            by=by,
            verb="notification-preferences",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
