"""A generated year of downtime: overlaps, cases over midnight and New Year, gaps inside a case, planned work."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.tests.factories import UserFactory
from suspensions.models import Segment, Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory


def year_of_cases(year, zone, count=400, seed=7):
    """Store `count` cases around a year; the last one runs on. Return them."""
    chance = random.Random(seed)
    author = UserFactory()
    processes = [TechProcessFactory(), TechProcessFactory(round_the_clock=True), TechProcessFactory()]
    sources = [RiskSourceFactory(name="Provider"), RiskSourceFactory(name="Software")]
    first = datetime(year, 1, 1, tzinfo=zone) - timedelta(days=3)
    made = []
    for number in range(count):
        start = first + timedelta(minutes=chance.randrange(371 * 1440))
        length = timedelta(minutes=chance.choice([0, 5, 42, 75, 190, 700, 3000]) + chance.randrange(30))
        share = chance.choice([1, 1, Decimal("0.3")])
        made.append(
            Suspension(
                number=f"{year}-{number:05d}",
                process=chance.choice(processes),
                risk_source=chance.choice(sources),
                start=start,
                finish=start + length,
                planned=chance.random() < 0.1,
                author=author,
                kind="outage" if share == 1 else "degradation",
                degradation=share,
                status="restored",
                description="No exchange with the depositary.",
            )
        )
    made[-1].finish, made[-1].status, made[-1].planned = None, "registered", False
    Suspension.objects.bulk_create(made)
    Segment.objects.bulk_create(part for case in made for part in segments(case))
    return made


def segments(case):
    """One segment, or two with a good gap between them in a case of over two hours."""
    if case.finish is None or case.finish - case.start < timedelta(hours=2):
        return [Segment(suspension=case, start=case.start, finish=case.finish, degradation=case.degradation)]
    half = case.start + timedelta(hours=1)
    return [
        Segment(suspension=case, start=case.start, finish=half, degradation=case.degradation),
        Segment(suspension=case, start=half + timedelta(minutes=10), finish=case.finish, degradation=case.degradation),
    ]
