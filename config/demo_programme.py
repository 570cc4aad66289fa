"""The programme of the demo: a catalogue, a running programme in its second week, requests, and photos to review.

What lies in the past is written as rows with times of their own: nobody is told of it.
"""

import random
from datetime import date, datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts import organisation
from attachments import services as attachments
from tasks.models import JoinRequest, Member, Membership, Programme, Report
from tasks.models.task import today
from tasks.programmes import services
from tasks.programmes.services.reporting import keep_photo
from workflow.actor import Actor

ASSIGNMENTS = [
    ("Зарядка на свежем воздухе", "Пять минут, любой комплекс. На фото — вы на улице."),
    ("Десять тысяч шагов", "Покажите экран шагомера за сегодня."),
    ("Стакан воды до завтрака", "Снимите стакан рядом с часами."),
    ("Лестница вместо лифта", "Поднимитесь хотя бы на четвёртый этаж и снимите номер этажа."),
    ("Обед без телефона", "Снимите обед до того, как уберёте телефон."),
    ("Планка одну минуту", "Попросите кого-нибудь снять вас."),
    ("Прогулка после работы", "Полчаса пешком. На фото — место, до которого вы дошли."),
    ("Лечь до одиннадцати", "Снимите будильник, поставленный на утро."),
]
PEOPLE = [
    ("Анна", "Зайцева", "Казань"), ("Ольга", "Белова", "Москва"), ("Игорь", "Лебедев", "Тверь"),
    ("Марина", "Орлова", "Самара"), ("Тимур", "Галиев", "Казань"), ("Вера", "Степанова", "Пермь"),
    ("Павел", "Носов", "Москва"), ("Юлия", "Ковалёва", "Уфа"), ("Роман", "Ершов", "Томск"),
]  # fmt: skip
ASKING = 2  # of the people, who wait for a decision
LENGTH, GONE = 28, 9  # days of the programme, of them before today
FIRST_NUMBER = 7001
OUTCOMES = ["approved"] * 7 + ["skipped", "not_participate", "declined"]
FINAL = "{name}, «{programme}» завершён. Ваши баллы: {points} из {days}. Спасибо за участие!"


def fill(staff: dict[str, Actor], dice: random.Random) -> None:
    for title, text in ASSIGNMENTS:
        services.create_assignment(by=staff["belova"], title=title, text=text)
    programme = running(staff)
    people = [person(number, *one) for number, one in enumerate(PEOPLE)]
    for member in people[-ASKING:]:
        JoinRequest.objects.create(programme=programme, member=member)
    JoinRequest.objects.filter(member=people[-1]).update(applications=2)
    for number, member in enumerate(people[:-ASKING]):
        JoinRequest.objects.create(
            programme=programme, member=member, status="approved",
            decided_by=staff["belova"].user, decided_at=moment(programme.start, 0),
        )  # fmt: skip
        membership = Membership.objects.create(programme=programme, member=member)
        days(membership, staff, dice, answers=number < len(people) - ASKING - 2)
    near_copy(programme, staff)


def running(staff: dict[str, Actor]) -> Programme:
    start = today() - timedelta(days=GONE)
    programme = services.create(
        by=staff["belova"], title="Месяц движения", start=start, finish=start + timedelta(days=LENGTH - 1),
        final_message=FINAL, join_days=14, at=moment(start, 8),
    )  # fmt: skip
    services.start(programme, by=staff["belova"], at=moment(start, 8))
    return programme


def person(number: int, name: str, surname: str, city: str) -> Member:
    return Member.objects.create(
        telegram_id=FIRST_NUMBER + number, name=name, surname=surname, city=city, language="ru",
        birth_date=date(1984 + number, 1 + number, 11), phone=f"+7912000{FIRST_NUMBER + number}",
    )  # fmt: skip


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), organisation.current().zone)


def days(membership: Membership, staff: dict[str, Actor], dice: random.Random, *, answers: bool) -> None:
    """The days of one member up to today; today some have reported and some have not."""
    programme = membership.programme
    for day in programme.days.filter(number__lte=GONE + 1).select_related("programme").order_by("number"):
        is_today = day.number == GONE + 1
        status = ("reviewing" if answers else "waiting") if is_today else dice.choice(OUTCOMES)
        report = Report(
            programme=programme, membership=membership, day=day, on=day.on, status=status, handed_at=moment(day.on, 9)
        )
        sent = moment(day.on, 9, dice.randrange(60)) + timedelta(minutes=dice.randrange(20))
        if status in {"approved", "declined", "reviewing"}:
            report.sent_at, report.attempts = sent, 1
        if status in {"approved", "declined"}:
            report.reviewed_by, report.reviewed_at = staff["belova"].user, sent + timedelta(hours=2)
            report.reason = "На фото не видно, что это за место." if status == "declined" else ""
        report.save(force_insert=True)
        if status in {"declined", "reviewing"}:
            photo(report, staff, dice.randrange(1, 10**6), sent)


def photo(report: Report, staff: dict[str, Actor], seed: int, at: datetime, brightness: int = 0) -> None:
    upload = SimpleUploadedFile("photo.jpg", landscape(seed, brightness), "image/jpeg")
    with attachments.received([upload]) as files:
        keep_photo(report, files[0], by=staff["belova"], at=at)


def near_copy(programme: Programme, staff: dict[str, Actor]) -> None:
    """Two of today's photos are one and the same view, the second a little lighter."""
    first, second, *_rest = Report.objects.to_review().filter(programme=programme)
    at = max(first.sent_at or moment(first.on, 9), second.sent_at or moment(second.on, 9)) + timedelta(minutes=3)
    photo(first, staff, 4242, at)
    Report.objects.filter(pk__in=[first.pk, second.pk]).update(attempts=2)
    photo(second, staff, 4242, at + timedelta(minutes=4), brightness=9)


def landscape(seed: int, brightness: int = 0) -> bytes:
    """Sky, sun and hills as JPEG: no photo of anybody."""
    dice = random.Random(seed)  # noqa: S311 - the same picture each time
    image = Image.new("RGB", (960, 1200))
    draw = ImageDraw.Draw(image)
    sky = [dice.randrange(90, 190) + brightness for _channel in range(3)]
    for y in range(1200):
        draw.line([(0, y), (960, y)], fill=tuple(min(255, channel + y // 20) for channel in sky))
    x, y, radius = dice.randrange(120, 840), dice.randrange(120, 480), dice.randrange(50, 110)
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(250, 225 + brightness, 150))
    for step in range(4):
        tops = [(-10 + 140 * place, dice.randrange(480, 780) + 110 * step) for place in range(8)]
        shade = tuple(max(0, 130 - 26 * step + brightness - dice.randrange(30)) for _channel in range(3))
        draw.polygon([(-10, 1200), *tops, (980, 1200)], fill=shade)
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
