"""The page of the figures around its charts: periods side by side, what was typed, tables, the reader's language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.tests.factories import UserFactory
from suspensions.analytics import charts
from suspensions.analytics.forms import beside
from suspensions.analytics.periods import Period, preset
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 31, 12, tzinfo=MOSCOW)
URL = "/suspensions/analytics/"


def local(*parts):
    return datetime(*parts, tzinfo=MOSCOW)


@pytest.mark.once
@pytest.mark.parametrize(
    ("period", "earlier", "later"),
    [
        (preset("month", NOW, MOSCOW), {"start": "2026-02-01", "last": "2026-02-28"}, None),
        (
            Period(local(2026, 1, 1), local(2026, 2, 1), months=1),
            {"start": "2025-12-01", "last": "2025-12-31"},
            {"start": "2026-02-01", "last": "2026-02-28"},
        ),
        (
            Period(local(2026, 3, 2), local(2026, 3, 9)),
            {"start": "2026-02-23", "last": "2026-03-01"},
            {"start": "2026-03-09", "last": "2026-03-15"},
        ),
        (
            Period(local(2026, 3, 2, 6), local(2026, 3, 2, 18)),
            {"start": "2026-03-01T18:00:00+03:00", "finish": "2026-03-02T06:00:00+03:00"},
            {"start": "2026-03-02T18:00:00+03:00", "finish": "2026-03-03T06:00:00+03:00"},
        ),
        (Period(local(1970, 1, 1), local(1990, 1, 1), months=240), None, {"start": "1990-01-01", "last": "2009-12-31"}),
        (Period(local(2026, 3, 2), local(2026, 3, 2)), None, None),
    ],
    ids=["a month that runs", "a month", "a week", "half a day", "the first known years", "no time at all"],
)
def test_the_periods_beside_are_as_long_and_none_lies_ahead(period, earlier, later):
    assert beside(period, NOW) == (earlier, later)


@pytest.mark.once
@pytest.mark.parametrize(("language", "half", "day"), [("en", "1.5 h", "15 Mar"), ("ru", "1,5 ч", "15.03")])
def test_axes_speak_the_readers_language(language, half, day):
    with translation.override(language):
        assert charts.short(90).replace("\u00a0", " ") == ("1 h 30 min" if language == "en" else "1 ч 30 мин")
        assert charts.short(150).replace("\u00a0", " ") == half.replace("1", "2")
        assert charts.day_label(NOW.date().replace(day=15), 5, 60).text == day


@pytest.mark.once
@pytest.mark.parametrize(("language", "told"), [("en", "Mar 26"), ("ru", "03.26")])
def test_many_months_are_named_by_year_too(language, told):
    with translation.override(language):
        assert charts.month_name(NOW.date(), 24) == told


@pytest.mark.django_db
def test_one_arrow_leads_to_the_period_before_and_keeps_the_filters(page):
    process = TechProcessFactory()
    text = page(UserFactory()).get(URL, {"start": "2026-01-01", "last": "2026-01-31", "process": process.pk}).text

    assert f"?process={process.pk}&amp;start=2025-12-01&amp;last=2025-12-31" in text
    assert f"?process={process.pk}&amp;start=2026-02-01&amp;last=2026-02-28" in text


@pytest.mark.django_db
def test_a_bad_period_keeps_what_was_typed_and_the_chips(page):
    process = TechProcessFactory(name="Reports")
    answer = page(UserFactory()).get(URL, {"start": "2026-03-09", "last": "2026-03-02", "process": process.pk})

    assert answer.status_code == 400
    assert 'name="start" value="2026-03-09"' in answer.text
    assert 'name="last" value="2026-03-02"' in answer.text
    assert str(process) in answer.text


@pytest.mark.django_db
def test_the_charts_can_be_read_as_tables(page):
    start = datetime(2025, 7, 3, 12, tzinfo=MOSCOW)
    SuspensionFactory(start=start, finish=start + timedelta(hours=1), status="restored")
    answer = page(UserFactory(language="en")).get(URL, {"start": "2025-07-01", "last": "2025-07-31"})

    assert answer.context["day_rows"] == [("3 Jul 2025", "1 case", "1\u00a0h")]
    assert ("up to 1\u00a0h", "1 case") in answer.context["duration_rows"]
    assert answer.text.count("<details") >= 2
