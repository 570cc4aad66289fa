"""An allowance as people look at it, on the board and on the card of a case."""

from datetime import datetime, timedelta
from typing import NamedTuple

from suspensions.analytics import wording
from suspensions.analytics.charts import per_cent
from suspensions.analytics.reading import minutes
from suspensions.budgets.reckoning import Allowance

TONES = {"exceeded": "red", "used_up": "red", "warning": "amber", "ok": "grey", "no_limit": "grey"}
SECOND = timedelta(seconds=1)
SCALE = 1.2  # the bar goes to 120 % of the limit


class Bar(NamedTuple):
    """An allowance as a bar from 0 to 120 % of the limit."""

    used: str
    allowed: str
    left: str
    over: str
    percent: int | None
    width: str
    warn: str
    tone: str
    level: str
    breach: datetime | None
    broken: datetime | None
    counts_down: timedelta | None = None


def bar(found: Allowance, at: datetime) -> Bar:
    share = (found.percent or 0) / 100
    left = found.left or 0
    return Bar(
        used=wording.lasting(minutes(found.used)),
        allowed=wording.lasting(minutes(found.allowed)) if found.allowed is not None else "",
        left=wording.lasting(minutes(max(left, 0))),
        over=wording.lasting(minutes(-left)) if left < 0 else "",
        percent=found.percent_shown,
        width=per_cent(min(share, SCALE) / SCALE),
        warn=per_cent(found.warn / 100 / SCALE),
        tone=TONES[found.level],
        level=found.level,
        breach=found.breach,
        broken=found.broken_at,
        counts_down=counted_down(found, at),
    )


def counted_down(found: Allowance, at: datetime) -> timedelta | None:
    """Return what is left where every second from now on takes one of it: not across hours that do not count."""
    if found.breach is None or found.left is None:
        return None
    left = timedelta(microseconds=found.left)
    return left if abs(found.breach - at - left) < SECOND else None
