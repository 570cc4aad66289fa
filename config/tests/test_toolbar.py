"""The debug toolbar: beside DEBUG and nowhere else."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = "from config import settings; print(*settings.INSTALLED_APPS, *settings.MIDDLEWARE)"
MIDDLEWARE = "debug_toolbar.middleware.DebugToolbarMiddleware"


def loaded(tmp_path, **environment):
    """Return what a process with such settings would load of it."""
    known = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "ENV_FILE": os.devnull}
    command = [sys.executable, "-c", ASK]
    answer = subprocess.run(
        command, cwd=settings.BASE_DIR, env=known | environment, capture_output=True, text=True, check=True
    )
    return [part for part in answer.stdout.split() if part.startswith("debug_toolbar")]


@pytest.mark.parametrize("environment", [{"DEBUG": "true"}, {"ENVIRONMENT": "development"}])
def test_it_stands_beside_debug(tmp_path, environment):
    assert loaded(tmp_path, **environment) == ["debug_toolbar", MIDDLEWARE]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DEBUG_TOOLBAR": "true"},
        {"DEBUG": "true", "DEBUG_TOOLBAR": "false"},
        {"DEBUG": "true", "DEBUG_TOOLBAR": "true", "ENVIRONMENT": "production", "SECRET_KEY": "x" * 60},
    ],
)
def test_it_is_nowhere_else(tmp_path, environment):
    assert loaded(tmp_path, **environment) == []


def test_it_is_in_no_image():
    assert "django-debug-toolbar" not in (settings.BASE_DIR / "requirements.lock").read_text()
