"""How moments are written on the wire."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from workflow.fields import utc

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 7, 23, 15, 4, tzinfo=UTC), "2026-07-23T15:04:00Z"),
        (datetime(2026, 7, 23, 15, 4, 5, 60, tzinfo=UTC), "2026-07-23T15:04:05.000060Z"),
        (datetime(2026, 7, 23, 18, 4, tzinfo=ZoneInfo("Europe/Moscow")), "2026-07-23T15:04:00Z"),
        (datetime(2026, 7, 23, 15, 4, tzinfo=ZoneInfo("UTC")), "2026-07-23T15:04:00Z"),
        (datetime(2026, 7, 24, 1, 4, tzinfo=timezone(timedelta(hours=10))), "2026-07-23T15:04:00Z"),
        (None, None),
    ],
)
def test_a_moment_is_written_in_utc(moment, text):
    assert utc(moment) == text
