import random
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from io import BytesIO

import factory
from PIL import Image, ImageEnhance

from accounts.tests.factories import UserFactory
from attachments import services as attachments
from attachments.tests.samples import upload
from tasks.models import Assignment, JoinRequest, Member, Membership, Programme, ProgrammeDay, Report
from workflow.tests.actors import actor_of

MONDAY = date(2026, 7, 20)
FINAL = "Thank you, {name}! Points: {points} of {days}."


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in the organisation's zone, which is UTC in tests."""
    return datetime.combine(day, time(hour, minute), UTC)


def organiser():
    return actor_of(UserFactory(manager=True))


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """A programme of three days that is being prepared, without a calendar."""

    class Meta:
        model = Programme

    class Params:
        started = factory.Trait(status="started", started_at=at(MONDAY, 0))
        ready = factory.Trait(status="ready_for_complete", started_at=at(MONDAY, 0))
        finished = factory.Trait(status="finished", started_at=at(MONDAY, 0), finished_at=at(MONDAY, 23))
        cancelled = factory.Trait(status="cancelled", cancelled_at=at(MONDAY, 0))

    title = "July on the move"
    start = MONDAY
    finish = date(2026, 7, 22)
    final_message = FINAL


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    title = factory.Sequence("Exercise {}".format)
    text = "Five minutes outside"


class ProgrammeDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgrammeDay

    programme = factory.SubFactory(ProgrammeFactory)
    number = 1
    assignment = factory.SubFactory(AssignmentFactory)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    telegram_id = factory.Sequence(lambda number: 900 + number)
    name = "Anna"
    surname = factory.Iterator(["Zaytseva", "Belova", "Orlova", "Gusev", "Lebedev"])
    birth_date = date(1990, 12, 31)
    city = "Kazan"
    phone = "+79123456789"
    language = "en"


class JoinRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = JoinRequest

    programme = factory.SubFactory(ProgrammeFactory)
    member = factory.SubFactory(MemberFactory)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        excluded = factory.Trait(status="excluded", reason="Wished to leave", excluded_at=at(MONDAY, 12))

    programme = factory.SubFactory(ProgrammeFactory, started=True)
    member = factory.SubFactory(MemberFactory)


class ReportFactory(factory.django.DjangoModelFactory):
    """A report of the first day that is waited for."""

    class Meta:
        model = Report

    class Params:
        reviewing = factory.Trait(status="reviewing", attempts=1, sent_at=at(MONDAY, 12))
        reviewed = factory.Trait(reviewed_by=factory.SubFactory(UserFactory, manager=True), reviewed_at=at(MONDAY, 13))
        approved = factory.Trait(reviewed=True, status="approved", attempts=1, sent_at=at(MONDAY, 12))
        declined = factory.Trait(
            reviewed=True, status="declined", attempts=1, sent_at=at(MONDAY, 12), reason="Too dark to see"
        )

    membership = factory.SubFactory(MembershipFactory)
    programme = factory.SelfAttribute("membership.programme")
    day = factory.SubFactory(ProgrammeDayFactory, programme=factory.SelfAttribute("..programme"))
    on = factory.LazyAttribute(lambda report: report.programme.date_of(report.day.number))
    handed_at = factory.LazyAttribute(lambda report: at(report.on, 9))


def picture(seed: int = 1, *, brightness: float = 1.0, form: str = "JPEG", **options) -> bytes:
    """A photo as bytes: soft shapes that another seed makes differently."""
    numbers = random.Random(seed)
    dots = Image.frombytes("L", (9, 8), bytes(numbers.randrange(256) for _dot in range(72)))
    image = ImageEnhance.Brightness(dots.resize((180, 160), Image.Resampling.BICUBIC)).enhance(brightness)
    out = BytesIO()
    image.convert("RGB").save(out, form, **options)
    return out.getvalue()


@contextmanager
def received(data: bytes, name: str = "photo.jpg"):
    """A file on its way in: kept only if something attaches it."""
    with attachments.received([upload(name, data)]) as files:
        yield files[0]
