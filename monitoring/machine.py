"""What a group of targets makes of its samples: (state, results, now) -> (state, effects). Pure; it asks nobody.

An outage is the half-open interval [first failed round, first good round), known once `open_after` rounds in a row
failed and ended once `close_after` in a row were good. Silence is time in which no round gave evidence. A silence
longer than `join` hides what happened in it: no part of it is claimed as downtime, whatever was found before and after.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Result:
    """What one target answered; those with the same `key` are one. `ok` is None where the probe itself was at fault."""

    key: str
    ok: bool | None


@dataclass(frozen=True)
class Rules:
    """When a group counts as down. `quorum` None means: both of two, else a majority."""

    open_after: int = 3
    close_after: int = 2
    quorum: int | None = None
    silence: timedelta = timedelta(minutes=1)  # longer between two rounds: the probe did not run
    join: timedelta = timedelta(minutes=5)  # what failed again so soon is the same outage


@dataclass(frozen=True)
class State:
    """What must be remembered from round to round."""

    is_down: bool = False
    failures: int = 0
    passes: int = 0
    failing_since: datetime | None = None  # the first failed round of the row at hand
    good_since: datetime | None = None  # the end of the outage, if good rounds last; its last failed round: unseen
    last_at: datetime | None = None  # the last round that gave evidence
    last_failed_at: datetime | None = None
    closed_at: datetime | None = None  # the end of the last outage


@dataclass(frozen=True)
class Opened:
    """The group went down at `at`."""

    at: datetime


@dataclass(frozen=True)
class Resumed:
    """It went down again at `at`, so soon that it is the same outage; the good time between is not part of it."""

    at: datetime


@dataclass(frozen=True)
class Interrupted:
    """It was seen down until `since` and again from `at` on; the time between nobody measured."""

    since: datetime
    at: datetime


@dataclass(frozen=True)
class Closed:
    """It came up at `at`."""

    at: datetime


type Effect = Opened | Resumed | Interrupted | Closed


def step(
    state: State, results: Iterable[Result], now: datetime, rules: Rules, *, planned: bool = False
) -> tuple[State, tuple[Effect, ...]]:
    """Take one round of samples, begun at `now`. `planned`: within a maintenance window no outage begins.

    A round that is not newer than the last one changes nothing, so the same round twice counts once; a round long
    before the last one means that the clock was set back.
    """
    good = verdict(results, rules.quorum)
    if good is None:
        return state, ()
    state, unseen_since = after_silence(state, now, rules)
    if state.last_at and now <= state.last_at:
        return state, ()
    if good:
        return passed(state, now, rules, unseen_since)
    return failed(state, now, rules, planned, unseen_since)


def is_over(state: State, now: datetime, rules: Rules) -> bool:
    """Whether the last outage stays ended: nothing that fails from `now` on, or fails already, would be the same."""
    if state.is_down:
        return False
    seen = state.last_at is not None and now - state.last_at <= rules.silence
    since = state.failing_since if seen and state.failing_since else now
    return state.closed_at is None or since - state.closed_at > rules.join


def verdict(results: Iterable[Result], quorum: int | None = None) -> bool | None:
    """Return False when a quorum of independent targets fails, True when none can come together, else None: unknown.

    Targets with the same key are one: one that answered speaks for all of them.
    """
    answers: dict[str, set[bool | None]] = {}
    for result in results:
        answers.setdefault(result.key, set()).add(result.ok)
    needed = quorum_of(len(answers), quorum)
    good = sum(True in said for said in answers.values())
    bad = sum(True not in said and False in said for said in answers.values())
    if answers and bad >= needed:
        return False
    return True if answers and good > len(answers) - needed else None


def quorum_of(targets: int, wanted: int | None = None) -> int:
    """Return how many of so many targets must fail: as wanted if possible, else all of two or a majority."""
    usual = targets if targets <= 2 else targets // 2 + 1
    return max(1, min(wanted or usual, targets))


def after_silence(state: State, now: datetime, rules: Rules) -> tuple[State, datetime | None]:
    """Forget rows of rounds that silence or a changed clock interrupted.

    Also return the last failed round of an outage after which a silence longer than `join` came: time that nobody
    measured is not claimed as downtime. A shorter silence belongs to the outage, like that between two rounds.
    """
    unseen_since = state.last_failed_at if is_unseen(state) else None
    if not state.last_at or timedelta() <= now - state.last_at <= rules.silence:
        return state, unseen_since
    if timedelta() < state.last_at - now <= rules.silence:
        return state, unseen_since  # a slow round that was overtaken
    fresh = replace(state, failures=0, passes=0, failing_since=None, good_since=None)
    if now < state.last_at:
        return replace(fresh, last_at=None, last_failed_at=None, closed_at=None), None
    hidden = state.is_down and now - state.last_at > rules.join
    return fresh, state.last_failed_at if hidden else unseen_since


def is_unseen(state: State) -> bool:
    """Whether a long silence lies between the last failed round of the outage and the good rounds at hand."""
    return bool(state.good_since and state.last_failed_at and state.good_since <= state.last_failed_at)


def passed(
    state: State, now: datetime, rules: Rules, unseen_since: datetime | None
) -> tuple[State, tuple[Effect, ...]]:
    state = replace(state, failures=0, failing_since=None, last_at=now)
    if not state.is_down:
        return state, ()
    since = unseen_since or state.good_since or now
    state = replace(state, passes=state.passes + 1, good_since=since)
    if state.passes < rules.close_after:
        return state, ()
    return replace(state, is_down=False, passes=0, good_since=None, closed_at=since), (Closed(since),)


def failed(
    state: State, now: datetime, rules: Rules, planned: bool, unseen_since: datetime | None
) -> tuple[State, tuple[Effect, ...]]:
    state = replace(state, passes=0, good_since=None, last_at=now, last_failed_at=now)
    if state.is_down:
        return state, (Interrupted(unseen_since, now),) if unseen_since else ()
    if planned:
        return replace(state, failures=0, failing_since=None), ()
    since = state.failing_since or now
    state = replace(state, failures=state.failures + 1, failing_since=since)
    if state.failures < rules.open_after:
        return state, ()
    soon = state.closed_at is not None and since - state.closed_at <= rules.join
    return replace(state, is_down=True, failures=0, failing_since=None), (Resumed(since) if soon else Opened(since),)
