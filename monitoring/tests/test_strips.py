from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from monitoring.models import TargetGroup
from monitoring.strips import DOWN, LATE, MINUTES, NODATA, PLANNED, UP, Curve, Day, Seen, Strip

END = datetime(2026, 7, 23, 12, tzinfo=UTC)
GOOD, BAD, BOTH, BLIND = Seen(3, 0, 120), Seen(0, 3, 0), Seen(2, 1, 80), Seen(0, 0, 0)


def day(seen, outages=(), windows=(), planned=(), **group):
    return Day(TargetGroup(**group), END, seen, outages, windows, planned)


def span(first, last):
    start = END - timedelta(minutes=MINUTES)
    finish = None if last is None else start + timedelta(minutes=last)
    return SimpleNamespace(start=start + timedelta(minutes=first), finish=finish)


def target(pk=1):
    return SimpleNamespace(pk=pk)


def test_a_minute_is_what_was_seen_in_it():
    seen = dict(enumerate([GOOD, BAD, BOTH]))

    assert day({1: seen}).strip_of(target()).states[:3] == [UP, DOWN, LATE]


def test_what_was_not_measured_is_no_data():
    strip = day({1: {0: GOOD, 100: BLIND}}).strip_of(target())

    assert strip.minutes(NODATA) > MINUTES - 5
    assert strip.states[100] == NODATA
    assert day({}).strip().minutes(NODATA) == MINUTES
    assert day({}).strip_of(target()).availability is None


def test_a_measurement_holds_until_the_next_one_is_due():
    strip = day({1: {0: GOOD, 5: GOOD}}, interval_seconds=300).strip_of(target())

    assert set(strip.states[:10]) == {UP}
    assert strip.states[60] == NODATA


def test_a_group_is_down_only_during_an_outage():
    seen = {1: {10: BAD, 11: BAD, 50: BAD}, 2: {10: BAD, 11: BAD, 50: BAD}}

    states = day(seen, outages=[span(10, 12)]).strip().states

    assert (states[10], states[11], states[50]) == (DOWN, DOWN, LATE)


def test_an_outage_that_lasts_reaches_to_the_end():
    seen = {1: dict.fromkeys(range(1430, MINUTES), BAD)}

    assert day(seen, outages=[span(1430, None)]).strip().minutes(DOWN) == 10


def test_what_fails_in_a_window_is_planned():
    assert day({1: {10: BAD}}, windows=[span(0, 20)]).strip().states[10] == PLANNED


def test_announced_work_is_planned_where_all_the_processes_have_some():
    seen = {1: {10: BAD, 20: BAD}}
    one, both = [[span(0, 30)], []], [[span(0, 30)], [span(15, 30)]]

    assert day(seen, planned=one).strip().minutes(PLANNED) == 0
    states = day(seen, planned=both).strip().states
    assert (states[10], states[20]) == (LATE, PLANNED)


def test_time_without_data_within_an_outage_is_shown_as_such():
    seen = {1: {10: BAD, 500: BAD}}

    states = day(seen, outages=[span(10, 501)]).strip().states

    assert (states[10], states[250], states[500]) == (DOWN, NODATA, DOWN)


def test_pieces_cover_the_whole_width_once():
    pieces = Strip([UP] * 720 + [DOWN] * 360 + [NODATA] * 360).pieces()

    assert [(piece.state, piece.x, piece.width) for piece in pieces] == [
        (UP, "0.000%", "50.000%"), (DOWN, "50.000%", "25.000%"), (NODATA, "75.000%", "25.000%"),
    ]  # fmt: skip
    assert [piece.fill for piece in pieces] == ["", "", "url(#p-nodata)"]


@pytest.mark.parametrize(
    ("states", "share"),
    [([UP] * 1440, 1), ([DOWN] * 144 + [UP] * 1296, 0.9), ([NODATA] * 720 + [DOWN] * 72 + [LATE] * 648, 0.9)],
)
def test_availability_is_a_share_of_what_was_measured(states, share):
    assert Strip(states).availability == pytest.approx(share)


def test_a_curve_breaks_where_nothing_was_measured():
    curve = day({1: {0: GOOD, 1: GOOD, 25: GOOD}}).curve()

    assert curve.points[:4] == [40, None, 40, None]
    assert curve.path().count("M") == 2
    assert (curve.median, curve.top) == (40, 50)


def test_an_empty_curve_draws_nothing():
    curve = Curve([None] * 144)

    assert (curve.path(), curve.median, curve.slow) == ("", None, None)
