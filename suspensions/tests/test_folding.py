"""What is folded away says the same as the cases do, whatever happened to them since."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation, WorkingCalendar
from accounts.tests.factories import UserFactory
from accounts.working_time import moment_of
from suspensions import jobs, services, triggers
from suspensions.analytics import folding
from suspensions.analytics.asking import Query
from suspensions.analytics.folds import FORMAT, worked_of
from suspensions.analytics.packing import packed, unpacked
from suspensions.analytics.periods import PRESETS, Period, preset
from suspensions.analytics.reading import Reading, answer
from suspensions.analytics.schedules import Schedules
from suspensions.models import Fold, Segment, Suspension, TechProcess, Touched
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from suspensions.tests.year import year_of_cases
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 12, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def moscow():
    in_zone(MOSCOW)


def in_zone(zone):
    Organisation.objects.update(time_zone=zone.key)
    organisation.forget()


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


def journal(zone=MOSCOW, count=120):
    """Two years of cases up to now, one of which runs."""
    made = year_of_cases(2025, zone, count=count, seed=3) + year_of_cases(2026, zone, count=count, seed=4)
    Suspension.objects.filter(finish__gt=NOW).delete()
    Suspension.objects.filter(finish=None, start__gt=NOW).delete()
    Suspension.objects.filter(finish=None).update(start=NOW - 40 * HOUR)
    Segment.objects.filter(finish=None).update(start=NOW - 40 * HOUR)
    return list(Suspension.objects.filter(pk__in=[case.pk for case in made]).order_by("start"))


def figures(period):
    return answer(Reading(Query(period), UserFactory()))


def year(zone=MOSCOW):
    return Period(datetime(2026, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone), months=12)


def asked_for_all(period):
    """The figures without anything folded away."""
    Fold.objects.all().delete()
    return figures(period)


@pytest.mark.parametrize("zone", [MOSCOW, BERLIN])
def test_every_period_says_the_same_folded_or_not(now, zone):
    in_zone(zone)
    journal(zone)
    periods = [preset(name, NOW, zone) for name in PRESETS]
    midst = datetime(2026, 3, 14, 3, 20, tzinfo=zone)
    periods += [Period(midst, midst + timedelta(days=19, hours=5)), Period(midst, midst)]
    asked = [figures(period) for period in periods]

    assert folding.fold(NOW) == Fold.objects.count() > 60
    assert [figures(period) for period in periods] == asked


def test_what_is_folded_is_not_asked_for_again(now):
    journal()
    folding.fold(NOW)
    asked = Reading(Query(year()), UserFactory()).figures

    few = Suspension.objects.filter(asked.known.folds.rest(asked.start, asked.finish)).count()
    assert few < asked.whole.count / 10


@pytest.mark.parametrize("change", ["correct", "delete", "reopen", "restore", "record", "plan", "segments", "by hand"])
def test_no_change_is_missed(now, change):
    cases = journal(count=40)
    admin = actor_of(UserFactory(admin=True))
    case = Suspension.objects.filter(planned=False, finish__isnull=False, start__year=2026)[5]
    folding.fold(NOW)
    before = figures(year())
    if change == "correct":
        services.correct(case, by=admin, finish=case.finish + HOUR)
    elif change == "delete":
        services.delete(case, by=admin, note="Twice.")
    elif change == "reopen":
        services.reopen(case, by=admin)
    elif change == "restore":
        services.restore(Suspension.objects.filter(finish=None).first(), by=admin, finish=NOW - HOUR)
    elif change == "record":
        start = datetime(2026, 5, 5, 10, tzinfo=MOSCOW)
        services.register(
            by=admin, process=cases[0].process, risk_source=cases[0].risk_source, start=start, finish=start + HOUR
        )
    elif change == "plan":
        services.plan(case, by=admin, note="It was announced.")
    elif change == "segments":
        Segment.objects.filter(suspension=case).delete()
    else:
        Suspension.objects.filter(pk=case.pk).update(start=case.start - timedelta(days=30))
    stale = figures(year())
    anew = folding.fold(NOW)
    folded = figures(year())

    assert stale == folded == asked_for_all(year())
    assert anew <= 2
    assert stale != before


def test_who_folds_twice_has_nothing_to_do(now):
    journal(count=20)
    jobs.fold()

    with CaptureQueriesContext(connection) as seen:
        jobs.fold()
    assert not [query for query in seen.captured_queries if "piece" in query["sql"]]
    assert not Touched.objects.exists()


def test_the_day_that_has_passed_is_folded_after_midnight(now):
    SuspensionFactory(start=NOW - HOUR, finish=NOW, status="restored")
    assert folding.fold(NOW) == 0

    assert folding.fold(NOW + timedelta(days=1)) == 1
    assert folding.fold(NOW + timedelta(days=1)) == 0
    fold = Fold.objects.get()
    assert (fold.cases, fold.finish) == (1, datetime(2026, 11, 22, tzinfo=MOSCOW))


def test_of_two_who_fold_at_once_the_second_leaves_its_notes(now):
    journal(count=20)
    folding.fold(NOW)
    old = Fold.objects.filter(cases__gt=0).first()
    period = Period(old.start.astimezone(MOSCOW), old.finish.astimezone(MOSCOW))
    Fold.objects.filter(pk=old.pk).update(made_at=NOW + HOUR)

    hours = Schedules(TechProcess.objects.all(), moment_of(old.start), moment_of(NOW))
    assert not folding.keep(period, old, hours)
    assert not folding.keep(period, None, hours)
    assert folding.keep(period, Fold.objects.get(pk=old.pk), hours)


def test_notes_of_a_lost_race_stay(now, monkeypatch):
    journal(count=20)
    monkeypatch.setattr(folding, "keep", lambda period, old, hours: False)
    before = Touched.objects.count()
    folding.fold(NOW)

    assert Touched.objects.count() == before > 0


def test_another_zone_cuts_other_days(now):
    journal(count=20)
    folding.fold(NOW)
    in_zone(BERLIN)
    assert figures(year(BERLIN)) == figures(year(BERLIN))
    assert Reading(Query(year(BERLIN)), UserFactory()).figures.known.folds.heads == ()

    folding.fold(NOW)
    assert {fold.basis for fold in Fold.objects.all()} == {f"{FORMAT} Europe/Berlin"}


def test_what_a_process_has_unpacked_it_does_not_read_again(now):
    case = journal(count=40)[-5]
    folding.fold(NOW)
    with CaptureQueriesContext(connection) as first:
        before = figures(year())
    with CaptureQueriesContext(connection) as second:
        assert figures(year()) == before
    assert [len([one for one in seen if '"content"' in one["sql"]]) for seen in (first, second)] == [1, 0]

    Suspension.objects.filter(pk=case.pk).update(status="called_off", planned=True, finish=None)
    folding.fold(NOW)
    assert figures(year()) == asked_for_all(year()) != before


def test_narrowed_figures_are_asked_for(now):
    cases = journal(count=20)
    folding.fold(NOW)

    assert Reading(Query(year(), process=cases[0].process), UserFactory()).figures.known.folds is None


def test_what_is_packed_comes_out_the_same(now):
    journal(count=40)
    folding.fold(NOW)
    for found in Fold.objects.filter(cases__gt=0):
        run = unpacked(bytes(found.content), worked_of(found.worked), *map(moment_of, (found.start, found.finish)), 0)
        assert packed(run) == bytes(found.content)
        assert run.answers.islands


def test_other_working_hours_count_at_once_and_are_folded_again(now):
    journal(count=40)
    folding.fold(NOW)
    TechProcess.objects.update(monday="10:00-11:00", tuesday="10:00-11:00")
    counted = figures(year())

    assert folding.fold(NOW) > 20
    assert folding.fold(NOW) == 0
    assert counted == figures(year()) == asked_for_all(year())


def test_a_day_that_becomes_free_concerns_only_its_own_stretch(now):
    journal(count=40)
    folding.fold(NOW)
    calendar = organisation.current().calendar
    calendar.days.create(date=datetime(2026, 5, 5).date(), hours="", name="Holiday")
    WorkingCalendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)
    organisation.forget()
    counted = figures(year())

    assert folding.fold(NOW) <= 2
    assert counted == figures(year()) == asked_for_all(year())


def test_runs_that_reach_into_each_other_count_once(now):
    """Cases over the borders of sixths, one of them over three, one that came back much later, and one not folded."""
    fields = {"process": TechProcessFactory(), "risk_source": RiskSourceFactory(), "status": "restored"}
    for first, last in [(4, 7), (5, 6), (3, 17), (10, 11), (15, 16), (12, 13), (20, 27)]:
        start, finish = (datetime(2026, 5, day, 20, 30, tzinfo=MOSCOW) for day in (first, last))
        SuspensionFactory(start=start, finish=finish, planned=first == 10, **fields)
    back = SuspensionFactory(
        start=datetime(2026, 5, 2, 10, tzinfo=MOSCOW), finish=datetime(2026, 5, 29, 10, tzinfo=MOSCOW), **fields
    )
    back.segments.update(finish=back.start + HOUR)
    Segment.objects.create(suspension=back, start=back.finish - 40 * HOUR, finish=back.finish, degradation=1)
    folding.fold(NOW)
    late = datetime(2026, 5, 16, 12, tzinfo=MOSCOW)
    SuspensionFactory(start=late, finish=late + 200 * HOUR, **fields)
    folded = figures(year())

    assert folded == asked_for_all(year())
    assert folded["union_minutes"] < folded["total_minutes"]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin", "America/Havana", "Africa/Cairo"])
def test_sixths_of_months_leave_no_gap(zone):
    zone = ZoneInfo(zone)
    parts = list(folding.stretches(datetime(2024, 1, 15, tzinfo=zone), NOW, zone))

    assert parts[0].start == datetime(2024, 1, 11, tzinfo=zone)
    assert parts[-1].finish == datetime(2026, 11, 21, tzinfo=zone)
    assert [part.finish for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert len(parts) == 70 + 72 + 64


def test_missing_triggers_are_put_back_and_nothing_old_is_believed(now):
    journal(count=20)
    folding.fold(NOW)
    triggers.install_after_migrate("default")
    assert Fold.objects.exists()

    triggers.remove_before_migrate("default", plan=[])
    name = sorted(triggers.statements(connection.vendor))[0]
    drop = f"DROP FUNCTION {name}() CASCADE" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}"
    with connection.cursor() as cursor:
        cursor.execute(drop)
    triggers.install_after_migrate("default")

    assert not Fold.objects.exists()
    assert triggers.present(connection) == triggers.statements(connection.vendor).keys()
