"""The state machine of a group, by example and against a second reckoning of every short and many long histories."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from monitoring.machine import (
    Closed,
    Interrupted,
    Opened,
    Result,
    Resumed,
    Rules,
    State,
    is_over,
    quorum_of,
    step,
    verdict,
)

pytestmark = pytest.mark.once
NOON = datetime(2026, 7, 23, 12, tzinfo=UTC)
RULES = Rules(open_after=3, close_after=2, silence=timedelta(seconds=60), join=timedelta(seconds=300))
GOOD, BAD, BLIND = True, False, None


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def live(rounds, rules=RULES, state=None, planned=()):
    """Feed (seconds, verdict) to the machine and return its effects as (name, seconds), and the last state.

    An interruption is two of them: until when it was seen, and since when again.
    """
    state, told = state or State(), []
    for seconds, good in rounds:
        state, effects = step(state, [Result("a", good)], at(seconds), rules, planned=seconds in planned)
        for effect in effects:
            if isinstance(effect, Interrupted):
                told.append(("Lost", (effect.since - NOON).total_seconds()))
            name = "Found" if isinstance(effect, Interrupted) else type(effect).__name__
            told.append((name, (effect.at - NOON).total_seconds()))
    return told, state


def every(seconds, verdicts, start=0):
    return [(start + number * seconds, good) for number, good in enumerate(verdicts)]


def reckoned(rounds, rules):
    """The same by another way: cut the whole history into rows of equal rounds first, then look at each row."""
    rows = []
    for seconds, good in rounds:
        if good is BLIND:
            continue
        gap = seconds - rows[-1]["last"] if rows else 0
        if not rows or rows[-1]["good"] != good or gap > rules.silence.total_seconds():
            rows.append({"good": good, "first": seconds, "gap": gap, "count": 0})
        rows[-1] |= {"last": seconds, "count": rows[-1]["count"] + 1}
    told, down, last_bad, ended, unseen = [], False, None, None, False
    for row in rows:
        unseen = unseen or row["gap"] > max(rules.silence, rules.join).total_seconds()
        if row["good"] and down and row["count"] >= rules.close_after:
            ended = last_bad if unseen else row["first"]
            told.append(("Closed", ended))
            down = False
        if not row["good"]:
            if not down and row["count"] >= rules.open_after:
                soon = ended is not None and row["first"] - ended <= rules.join.total_seconds()
                told.append(("Resumed" if soon else "Opened", row["first"]))
                down = True
            elif down and unseen:
                told += [("Lost", last_bad), ("Found", row["first"])]
            last_bad, unseen = row["last"], False
    return told


def test_an_outage_starts_with_the_first_failed_round_and_ends_with_the_first_good_one():
    told, state = live(every(20, [GOOD, BAD, BAD, BAD, BAD, GOOD, GOOD]))

    assert told == [("Opened", 20), ("Closed", 100)]
    assert not state.is_down


@pytest.mark.parametrize("failures", [1, 2])
def test_fewer_failures_than_asked_for_are_nothing(failures):
    assert live(every(20, [BAD] * failures + [GOOD] + [BAD] * failures))[0] == []


def test_one_good_round_does_not_end_it():
    told, state = live(every(20, [BAD, BAD, BAD, GOOD, BAD, BAD, GOOD, GOOD]))

    assert told == [("Opened", 0), ("Closed", 120)]
    assert state.closed_at == at(120)


def test_what_fails_again_soon_is_the_same_outage():
    rounds = every(20, [BAD, BAD, BAD, GOOD, GOOD, BAD, BAD, BAD, GOOD, GOOD])

    assert live(rounds)[0] == [("Opened", 0), ("Closed", 60), ("Resumed", 100), ("Closed", 160)]


@pytest.mark.parametrize(("good", "name"), [(15, "Resumed"), (16, "Opened")])
def test_soon_is_within_the_join(good, name):
    """The outage ends at 60; the next begins 20 seconds after each good round."""
    rounds = every(20, [BAD, BAD, BAD, *[GOOD] * good, BAD, BAD, BAD])

    assert live(rounds)[0][-1] == (name, 60 + good * 20)


def test_the_same_round_twice_counts_once():
    rounds = [pair for pair in every(20, [BAD, BAD, GOOD, BAD, BAD]) for _twice in range(2)]

    assert live(rounds)[0] == []


def test_a_round_that_was_overtaken_changes_nothing():
    _told, state = live([(0, BAD), (20, BAD)])

    assert live([(10, BAD), (15, GOOD)], state=state) == ([], state)


def test_failures_before_and_after_a_silence_do_not_add_up():
    told, _state = live([(0, BAD), (20, BAD), (400, BAD), (420, BAD), (440, BAD)])

    assert told == [("Opened", 400)]


@pytest.mark.parametrize(
    ("again", "told"),
    [
        (61, []),
        (100, []),
        (340, []),
        (341, [("Lost", 40), ("Found", 341)]),
        (63 * 3600, [("Lost", 40), ("Found", 63 * 3600)]),
    ],
)
def test_a_silence_in_the_middle_leaves_the_same_outage_and_a_long_one_stays_out_of_it(again, told):
    rounds = [*every(20, [BAD] * 3), *every(20, [BAD] * 5, start=again), *every(20, [GOOD] * 2, start=again + 100)]

    assert live(rounds)[0] == [("Opened", 0), *told, ("Closed", again + 100)]


def test_one_good_round_after_a_long_silence_hides_nothing_of_it():
    rounds = [*every(20, [BAD] * 3), (1000, GOOD), (1020, BAD), *every(20, [GOOD] * 2, start=1040)]

    assert live(rounds)[0] == [("Opened", 0), ("Lost", 40), ("Found", 1020), ("Closed", 1040)]


def test_a_short_silence_after_a_long_one_does_not_bring_it_back():
    rounds = [*every(20, [BAD] * 3), (1000, GOOD), *every(20, [GOOD] * 2, start=1100)]

    assert live(rounds)[0] == [("Opened", 0), ("Closed", 40)]


def test_several_silences_are_several_interruptions():
    told, _state = live([*every(20, [BAD] * 3), (1000, BAD), (2000, BAD), (2020, BAD), (3000, BAD)])

    assert told[1:] == [("Lost", 40), ("Found", 1000), ("Lost", 1000), ("Found", 2000), ("Lost", 2020), ("Found", 3000)]


def test_rounds_without_evidence_do_not_shorten_a_long_silence():
    rounds = [*every(20, [BAD] * 3), *every(20, [BLIND] * 30, start=60), (660, BAD)]

    assert live(rounds)[0] == [("Opened", 0), ("Lost", 40), ("Found", 660)]


def test_rounds_that_lie_far_apart_by_plan_are_no_silence():
    hourly = Rules(open_after=1, silence=timedelta(hours=3), join=timedelta(minutes=5))

    assert live(every(3600, [BAD, BAD, BAD]), hourly)[0] == [("Opened", 0)]


def test_a_short_silence_before_the_end_belongs_to_the_outage():
    assert live([*every(20, [BAD] * 3), *every(20, [GOOD] * 2, start=340)])[0] == [("Opened", 0), ("Closed", 340)]


def test_the_time_of_a_long_silence_before_the_end_is_not_claimed():
    """The probe fell silent at 40 and found all well at 341: nobody knows how long it was down in between."""
    assert live([*every(20, [BAD] * 3), *every(20, [GOOD] * 2, start=341)])[0] == [("Opened", 0), ("Closed", 40)]


def test_rounds_without_evidence_are_silence():
    told, state = live([(0, BAD), (20, BAD), *every(20, [BLIND] * 10, start=40), (240, BAD), (260, BAD)])

    assert told == []
    assert state.failing_since == at(240)


def test_a_single_round_without_evidence_does_not_interrupt():
    assert live(every(20, [BAD, BAD, BLIND, BAD]))[0] == [("Opened", 0)]


def test_no_outage_begins_in_a_maintenance_window():
    told, _state = live(every(20, [BAD] * 10), planned={20 * number for number in range(10)})

    assert told == []


def test_what_still_fails_after_the_window_began_with_its_end():
    told, _state = live(every(20, [BAD] * 6), planned={0, 20, 40})

    assert told == [("Opened", 60)]


def test_what_was_down_before_the_window_ends_with_the_first_good_round_in_it():
    told, _state = live(every(20, [BAD, BAD, BAD, BAD, GOOD, GOOD]), planned={60, 80, 100})

    assert told == [("Opened", 0), ("Closed", 80)]


def test_a_clock_set_back_neither_opens_nor_forgets():
    told, state = live([(0, GOOD), (7200, BAD), (7220, BAD), (3600, BAD), (3620, BAD)])
    assert told == []

    assert live([(3640, BAD)], state=state)[0] == [("Opened", 3600)]


def test_a_clock_set_back_in_an_outage_leaves_it_open_until_it_is_good():
    told, _state = live([*every(20, [BAD] * 3, start=7200), *every(20, [GOOD] * 2, start=0)])

    assert told == [("Opened", 7200), ("Closed", 0)]


def test_a_clock_set_forward_is_a_silence():
    assert live([(0, BAD), (20, BAD), (86400, BAD), (86420, GOOD)])[0] == []


def test_every_short_history_agrees_with_a_second_reckoning():
    rules = Rules(open_after=2, close_after=2, silence=timedelta(seconds=60), join=timedelta(seconds=100))
    for steps in product([(GOOD, 20), (BAD, 20), (BLIND, 20), (GOOD, 90), (BAD, 110)], repeat=7):
        seconds, rounds = 0, []
        for good, pause in steps:
            seconds += pause
            rounds.append((seconds, good))
        assert live(rounds, rules)[0] == reckoned(rounds, rules), rounds


@pytest.mark.parametrize(
    ("then", "now", "over"),  # the outage ended at 60, and up to 360 it may be resumed
    [
        ([], 360, False),
        ([], 361, True),
        ([(340, BAD)], 390, False),  # it fails already, and that may be the same
        ([(340, BAD), (360, GOOD)], 380, True),
        ([(340, BAD)], 420, True),  # nobody has measured since, and no row outlives that
        ([(380, BAD)], 400, True),  # whatever becomes of this is another one
        ([(340, BAD), (360, BAD), (380, BAD)], 3600, False),  # it was resumed
    ],
)
def test_an_outage_is_over_when_nothing_can_resume_it(then, now, over):
    silent = [(seconds, GOOD) for seconds in range(60, 321, 20)]
    _told, state = live([*every(20, [BAD] * 3), *silent, *then])

    assert is_over(state, at(now), RULES) is over


@pytest.mark.parametrize("seed", range(60))
def test_long_histories_agree_and_keep_what_always_holds(seed):
    chance = random.Random(seed)
    rules = Rules(chance.randint(1, 4), chance.randint(1, 4), None, timedelta(seconds=60), timedelta(seconds=300))
    seconds, rounds, good = 0, [], GOOD
    for _round in range(400):
        seconds += chance.choices([chance.randint(1, 60), chance.randint(61, 2000)], [30, 1])[0]
        good = chance.choices([good, GOOD, BAD, BLIND], [6, 2, 2, 1])[0]
        rounds.append((seconds, good))

    told, state = live(rounds, rules)

    assert told == reckoned(rounds, rules)
    known = dict(rounds)
    assert all(known[moment] is BAD for name, moment in told if name != "Closed")
    turns = [pair for pair in told if pair[0] not in {"Lost", "Found"}]
    assert all(one[0] != two[0] and "Closed" in {one[0], two[0]} for one, two in pairwise(turns))
    assert [moment for _name, moment in told] == sorted(moment for _name, moment in told)
    assert state.is_down == bool(told and told[-1][0] != "Closed")


@pytest.mark.parametrize("seed", range(20))
def test_a_state_that_was_stored_in_between_leads_to_the_same(seed):
    chance = random.Random(seed)
    rounds = every(20, [chance.choice([GOOD, BAD, BAD]) for _round in range(60)])
    whole, end = live(rounds)
    cut = chance.randint(1, 59)

    first, between = live(rounds[:cut])
    second, after = live(rounds[cut - 1 :], state=State(**vars(between)))  # the last round comes once more

    assert (first + second, after) == (whole, end)


@pytest.mark.parametrize(
    ("answers", "quorum", "found"),
    [
        ({"a": [BAD], "b": [GOOD]}, None, GOOD),
        ({"a": [BAD], "b": [BAD]}, None, BAD),
        ({"a": [BAD], "b": [BLIND]}, None, BLIND),
        ({"a": [GOOD], "b": [BLIND]}, None, GOOD),
        ({"a": [BAD], "b": [BAD], "c": [GOOD]}, None, BAD),
        ({"a": [BAD], "b": [GOOD], "c": [GOOD]}, None, GOOD),
        ({"a": [BAD], "b": [GOOD], "c": [BLIND]}, None, BLIND),
        ({"a": [BAD], "b": [GOOD]}, 1, BAD),
        ({"a": [BAD], "b": [BAD], "c": [GOOD]}, 3, GOOD),
        ({"a": [BAD, BAD], "b": [GOOD]}, None, GOOD),
        ({"a": [BAD, GOOD], "b": [BAD]}, None, GOOD),
        ({"a": [BLIND, BAD], "b": [BAD]}, None, BAD),
        ({}, None, BLIND),
    ],
)
def test_a_quorum_of_independent_targets_decides(answers, quorum, found):
    results = [Result(key, ok) for key, said in answers.items() for ok in said]

    assert verdict(results, quorum) is found


@pytest.mark.parametrize(
    ("targets", "wanted", "needed"),
    [(1, None, 1), (2, None, 2), (3, None, 2), (4, None, 3), (5, None, 3), (3, 1, 1), (2, 5, 2), (0, None, 1)],
)
def test_all_of_two_or_a_majority_unless_told(targets, wanted, needed):
    assert quorum_of(targets, wanted) == needed


def test_effects_are_what_services_act_on():
    _told, state = live(every(20, [BAD] * 3))

    assert step(state, [Result("a", True)], at(60), Rules(close_after=1))[1] == (Closed(at(60)),)
    assert (Opened(at(0)), Resumed(at(0))) == (Opened(NOON), Resumed(NOON))
