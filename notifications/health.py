"""How the ways out of the house are doing, for those who look after them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from notifications.channels import offered
from notifications.models import ChannelHealth, Delivery

State = Delivery.State


@dataclass(frozen=True)
class ChannelState:
    """One channel: why it cannot be used at all, or since when it is down, and what waits or was given up."""

    name: str
    label: str
    problem: str
    health: ChannelHealth
    waiting: int
    dead: int

    @property
    def works(self) -> bool:
        return not self.problem and self.health.down_since is None

    @property
    def error(self) -> str:
        return self.problem or self.health.error


def channel_states() -> list[ChannelState]:
    """Two queries, however many channels there are."""
    known = ChannelHealth.objects.in_bulk()
    waiting = Count("pk", filter=Q(state__in=[State.PENDING, State.FAILED]))
    rows = Delivery.objects.exclude(state=State.SENT).order_by().values("channel")
    counts: dict[str, dict[str, Any]] = {
        row["channel"]: row for row in rows.annotate(waiting=waiting, dead=Count("pk", filter=Q(state=State.DEAD)))
    }
    return [
        ChannelState(
            name=name,
            label=str(make.label),
            problem=make().problem(),
            health=known.get(name) or ChannelHealth(channel=name),
            waiting=counts.get(name, {}).get("waiting", 0),
            dead=counts.get(name, {}).get("dead", 0),
        )
        for name, make in offered().items()
    ]
