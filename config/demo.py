"""A realistic organisation to look around in: people, downtime of a year, on-call, incidents, tasks, tickets.

All of it comes about through the services, in the names of its people, in a data folder of its own.
"""

import random
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from config import demo_duty, demo_probe, demo_programme
from incidents import services as incidents
from incidents.models import Incident
from monitoring.heartbeats import services as heartbeats
from suspensions import services as suspensions
from suspensions.models import RiskSource, TechProcess
from suspensions.services.limits import approve_limit, propose_limit
from tasks import services as tasks
from tickets import services as tickets
from workflow.actor import Actor, Channel

PEOPLE = [
    ("sokolova", "Мария", "Соколова", Role.ADMIN, "Служба ИТ"),
    ("orlov", "Илья", "Орлов", Role.TECHNICIAN, "Служба ИТ"),
    ("lebedev", "Антон", "Лебедев", Role.TECHNICIAN, "Служба ИТ"),
    ("kravtsov", "Денис", "Кравцов", Role.MANAGER, "Управление рисками"),
    ("belova", "Ольга", "Белова", Role.MANAGER, "Операционный отдел"),
    ("gusev", "Пётр", "Гусев", Role.USER, "Операционный отдел"),
    ("zaytseva", "Анна", "Зайцева", Role.USER, "Клиентский отдел"),
    ("mironov", "Сергей", "Миронов", Role.AUDITOR, "Внутренний контроль"),
]
INCIDENTS = [
    ("critical", "Не проходит обмен со спецдепозитарием\nДокументы в ЭДО не уходят с утра, шлюз отвечает ошибкой TLS."),
    ("high", "Расхождение остатков в выгрузке для регистратора\nСверка показала разницу в 14 позиций по трём фондам."),
    ("medium", "Клиенты жалуются на долгий вход в личный кабинет"),
    ("medium", "Сервер печати на 4 этаже не отвечает"),
    ("high", "Не загружаются котировки\nПоставщик сообщает о работах до обеда."),
    ("low", "Мигает лампа в серверной"),
]
CAUSES = [
    ("PROVAIDER", "Пропала связь с провайдером", "Переключились на резервный канал.", "Обрыв кабеля у провайдера."),
    ("EQUIPMENT", "Отказал диск в массиве", "Заменили диск, массив восстановлен.", "Износ диска."),
    ("PO", "После обновления не запускалась учётная система", "Вернули прежнюю версию.", "Обновление не проверили."),
    ("ROUTER", "Завис маршрутизатор", "Перезагрузили, обновили прошивку.", "Ошибка в прошивке."),
    ("BROKER", "Недоступен терминал брокера", "Заявки подали по телефону.", "Сбой на стороне брокера."),
]
TASKS = [
    ("Проверить восстановление из резервной копии", "orlov", 2),
    ("Обновить план на случай остановки обмена", "kravtsov", 5),
    ("Подготовить отчёт о простоях за квартал", "belova", 9),
    ("Заказать второй канал связи", "lebedev", -1),
]
TICKETS = [
    ("zaytseva", "Не печатает принтер в переговорной", "high"),
    ("gusev", "Нужен доступ к папке сверок", "medium"),
    ("gusev", "Медленно открывается таблица лимитов", "low"),
]
CASES = 46  # of downtime within a year


def marker() -> Path:
    return Path(settings.DATA_DIR) / "demo"


def password() -> str | None:
    """Return the password of all people of the demo; None where there is no demo."""
    return marker().read_text().strip() if marker().exists() else None


def seed() -> str:
    """Fill an empty installation and return the password of its people; one that is filled already stays as it is."""
    if known := password():
        return known
    refuse_real_data()
    chosen = secrets.token_urlsafe(9)
    with transaction.atomic():
        staff = people(chosen)
        limits(staff)
        downtime(staff, random.Random(7))  # noqa: S311 - the same year each time
        demo_duty.fill(staff, random.Random(11))  # noqa: S311 - the same weeks each time
        work(staff)
        demo_probe.fill(staff, random.Random(3))  # noqa: S311 - the same day each time
        demo_programme.fill(staff, random.Random(5))  # noqa: S311 - the same month each time
    marker().touch(mode=0o600)
    marker().write_text(chosen)
    return chosen


def clear() -> None:
    """Remove the demo's whole data folder."""
    if password() is None:
        raise CommandError(f"{settings.DATA_DIR} holds no demo: nothing is removed.")
    shutil.rmtree(settings.DATA_DIR)


def refuse_real_data() -> None:
    database = settings.DATABASES["default"]
    if Path(str(database["NAME"])).parent != Path(settings.DATA_DIR):
        raise CommandError("A demo lives in a data folder of its own: unset DATABASE_URL, or use `make demo`.")
    if Incident.objects.exists() or User.objects.people().count() > 1:
        raise CommandError(f"{settings.DATA_DIR} is in use. A demo needs a folder of its own: `make demo`.")


def people(chosen: str) -> dict[str, Actor]:
    found = {}
    for name, first, last, role, department in PEOPLE:
        user = User.objects.create_user(
            name, f"{name}@demo.example", chosen, first_name=first, last_name=last, role=role,
            department=department, language="ru", time_zone="Europe/Moscow",
        )  # fmt: skip
        found[name] = Actor(user, Channel.COMMAND)
    return found


def limits(staff: dict[str, Actor]) -> None:
    today = timezone.localdate()
    start = today.replace(year=today.year - 1, month=1, day=1)
    for process in TechProcess.objects.present():
        limit = propose_limit(
            by=staff["kravtsov"], process=process, valid_from=start, document="Приказ № 12",
            case_minutes=240, year_minutes=1500,
        )  # fmt: skip
        approve_limit(limit, by=staff["belova"])


def downtime(staff: dict[str, Actor], dice: random.Random) -> None:
    """A year of cases, most of them short; one still goes on."""
    processes, now = list(TechProcess.objects.present()), timezone.now().replace(second=0, microsecond=0)
    sources = {source.code: source for source in RiskSource.objects.present()}
    known = [cause for cause in CAUSES if cause[0] in sources]
    days = sorted(dice.uniform(1, 360) for _case in range(CASES))
    for number, days_ago in enumerate(reversed(days)):
        source, text, measures, cause = dice.choice(known)
        start = now - timedelta(days=days_ago)
        case = suspensions.register(
            by=staff[dice.choice(["gusev", "orlov"])], process=dice.choice(processes), risk_source=sources[source],
            start=start, finish=start + timedelta(minutes=dice.choice([6, 9, 14, 22, 35, 48, 70, 130])),
            description=text, implementing_measures=measures,
        )  # fmt: skip
        if number < CASES - 4:
            suspensions.close(case, by=staff["kravtsov"], root_cause=cause)
    source, text, _measures, _cause = known[0]
    suspensions.register(
        by=staff["orlov"], process=processes[-1], risk_source=sources[source], start=now - timedelta(minutes=42),
        description=text,
    )  # fmt: skip


def work(staff: dict[str, Actor]) -> None:
    for number, (severity, text) in enumerate(INCIDENTS):
        incident = incidents.report(by=staff["gusev"], description=text, severity=severity)
        if number % 2:
            incidents.take(incident, by=staff["orlov"])
        if number == 3:
            incidents.resolve(incident, by=staff["orlov"], note="Перезапустили службу печати.")
        if severity == "low":
            demo_duty.put_off(staff, incident)
    today = timezone.localdate()
    for title, executor, days in TASKS:
        start = today - timedelta(days=7)
        user, deadline = staff[executor].user, today + timedelta(days=days)
        tasks.create(by=staff["sokolova"], executor=user, title=title, start=start, deadline=deadline)
    for creator, title, priority in TICKETS:
        ticket = tickets.create(by=staff[creator], title=title, description=title, priority=priority)
        if priority == "high":
            tickets.assign(ticket, by=staff["belova"], assignee=staff["lebedev"].user)
    issued = heartbeats.create(by=staff["sokolova"], name="Ночная выгрузка", cron="30 2 * * *", grace_seconds=1800)
    heartbeats.ping(issued.token, "success", at=timezone.now() - timedelta(hours=1), text="412 строк")
