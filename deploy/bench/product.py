"""Fills the product's database for the benchmark."""

import os
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - apps need the setup above

from accounts.models import User  # noqa: E402
from incidents.models import Incident  # noqa: E402


def prepare(rows: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    user = User.objects.create_superuser("bench", "bench@example.org", os.environ["BENCH_PASSWORD"])
    Incident.objects.bulk_create(
        (
            Incident(title=f"Incident {number}", description="It does not work.", reporter=user)
            for number in range(rows)
        ),
        batch_size=5000,
    )


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
