"""The process that the drill kills: the real delivery, but with a short lease, so that nobody waits minutes."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    claiming = sys.modules["notifications.services.claiming"]
    claiming.LEASE = timedelta(seconds=float(os.environ["DRILL_LEASE"]))  # type: ignore[attr-defined]
    call_command("deliver", watch=True, pause=0.1)
