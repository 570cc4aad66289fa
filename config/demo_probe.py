"""The demo's probe: a day of samples with an outage and an hour in which nobody measured, and planned work.

It looks at the demo itself, for which `make demo` opens the loopback network to the probe.
"""

import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from monitoring.causes import Cause
from monitoring.checks import Answer
from monitoring.guard import is_allowed
from monitoring.models import Minute, Target, TargetGroup
from monitoring.services import groups, outages, probing
from suspensions import services as suspensions
from suspensions.models import RiskSource, TechProcess
from workflow.actor import Actor

HERE = "127.0.0.1"
DAY = 24 * 60  # minutes
DOWN_AGO, SILENT_AGO = timedelta(hours=7, minutes=20), timedelta(hours=16)
DOWN, SILENT, EDGE = timedelta(minutes=3), timedelta(minutes=50), timedelta(minutes=1)


def fill(staff: dict[str, Actor], dice: random.Random) -> None:
    planned(staff)
    if not is_allowed(HERE):
        return
    now = timezone.now().replace(second=0, microsecond=0)
    group = watched(staff)
    targets = list(group.targets.order_by("pk"))
    quiet = [minute for number in range(DAY) if is_quiet(minute := now - timedelta(minutes=number), now)]
    Minute.objects.bulk_create(sample(target, minute, dice) for target in targets for minute in quiet)
    outage(group, targets, now - DOWN_AGO)


def watched(staff: dict[str, Actor]) -> TargetGroup:
    here = f"{HERE}:{settings.PORT}"
    return groups.create(
        by=staff["sokolova"], name="Шлюз ЭДО", process=TechProcess.objects.get(code="SPEC_DEP_26"),
        risk_source=RiskSource.objects.get(code="PROVAIDER"), targets=[
            {"kind": Target.Kind.TCP, "address": here},
            {"kind": Target.Kind.HTTP, "address": f"http://{here}/api/health/live/"},
        ],
    )  # fmt: skip


def is_quiet(minute: datetime, now: datetime) -> bool:
    """Whether it was measured and nothing was amiss."""
    down, silent = now - DOWN_AGO, now - SILENT_AGO
    return not (down - EDGE <= minute < down + DOWN + EDGE or silent <= minute < silent + SILENT)


def sample(target: Target, minute: datetime, dice: random.Random) -> Minute:
    rounds = max(1, 60 // settings.SLEEP_TEST_CONNECTION)
    return Minute(target=target, at=minute, good=rounds, good_ms=rounds * dice.randint(3, 18))


def outage(group: TargetGroup, targets: list[Target], start: datetime) -> None:
    """Make the rounds around an outage as the probe would have made them."""
    at, last = start - EDGE, start + DOWN + EDGE
    while at < last:
        down = start <= at < start + DOWN
        bad = Answer(False, 5.0, Cause.TARGET, "Connection refused")
        answers = [bad if down else Answer(True, 0.008)] * len(targets)
        probing.record(probing.Round(group, targets, at), answers)
        at += group.interval
    outages.tell_recoveries(at=at + 2 * group.rules.join)


def planned(staff: dict[str, Actor]) -> None:
    """Work of last Saturday, and work announced for the next one."""
    process, source = TechProcess.objects.get(code="CLIENTS_27"), RiskSource.objects.get(code="PO")
    today = timezone.localtime().replace(hour=22, minute=0, second=0, microsecond=0)
    following = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    past = following - timedelta(days=7 if following - timedelta(days=6) < timezone.now() else 14)
    shared: dict[str, Any] = {"by": staff["kravtsov"], "process": process, "risk_source": source, "planned": True}
    suspensions.register(
        **shared, start=past, finish=past + timedelta(minutes=95), description="Обновление личного кабинета",
        note="Согласовано приказом № 31, клиенты предупреждены за три дня.",
    )  # fmt: skip
    suspensions.register(
        **shared, start=following, planned_finish=following + timedelta(hours=2),
        description="Перенос базы личного кабинета на новый сервер",
    )  # fmt: skip
