"""The rounds of the probe: who makes one, what was seen, and what the state machine made of it.

A round is claimed by a compare-and-set UPDATE, looked at without any lock, and recorded under the lock of the group's
row: any number of beats and workers at once change nothing, and a killed one costs a round.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.policy import require
from monitoring.causes import Cause
from monitoring.checks import Answer, Wanted, look_at
from monitoring.machine import Result, step
from monitoring.models import Minute, Target, TargetGroup, Watch
from monitoring.models.group import ROUND
from monitoring.services import outages
from monitoring.targets import HTTP
from workflow.actor import Actor
from workflow.models import Conflict, Event

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """A claimed round: nobody else looks at these targets until it is recorded."""

    group: TargetGroup
    targets: list[Target]
    at: datetime
    counts: bool = True  # a look out of turn tells how the targets are, and is no evidence of a lasting outage

    def wanted(self) -> list[Wanted]:
        return [Wanted(target.kind, target.address, target.expect) for target in self.targets]


def probe_due(*, at: datetime) -> timedelta | None:
    """Make every round that is due at `at`; return how long until the next one of a group with an interval of its own.

    That is None where the regular tick is soon enough for all.
    """
    groups = list(TargetGroup.objects.watched().select_related("watch").prefetch_related("targets"))
    due = [group for group in groups if group.watch.is_due(at, group.interval)]
    rounds = [made for group in due if (made := claim(group, at))]
    if rounds:
        make(rounds)
    outages.tell_recoveries(at=at)
    tick = timedelta(seconds=settings.SLEEP_TEST_CONNECTION)
    return min((group.interval for group in groups if group.interval < tick), default=None)


def check(group: TargetGroup, *, by: Actor) -> None:
    """Look now; it counts as a round where one is due. Raises Conflict while one is being made."""
    require(by.user, "probe.check", group)
    group.expect_present()
    made = claim(group, timezone.now(), early=True)
    if made is None:
        raise Conflict(group, _("It is being checked this moment. Look again in a few seconds."))
    make([made])
    seen = {target.address: answer_words(target) for target in group.targets.all()}
    Event.record(group, by=by, verb="probe-check", after={"seen": seen})


def answer_words(target: Target) -> str:
    return "ok" if target.last_ok else target.last_error


def claim(group: TargetGroup, at: datetime, *, early: bool = False) -> Round | None:
    """Take the next round of a group; None where somebody else makes it, or has made it meanwhile.

    An `early` one may come before it is due: then it counts for nothing, and the next round comes when it would have.
    """
    watch = Watch.objects.get(group=group)
    due = watch.is_due(at, group.interval)
    if watch.is_busy(at) or not (due or early):
        return None
    mine = Watch.objects.filter(group=group, begun_at=watch.begun_at, busy_until=watch.busy_until)
    if not mine.update(begun_at=at if due else watch.begun_at, busy_until=at + ROUND):
        return None
    return Round(group, list(group.targets.order_by("pk")), at, counts=due)


def make(rounds: Sequence[Round]) -> None:
    """Look at all targets side by side, then record round by round."""
    with override(settings.LANGUAGE_CODE):  # what is found is read by all
        answers = iter(look_at(wanted for made in rounds for wanted in made.wanted()))
        seen = [[next(answers) for _target in made.targets] for made in rounds]
    for made, found in zip(rounds, seen, strict=True):
        try:
            record(made, found)
        except DatabaseError:  # one group that cannot be recorded does not blind the others
            log.exception("probe: the round of %s could not be recorded", made.group.pk)


@transaction.atomic
def record(made: Round, answers: Sequence[Answer]) -> None:
    """Write down what was seen and let the state machine say what follows."""
    watch = Watch.objects.locked(made.group)
    group = watch.group
    for target, answer in zip(made.targets, answers, strict=True):
        note(target, answer, made.at)
    if group.deleted_at is not None or not group.enabled or not made.counts:
        watch.keep(watch.state)
        return
    results = [Result(target.key, answer.ok) for target, answer in zip(made.targets, answers, strict=True)]
    planned = any(answer.ok is False for answer in answers) and group.is_planned(made.at)
    state, effects = step(watch.state, results, made.at, group.rules, planned=planned)
    for effect in effects:
        outages.follow(watch, effect, findings(made.targets, answers))
    if state.is_down and state.last_failed_at == made.at and not planned:
        outages.widen(watch, made.at)
    watch.keep(state)


def note(target: Target, answer: Answer, at: datetime) -> None:
    """Keep the answer as the target's last one and in the minute in which it came."""
    milliseconds = round(answer.seconds * 1000)
    cause, error = answer.cause or "", answer.error
    last = {"last_at": at, "last_ok": answer.ok, "last_cause": cause, "last_error": error}
    Target.objects.filter(pk=target.pk).update(**last, last_ms=milliseconds if answer.ok else None)
    field = {True: "good", False: "bad", None: "blind"}[answer.ok]
    minute = {"target_id": target.pk, "at": at.replace(second=0, microsecond=0)}
    told = {"cause": cause, "error": error} if not answer.ok else {}
    more = {"good_ms": F("good_ms") + milliseconds} if answer.ok else {}
    if not Minute.objects.filter(**minute).update(**{field: F(field) + 1}, **more, **told):
        first = {"good_ms": milliseconds} if answer.ok else {}
        if Target.objects.filter(pk=target.pk).exists():
            Minute.objects.create(**minute, **{field: 1}, **first, **told)


def findings(targets: Sequence[Target], answers: Sequence[Answer]) -> outages.Findings:
    """Say what failed, in words, and what most of it points at."""
    seen = list(zip(targets, answers, strict=True))
    lines = [f"{target.address}: {answer.error}" for target, answer in seen if answer.ok is False]
    return outages.Findings(cause_of(seen), "\n".join(lines))


def cause_of(seen: Sequence[tuple[Target, Answer]]) -> str:
    """Return what most failures point at.

    Where nothing came back from two independent targets or more, and from none of the others, they share what lies
    between: the link, though it died beyond a router that still answers. Names alone may fail for the name service.
    """
    failed = [(target, answer) for target, answer in seen if answer.ok is False]
    if not failed:
        return ""
    causes = Counter(answer.cause or Cause.TARGET for _target, answer in failed)
    silent = {target.key for target, answer in failed if answer.silent}
    is_heard = any(answer.ok for _target, answer in seen) or any(not answer.silent for _target, answer in failed)
    if len(silent) > 1 and not is_heard and set(causes) != {Cause.DNS}:
        return Cause.LINK
    return causes.most_common(1)[0][0]


def test_url(*, by: Actor, url: str) -> Answer:
    """Look at a web address once, wherever it may lead; nothing of its content comes back."""
    require(by.user, "probe.test_url")
    answer = look_at([Wanted(HTTP, url)])[0]
    Event.record(by.user, by=by, verb="probe-test", after={"url": url[:500], "answer": answer.error or answer.status})
    return answer


def forget_samples(*, at: datetime) -> int:
    """Remove the samples that are older than is kept, and return how many minutes that were."""
    return Minute.objects.filter(at__lt=at - settings.PROBE_KEEP).delete()[0]
