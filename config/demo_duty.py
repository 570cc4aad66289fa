"""The on-call of the demo: a rota with a substitute and a gap ahead, chains, a chat, two months of answered incidents.

What lies in the past is written as rows with times of their own: services would stamp it with the present.
"""

import random
from datetime import datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts import organisation
from incidents import services as incidents
from incidents.models import Duty, EscalationPolicy, Incident, Whom
from incidents.oncall import policies, schedule
from incidents.oncall import services as duties
from notifications import services as notifications
from workflow.actor import Actor
from workflow.models import Event

TURNS = 11  # weeks of the rota; the last two lie ahead, and after them nobody is planned
AHEAD = 2
HANDOVER = time(9)
CHAT = -1002000000001
PAST = [
    ("critical", "Не отвечает сервер учётной системы", "Перезапустили службу, перенесли журнал на другой диск."),
    ("high", "Не открывается терминал брокера", "Брокер восстановил сервер на своей стороне."),
    ("high", "Не приходят котировки Московской биржи", "Переключились на второго поставщика."),
    ("medium", "Не отправляется почта из CRM", "Обновили пароль почтового ящика."),
    ("medium", "Пользователь не входит в домен", "Сняли блокировку учётной записи."),
    ("low", "Шумит источник бесперебойного питания", "Заменили вентилятор."),
]
CASES = 34
SPAN = 62  # days


def fill(staff: dict[str, Actor], dice: random.Random) -> None:
    rota(staff)
    chains(staff)
    notifications.add_chat(by=staff["sokolova"], telegram_id=CHAT, title="Дежурная смена", on_call=True)
    for number in range(CASES):
        answered(staff, dice, days_ago=dice.uniform(1, SPAN), model=PAST[number % len(PAST)])


def rota(staff: dict[str, Actor]) -> None:
    """Two technicians in turn by the week; tomorrow the other one stands in."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    people = [staff["orlov"].user, staff["lebedev"].user]
    duties.generate(
        by=staff["kravtsov"], people=people, first_day=monday - timedelta(weeks=TURNS - AHEAD - 1), handover=HANDOVER,
        every=duties.Every.WEEK, turns=TURNS,
    )  # fmt: skip
    start = datetime.combine(today + timedelta(days=1), HANDOVER, organisation.current().zone)
    duty = Duty.objects.shifts().between(start, start + timedelta(minutes=1)).get()
    other = next(person for person in people if person != duty.person)
    duties.substitute(
        duty, by=staff["kravtsov"], person=other, start=start, finish=start + timedelta(days=1), remark="Отгул"
    )


def chains(staff: dict[str, Actor]) -> None:
    """What is critical goes to a named person sooner; milder ones keep the usual chain."""
    steps = [
        {"after": 5, "whom": Whom.DUTY},
        {"after": 5, "whom": Whom.PERSON, "person": staff["sokolova"].user.pk},
        {"after": 10, "whom": Whom.MANAGERS},
        {"after": 10, "whom": Whom.CHAT},
    ]
    if not EscalationPolicy.objects.present().filter(severity=Incident.Severity.CRITICAL).exists():
        policies.create(by=staff["kravtsov"], severity=Incident.Severity.CRITICAL, steps=steps, repeats=5)


def put_off(staff: dict[str, Actor], incident: Incident) -> None:
    until = timezone.now() + timedelta(hours=20)
    incidents.snooze(incident, by=staff["orlov"], until=until, note="Электрик придёт завтра утром.")


def answered(staff: dict[str, Actor], dice: random.Random, *, days_ago: float, model: tuple[str, str, str]) -> None:
    """One incident of the past: reported, taken by whoever was on duty, resolved, confirmed."""
    severity, title, measures = model
    opened = timezone.now().replace(second=0, microsecond=0) - timedelta(days=days_ago)
    duty = schedule.now(opened)
    by = staff[duty.person.username if duty else "orlov"]
    urgent = severity in {"critical", "high"}
    taken = opened + timedelta(minutes=dice.choice([2, 3, 4, 7, 12]) if urgent else dice.choice([6, 15, 25, 40, 90]))
    resolved = taken + timedelta(minutes=dice.choice([18, 35, 50, 80, 150, 260]))
    closed = resolved + timedelta(minutes=dice.choice([20, 60, 180]))
    reporter, manager = staff[dice.choice(["gusev", "zaytseva"])], staff["belova"]
    incident = Incident.objects.create(
        title=title, description=title, severity=severity, status=Incident.Status.CLOSED, reporter=reporter.user,
        assignee=by.user, acknowledged_at=taken, acknowledged_by=by.user, resolved_at=resolved, resolved_by=by.user,
        closed_at=closed, closed_by=manager.user, created_at=opened, updated_at=closed, last_seen_at=opened, version=4,
    )  # fmt: skip
    told(incident, "report", opened, reporter, after="open")
    told(incident, "take", taken, by, before="open", after="in_progress")
    told(incident, "resolve", resolved, by, before="in_progress", after="resolved", note=measures)
    told(incident, "close", closed, manager, before="resolved", after="closed")


def told(
    incident: Incident, verb: str, at: datetime, by: Actor, *, after: str, before: str = "", note: str = ""
) -> None:
    kind = ContentType.objects.get_for_model(incident)
    who = {"actor": by.user, "actor_label": by.label, "channel": by.channel}
    status = {"before": {"status": before} if before else {}, "after": {"status": after}}
    Event(subject_type=kind, subject_id=incident.pk, verb=verb, note=note, at=at, **who, **status).save()
