"""When something was written, whoever says so."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.dispatch.hearing import written_at
from notifications.models import BotUpdate

pytestmark = pytest.mark.once
NOW = datetime(2026, 7, 21, 0, 31, tzinfo=UTC)


def told(date):
    return written_at(BotUpdate(payload={"message": {"date": date}}, received_at=NOW))


def test_telegram_says_it():
    assert told(int((NOW - timedelta(hours=2)).timestamp())) == NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    "date", [None, "yesterday", 10**20, int((NOW + timedelta(hours=1)).timestamp()), int(NOW.timestamp()) - 90_000]
)
def test_what_cannot_be_is_not_believed(date):
    assert told(date) == NOW


def test_a_press_of_a_button_says_nothing():
    assert written_at(BotUpdate(payload={"callback_query": {"message": {"date": 1}}}, received_at=NOW)) == NOW
