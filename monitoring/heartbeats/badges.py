"""A heartbeat as a small picture for pages of others: whoever knows its signed address sees name and state."""

from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from monitoring.models import Heartbeat

FILLS = {"up": "#1a7f37", "late": "#9a6700", "down": "#c4262e", "nodata": "#57606a", "paused": "#57606a"}
LETTER, MARGIN = 7, 10  # pixels of a letter at 11 px, and beside words


class Badge(NamedTuple):
    """Two boxes with words, in pixels."""

    name: str
    state: str
    fill: str
    left: int
    right: int

    @property
    def width(self) -> int:
        return self.left + self.right

    @property
    def name_at(self) -> int:
        return self.left // 2

    @property
    def state_at(self) -> int:
        return self.left + self.right // 2


def address_of(heartbeat: Heartbeat) -> str:
    """Return where the picture is seen without signing in: on another page no browser sends a session along."""
    return reverse("heartbeats:public-badge", args=[signer().sign(str(heartbeat.pk))])


def meant_by(signed: str) -> Heartbeat | None:
    """Return the heartbeat whose picture this is, None for an address that was not made here."""
    try:
        return Heartbeat.objects.present().filter(pk=int(signer().unsign(signed))).first()
    except (BadSignature, ValueError):
        return None


def signer() -> Signer:
    return Signer(salt="heartbeat-badge")


def badge(heartbeat: Heartbeat) -> Badge:
    name, state = heartbeat.name[:40], heartbeat.get_standing_display()
    widths = [LETTER * len(words) + 2 * MARGIN for words in (name, state)]
    return Badge(name, state, FILLS[heartbeat.standing], *widths)
