from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from suspensions.analytics import folding
from suspensions.analytics.asking import Query
from suspensions.analytics.periods import Period, preset
from suspensions.analytics.reading import Reading, answer
from suspensions.models import Segment, Suspension, TechProcess
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory
from suspensions.tests.recount import recount
from suspensions.tests.year import year_of_cases

pytestmark = pytest.mark.django_db
MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


def local(*parts, zone=MOSCOW):
    return datetime(*parts, tzinfo=zone)


@pytest.fixture(autouse=True)
def moscow():
    in_zone(MOSCOW)


def in_zone(zone):
    Organisation.objects.update(time_zone=zone.key)
    organisation.forget()


def down(start, finish, process=None, **fields):
    status = {} if finish is None else {"status": "restored", "finish": finish}
    return SuspensionFactory(start=start, process=process or TechProcessFactory(), **status, **fields)


def figures(start, finish, **query):
    zone = organisation.current().zone
    return answer(Reading(Query(Period(start.astimezone(zone), finish.astimezone(zone)), **query), UserFactory()))


@pytest.mark.parametrize(("zone", "is_folded"), [(MOSCOW, False), (BERLIN, True)])
def test_a_year_is_what_counting_minute_by_minute_finds(zone, is_folded):
    in_zone(zone)
    year_of_cases(2025, zone, count=200)
    if is_folded:
        assert folding.fold(timezone.now())
    start, finish = local(2025, 1, 1, zone=zone), local(2026, 1, 1, zone=zone)
    found = figures(start, finish)

    cases, now = Suspension.objects.prefetch_related("segments"), timezone.now()
    expected = recount(cases, start, finish, now, zone, list(TechProcess.objects.all()))
    for name in ("count", "failures", "total_minutes", "union_minutes", "scheduled_minutes", "longest_minutes"):
        assert found[name] == expected[name], name
    for name in ("mean", "median", "mttr", "mtbf"):
        assert found[f"{name}_minutes"] == pytest.approx(expected[f"{name}_minutes"], abs=0.0051), name
    for name in ("availability", "availability_scheduled"):
        assert found[name] == pytest.approx(expected[name], abs=0.00051), name
    for name in ("by_process", "by_risk_source"):
        assert {row[name[3:]]["id"]: sums(row) for row in found[name]} == expected[name]
    assert {date.fromisoformat(row["day"]): sums(row) for row in found["by_day"] if any(sums(row))} == expected[
        "by_day"
    ]
    assert {row["month"]: sums(row) for row in found["by_month"]} == expected["by_month"]
    assert [row["count"] for row in found["durations"]] == expected["durations"]


def sums(row):
    names = ("count", "total_minutes", "union_minutes", "longest_minutes", "scheduled_minutes")
    return tuple(row[name] for name in names if name in row)


def test_a_filter_counts_only_what_fits():
    year_of_cases(2025, MOSCOW, count=80)
    process, source = TechProcess.objects.first(), Suspension.objects.first().risk_source
    fitting = {"process": process, "risk_source": source, "kind": "outage", "planned": False}
    start, finish = local(2025, 3, 1), local(2025, 6, 1)
    found = figures(start, finish, **fitting)

    cases = Suspension.objects.filter(**fitting).prefetch_related("segments")
    expected = recount(cases, start, finish, timezone.now(), MOSCOW, [process])
    for name in ("count", "total_minutes", "union_minutes"):
        assert found[name] == expected[name], name
    assert found["availability"] == pytest.approx(expected["availability"], abs=0.00051)


def test_an_empty_period_is_zeros_and_no_data():
    found = figures(local(2025, 1, 1), local(2025, 2, 1))

    assert (found["count"], found["total_minutes"], found["union_minutes"], found["longest_minutes"]) == (0, 0, 0, 0)
    assert found["mean_minutes"] is found["median_minutes"] is found["mttr_minutes"] is found["mtbf_minutes"] is None
    assert found["last"] is None
    assert len(found["by_day"]) == 31


def test_a_period_without_length_and_one_to_come_are_empty_too():
    SuspensionFactory()
    soon = timezone.now() + timedelta(days=400)

    assert figures(local(2025, 1, 1), local(2025, 1, 1))["count"] == 0
    assert figures(soon, soon + timedelta(days=1))["availability"] is None


def test_overlapping_cases_count_once_in_the_union():
    down(local(2025, 7, 1, 10), local(2025, 7, 1, 12))
    down(local(2025, 7, 1, 11), local(2025, 7, 1, 13))
    found = figures(local(2025, 7, 1), local(2025, 8, 1))

    assert (found["total_minutes"], found["union_minutes"]) == (240, 180)


def test_a_weekend_is_down_by_the_calendar_and_hardly_by_the_schedule():
    process = TechProcessFactory(
        **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")
    )
    start, finish = local(2025, 7, 4, 17, 30), local(2025, 7, 7, 9, 45)
    down(start, finish, process)
    found = figures(start, finish, process=process)

    assert (found["total_minutes"], found["scheduled_minutes"]) == (64 * 60 + 15, 75)
    assert (found["availability"], found["availability_scheduled"]) == (0, 0)
    week = figures(local(2025, 6, 30), local(2025, 7, 7), process=process)
    assert week["availability_scheduled"] == pytest.approx(100 * (45 * 60 - 30) / (45 * 60), abs=0.001)


def test_the_end_of_february_counts_its_day():
    down(local(2024, 2, 28, 12), local(2024, 3, 1, 12))

    assert figures(local(2024, 2, 1), local(2024, 3, 1))["total_minutes"] == 36 * 60
    assert [row["day"] for row in figures(local(2024, 2, 28), local(2024, 3, 1))["by_day"]] == [
        "2024-02-28",
        "2024-02-29",
    ]


@pytest.mark.parametrize(("day", "hours"), [((2025, 3, 30), 23), ((2025, 10, 26), 25)])
def test_a_day_on_which_the_clock_changes_has_its_own_length(day, hours):
    in_zone(BERLIN)
    start = local(*day, zone=BERLIN)
    down(start - timedelta(days=1), start + timedelta(days=2))
    rows = figures(start, (start + timedelta(days=1)))["by_day"]

    assert [row["total_minutes"] for row in rows] == [hours * 60]


def test_a_case_over_new_year_is_divided_between_the_years():
    down(local(2024, 12, 31, 22), local(2025, 1, 1, 3))

    assert figures(local(2024, 1, 1), local(2025, 1, 1))["total_minutes"] == 120
    assert figures(local(2025, 1, 1), local(2026, 1, 1))["total_minutes"] == 180


def test_a_running_case_counts_to_now():
    down(timezone.now() - timedelta(minutes=90), None)
    found = Reading(Query(preset("year", timezone.now(), MOSCOW)), UserFactory())

    assert 90 <= found.figure["total_minutes"].value < 91


def test_planned_work_is_not_a_failure():
    process = TechProcessFactory()
    down(local(2025, 7, 1, 1), local(2025, 7, 1, 4), process, planned=True)
    period = (local(2025, 7, 1), local(2025, 7, 2))
    found = figures(*period, process=process)

    assert (found["count"], found["availability"], found["mttr_minutes"]) == (1, 100, None)
    assert figures(*period, process=process, planned=True)["availability"] == 87.5


def test_drafts_deleted_and_announced_cases_are_not_counted():
    SuspensionFactory(draft=True)
    SuspensionFactory(deleted=True)
    SuspensionFactory(planned=True, start=timezone.now() + timedelta(hours=1))
    found = figures(timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1))

    assert found["count"] == 0


@pytest.mark.parametrize("is_folded", [False, True])
@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ((2025, 10, 1), (2025, 11, 1), (1, 8, {"2025-10-31": (1, 8)})),
        ((2025, 10, 31), (2025, 10, 31, 23, 55), (1, 5, {"2025-10-31": (1, 5)})),
        ((2025, 10, 31, 23, 59), (2025, 11, 1), (1, 0, {"2025-10-31": (1, 0)})),
        ((2025, 10, 31, 23, 59), (2025, 11, 2), (1, 9, {"2025-10-31": (1, 0), "2025-11-01": (0, 9)})),
        ((2025, 11, 1), (2025, 12, 1), (1, 9, {"2025-11-01": (1, 9)})),
        ((2025, 11, 1, 0, 10), (2025, 12, 1), (0, 0, {})),
        ((2025, 10, 1), (2025, 12, 1), (1, 17, {"2025-10-31": (1, 8), "2025-11-01": (0, 9)})),
    ],
)
def test_a_case_that_came_back_after_the_last_day_counts_what_lies_before(start, finish, expected, is_folded):
    """It failed at 23:50 for eight minutes and again from 00:01 to 00:10."""
    case = down(local(2025, 10, 31, 23, 50), local(2025, 11, 1, 0, 10))
    case.segments.update(finish=local(2025, 10, 31, 23, 58))
    Segment.objects.create(suspension=case, start=local(2025, 11, 1, 0, 1), finish=case.finish, degradation=1)
    if is_folded:
        folding.fold(timezone.now())
    found = figures(local(*start), local(*finish))

    touched = {row["day"]: (row["count"], row["total_minutes"]) for row in found["by_day"]}
    assert (found["count"], found["total_minutes"]) == expected[:2]
    assert {day: sums for day, sums in touched.items() if any(sums)} == expected[2]


def test_the_time_to_restore_leaves_out_what_ran_between():
    """A minute on Friday evening, then nothing is known until Monday morning, a minute more."""
    start, finish = local(2025, 7, 4, 18), local(2025, 7, 7, 9, 1)
    case = down(start, finish)
    case.segments.update(finish=start + timedelta(minutes=1))
    Segment.objects.create(suspension=case, start=finish - timedelta(minutes=1), finish=finish, degradation=1)

    assert figures(local(2025, 7, 1), local(2025, 8, 1))["mttr_minutes"] == 2
    assert figures(local(2025, 7, 6), local(2025, 8, 1))["mttr_minutes"] == 2


def test_a_case_without_length_on_the_first_or_last_moment_counts():
    for moment in (local(2025, 10, 1), local(2025, 11, 1) - timedelta(microseconds=1), local(2025, 11, 1)):
        down(moment, moment)
    found = figures(local(2025, 10, 1), local(2025, 11, 1))

    assert (found["count"], found["total_minutes"], found["durations"][0]["count"]) == (2, 0, 2)
    assert [row["day"] for row in found["by_day"] if row["count"]] == ["2025-10-01", "2025-10-31"]


@pytest.mark.parametrize("begins", [0, 250_000, 999_499, 999_500, 999_999])
def test_a_microsecond_is_not_lost(begins):
    start = datetime(2025, 7, 1, 10, 0, 0, begins, tzinfo=UTC)
    down(start, start + timedelta(microseconds=599_999))
    reading = Reading(Query(Period(local(2025, 7, 1), local(2025, 8, 1))), UserFactory())

    assert reading.figures.whole.total == 599_999


def test_the_period_before_is_of_the_same_length():
    now = local(2025, 7, 23, 18)
    month = preset("month", now, MOSCOW)
    last_month = preset("prevmonth", now, MOSCOW)
    assert (last_month.start, last_month.finish, last_month.months) == (local(2025, 6, 1), local(2025, 7, 1), 1)

    assert (month.start, month.finish) == (local(2025, 7, 1), local(2025, 8, 1))
    assert (month.before(now).start, month.before(now).finish) == (local(2025, 6, 1), local(2025, 6, 23, 18))
    quarter = preset("quarter", now, MOSCOW)
    assert (quarter.before(local(2026, 1, 1)).start, quarter.start) == (local(2025, 4, 1), local(2025, 7, 1))
    last = preset("last30", now, MOSCOW)
    assert (last.start, last.finish) == (local(2025, 6, 24), local(2025, 7, 24))
    twelve = preset("last12", now, MOSCOW)
    assert (twelve.start, twelve.finish) == (local(2024, 7, 24), local(2025, 7, 24))
    assert preset("last12", local(2024, 2, 28, 9), MOSCOW).start == local(2023, 3, 1)
    year = preset("year", local(2024, 2, 29), MOSCOW)
    assert year.before(local(2025, 6, 1)) == Period(local(2023, 1, 1), local(2024, 1, 1), "year", 12)
