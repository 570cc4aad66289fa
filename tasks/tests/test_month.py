from datetime import date

import pytest

from tasks import month
from tasks.models import Task

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("first", "begins", "ends", "weeks"),
    [
        (date(2026, 11, 1), date(2026, 10, 26), date(2026, 12, 7), 6),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 3, 1), 4),
        (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 4), 5),
    ],
)
def test_a_month_is_whole_weeks(first, begins, ends, weeks):
    found = month.Month(first)

    assert (found.first, found.last) == (begins, ends)
    assert len(found.weeks([Task(deadline=first)])) == weeks


def test_the_months_around_are_those_before_and_after():
    found = month.Month(date(2026, 1, 1))

    assert (found.earlier.month, found.later) == (12, date(2026, 2, 1))


def test_each_task_stands_on_its_day_and_a_crowded_one_says_how_many_more():
    tasks = [Task(deadline=date(2026, 11, 3), title=str(number)) for number in range(9)]
    tasks.append(Task(deadline=date(2026, 10, 30)))
    cells = {cell.day: cell for week in month.Month(date(2026, 11, 1)).weeks(tasks) for cell in week}

    crowded = cells[date(2026, 11, 3)]
    assert ([task.title for task in crowded.tasks], crowded.more) == (list("012345"), 3)
    assert (len(cells[date(2026, 10, 30)].tasks), cells[date(2026, 10, 30)].is_inside) == (1, False)
    assert crowded.following == date(2026, 11, 4)


def test_a_month_without_deadlines_has_nothing_to_show():
    assert month.Month(date(2026, 11, 1)).weeks([]) == []


@pytest.mark.parametrize("text", ["", "2026-13", "soon", "0001-01", "9999-12", "2026"])
def test_what_names_no_month_means_this_one(text):
    assert month.read(text, TODAY).day == date(2026, 11, 1)


def test_a_month_is_read():
    assert month.read("2026-07", TODAY).day == date(2026, 7, 1)
