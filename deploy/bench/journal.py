"""Fills a database with generated downtime for the benchmark of the figures: three years of cases up to today."""

import io
import itertools
import os
import random
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - apps need the setup above
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from suspensions.analytics import folding  # noqa: E402
from suspensions.models import RiskSource, Segment, Suspension, TechProcess  # noqa: E402

YEARS = 3
MINUTES = (2, 5, 12, 42, 75, 190, 700)


def prepare(rows: int) -> None:
    call_command("prepare", stdout=io.StringIO())
    author = User.objects.create_user("bench", "bench@example.org", os.environ["BENCH_PASSWORD"], role="manager")
    draw = random.Random(1)  # noqa: S311 - the same journal each time
    processes, sources = list(TechProcess.objects.all()), list(RiskSource.objects.all())
    now = timezone.now()
    starts = sorted(now - timedelta(seconds=draw.randrange(3600, YEARS * 365 * 86400)) for _ in range(rows))
    made = (
        Suspension(
            number=f"{start.year}-{number:06d}", process=draw.choice(processes), risk_source=draw.choice(sources),
            start=start, finish=min(now, start + timedelta(minutes=draw.choice(MINUTES), seconds=draw.randrange(60))),
            status=Suspension.Status.RESTORED, author=author, description="Нет связи с депозитарием",
            planned=draw.random() < 0.1,
        )
        for number, start in enumerate(starts)
    )  # fmt: skip
    for some in itertools.batched(made, 5000):
        cases = Suspension.objects.bulk_create(some, batch_size=1000)
        Segment.objects.bulk_create([Segment(suspension=case, start=case.start, finish=case.finish) for case in cases])
    folding.fold(now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what the server does by itself within minutes of a load like this


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
