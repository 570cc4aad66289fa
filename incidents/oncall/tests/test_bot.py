"""Who is on duty, asked in Telegram."""

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.oncall.tests.factories import DAY, HOUR, DutyFactory
from notifications.tests.bot import Player
from notifications.tests.telegram import ANNA

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(telegram_id=ANNA["id"], language="en", technician=True)


@pytest.fixture
def anna(telegram, person):
    return Player(telegram)


def test_the_bot_says_who_is_on_duty_and_who_is_next(anna):
    now = timezone.now()
    DutyFactory(start=now - HOUR, finish=now + DAY, person__first_name="Ilya", person__last_name="Orlov")
    DutyFactory(start=now + DAY, finish=now + 2 * DAY, person__first_name="Anna", person__last_name="<b>Belova")

    text = anna.says("/duty").text

    assert "On duty: Ilya Orlov" in text
    assert "Next: Anna <b>Belova, from" in text
    assert "Nobody is on duty from" in text


def test_the_bot_says_that_nobody_is_on_duty(anna):
    assert "Nobody is on duty" in anna.says("/duty").text


def test_employees_are_not_told(anna, person):
    person.role = "user"
    person.save()

    assert "Your role does not allow this." in anna.says("/duty").text
