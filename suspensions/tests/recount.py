"""The figures counted again the slow way, minute by minute: what the product must agree with."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import mean, median

MINUTE = timedelta(minutes=1)
STEP = 60  # the clocks of schedules in tests stand on whole hours
EDGES = (15, 30, 60, 120, 240, 480, 1440)


def minutes_of(case, start, finish, now):
    """The minutes (as whole numbers since 1970) in which the case counts."""
    found = []
    for segment in case.segments.all():
        begins, ends = max(segment.start, start), min(segment.finish or now, finish, now)
        found += range(number(begins), max(number(begins), number(ends)))
    return found


def number(moment):
    return int(moment.timestamp()) // 60


def moment(minute):
    return datetime.fromtimestamp(minute * 60, UTC)


def touches(case, start, finish, now):
    finish = min(finish, now)
    return case.start < finish and (case.finish is None or case.finish > start or case.start >= start)


def working(process, elapsed):
    """The minutes in which the process works."""
    hours = process.working_time()
    return {
        minute
        for first in range(elapsed.start - elapsed.start % STEP, elapsed.stop, STEP)
        if hours.is_working(moment(first))
        for minute in range(max(first, elapsed.start), min(first + STEP, elapsed.stop))
    }


def by_process(cases, down):
    """The minutes in which each process is down."""
    found = defaultdict(set)
    for case in cases:
        found[case.process_id].update(down[case.pk])
    return found


def summed(cases, down, key):
    """Count, total, union and the longest of the cases of each key."""
    groups = defaultdict(list)
    for case in cases:
        groups[key(case)].append(down[case.pk])
    return {name: figures_of(some) for name, some in groups.items()}


def figures_of(some):
    lengths = [len(minutes) for minutes in some]
    return len(some), sum(lengths), len({one for minutes in some for one in minutes}), max(lengths, default=0)


def dated(cases, down, start, day_of):
    """Count, total and union of each day; a case is counted on the first one that it touches."""
    counts, totals, unions = defaultdict(int), defaultdict(int), defaultdict(int)
    days = {minute: day_of(minute) for minute in {one for minutes in down.values() for one in minutes}}
    for case in cases:
        counts[day_of(number(max(case.start, start)))] += 1
        for minute in down[case.pk]:
            totals[days[minute]] += 1
    for day in days.values():
        unions[day] += 1
    return {day: (counts[day], totals[day], unions[day]) for day in sorted({*counts, *totals})}


def boxed(lengths):
    """How many lasted up to each of the edges, and longer."""
    boxes = [0] * (len(EDGES) + 1)
    for length in lengths:
        boxes[sum(length > edge for edge in EDGES)] += 1
    return boxes


def recount(cases, start, finish, now, zone, processes):
    """Return the figures in minutes for cases whose times are whole minutes."""
    cases = [case for case in cases if touches(case, start, finish, now)]
    down = {case.pk: minutes_of(case, start, finish, now) for case in cases}
    count, total, union, longest = figures_of(down.values())
    lengths = [len(minutes) for minutes in down.values()]
    elapsed = range(number(start), number(min(finish, now)))
    opened = {process.pk: working(process, elapsed) for process in processes}
    failures = [case for case in cases if not case.planned]
    begun = len([case for case in failures if case.start >= start])
    return {
        "count": count,
        "failures": begun,
        "total_minutes": total,
        "union_minutes": union,
        "longest_minutes": longest,
        "mean_minutes": mean(lengths) if lengths else None,
        "median_minutes": median(lengths) if lengths else None,
        "mttr_minutes": mttr(failures, start, min(finish, now)),
        "durations": boxed(lengths),
        **available(by_process(failures, down), len(elapsed) * len(processes), opened, begun),
        **splits(cases, down, opened, start, zone),
    }


def mttr(failures, start, finish):
    ended = [case for case in failures if case.finish and start < case.finish <= finish]
    lengths = [sum((part.finish - part.start) / MINUTE for part in case.segments.all()) for case in ended]
    return mean(lengths) if ended else None


def available(broken, agreed, opened, begun):
    """Availability by the calendar and by the schedule, and what MTBF divides."""
    lost, open_minutes = sum(map(len, broken.values())), sum(map(len, opened.values()))
    open_lost = sum(len(minutes & opened[process]) for process, minutes in broken.items())
    return {
        "mtbf_minutes": (agreed - lost) / begun if begun else None,
        "availability": 100 * (agreed - lost) / agreed if agreed else None,
        "availability_scheduled": 100 * (open_minutes - open_lost) / open_minutes if open_minutes else None,
    }


def splits(cases, down, opened, start, zone):
    """The sums of each process, source, day and month, and what of each case lies within the schedule."""
    scheduled = {process: len(minutes & opened[process]) for process, minutes in by_process(cases, down).items()}
    processes = summed(cases, down, lambda case: case.process_id)

    @cache
    def day_of(minute):
        return moment(minute).astimezone(zone).date()

    return {
        "scheduled_minutes": sum(scheduled.values()),
        "by_process": {process: (*found, scheduled[process]) for process, found in processes.items()},
        "by_risk_source": summed(cases, down, lambda case: case.risk_source_id),
        "by_day": dated(cases, down, start, day_of),
        "by_month": dated(cases, down, start, lambda minute: f"{day_of(minute):%Y-%m}"),
        "cases": {
            case.number: (len(down[case.pk]), len(opened[case.process_id].intersection(down[case.pk])))
            for case in cases
        },
    }
