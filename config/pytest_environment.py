"""Loaded by pytest before the settings (`-p`): tests never write into ./data nor obey a developer's .env."""

import os
import re
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent / ".env.template"
is_worker = "PYTEST_XDIST_WORKER" in os.environ

# The servers to run against may come from outside; every other setting is that of a fresh clone.
kept = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"} | ({"DATA_DIR"} if is_worker else set())
for name in set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)) - kept:
    os.environ.pop(name, None)
os.environ["ENV_FILE"] = os.devnull
if not is_worker:
    folder = tempfile.TemporaryDirectory(prefix="vakhta-tests-", ignore_cleanup_errors=True)
    os.environ["DATA_DIR"] = folder.name
