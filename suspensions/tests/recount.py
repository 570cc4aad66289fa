"""The figures counted again the slow way, minute by minute: what the product must agree with."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import mean, median

MINUTE = timedelta(minutes=1)


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


def recount(cases, start, finish, now, zone, processes):
    """Return the figures in minutes for cases whose times are whole minutes."""
    cases = [case for case in cases if touches(case, start, finish, now)]
    down = {case.pk: minutes_of(case, start, finish, now) for case in cases}
    lengths = [len(minutes) for minutes in down.values()]
    failures = [case for case in cases if not case.planned]
    ended = [case for case in failures if case.finish and start < case.finish <= min(finish, now)]
    elapsed = range(number(start), number(min(finish, now)))
    broken = {(case.process_id, minute) for case in failures for minute in down[case.pk]}
    agreed = len(elapsed) * len(processes)
    open_minutes = {
        (process.pk, minute)
        for process in processes
        for hours in [process.working_time()]
        for minute in elapsed
        if hours.is_working(moment(minute))
    }
    begun = len([case for case in failures if case.start >= start])
    return {
        "count": len(cases),
        "total_minutes": sum(lengths),
        "union_minutes": len({minute for minutes in down.values() for minute in minutes}),
        "longest_minutes": max(lengths, default=0),
        "mean_minutes": mean(lengths) if lengths else None,
        "median_minutes": median(lengths) if lengths else None,
        "mttr_minutes": mean((case.finish - case.start) / MINUTE for case in ended) if ended else None,
        "mtbf_minutes": (agreed - len(broken)) / begun if begun else None,
        "availability": 100 * (agreed - len(broken)) / agreed if agreed else None,
        "availability_scheduled": 100 * len(open_minutes - broken) / len(open_minutes) if open_minutes else None,
        "by_process": Counter(case.process_id for case in cases for _minute in down[case.pk]),
        "by_risk_source": Counter(case.risk_source_id for case in cases for _minute in down[case.pk]),
        "by_day": Counter(moment(minute).astimezone(zone).date() for case in cases for minute in down[case.pk]),
        "union_by_day": Counter(
            moment(minute).astimezone(zone).date() for minute in {one for minutes in down.values() for one in minutes}
        ),
    }
