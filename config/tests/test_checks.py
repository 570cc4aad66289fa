"""What production refuses to start with: the settings' faults by name, then the real server with each of them."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings as real
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Role, User
from config.checks import check_database, check_environment
from config.start import refuse_unfit
from config.tests.test_up import free_port
from monitoring.services import newest_migrations

pytestmark = pytest.mark.once
POSTGRES = {"ENGINE": "django.db.backends.postgresql", "USER": "vakhta", "PASSWORD": "fT8-long-and-own"}


@pytest.fixture
def production(settings, monkeypatch):
    settings.ENVIRONMENT = "production"
    settings.SECRET_KEY = secrets.token_urlsafe(64)
    settings.ALLOWED_HOSTS = ["journal.example.org"]
    monkeypatch.setitem(settings.DATABASES, "default", POSTGRES)
    return settings


def codes(check=check_environment):
    return [fault.id for fault in check()]


def test_a_sound_production_is_let_start(production):
    assert codes() == []


@pytest.mark.parametrize("environment", ["embedded", "development"])
def test_other_environments_are_not_judged(settings, environment):
    settings.ENVIRONMENT, settings.DEBUG, settings.SECRET_KEY = environment, True, "short"

    assert codes() == []


def test_a_misspelt_environment_is_refused_before_it_passes_for_the_embedded_one(settings):
    settings.ENVIRONMENT = "prod"

    assert codes() == ["config.E001"]


@pytest.mark.parametrize(
    "secret", ["short", "a" * 60, "django-insecure-" + "x1Y2z3" * 10, "change-me-" + "x1Y2z3w" * 9]
)
def test_a_weak_secret_is_refused(production, secret):
    production.SECRET_KEY = secret

    assert codes() == ["config.E002"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "config.E003"),
        ("ALLOWED_HOSTS", ["*"], "config.E004"),
    ],
)
def test_each_fault_has_its_line(production, name, value, code):
    setattr(production, name, value)

    assert codes() == [code]
    with pytest.raises(ImproperlyConfigured, match=code):
        refuse_unfit()


@pytest.mark.parametrize(
    ("database", "code"),
    [
        ({"ENGINE": "django.db.backends.sqlite3"}, "config.E005"),
        (POSTGRES | {"PASSWORD": "Changeme"}, "config.E006"),
        (POSTGRES | {"USER": "journal", "PASSWORD": "journal"}, "config.E006"),
    ],
)
def test_sqlite_and_default_passwords_are_refused(production, monkeypatch, database, code):
    monkeypatch.setitem(production.DATABASES, "default", database)

    assert codes() == [code]


@pytest.mark.django_db
def test_a_database_behind_the_code_is_refused(production):
    assert codes(check_database) == []

    MigrationRecorder(connection).record_unapplied("workflow", newest("workflow"))

    faults = list(check_database())
    assert [fault.id for fault in faults] == ["config.E007"]
    assert "workflow" in faults[0].msg


def newest(app):
    return next(name for label, name in newest_migrations() if label == app)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["admin", "chief", "vakhta"])
def test_an_administrator_with_a_default_password_is_named(production, password):
    User.objects.create_user("chief", "chief@example.org", password, role=Role.ADMIN)
    User.objects.create_user("deputy", "deputy@example.org", "a password of their own", role=Role.ADMIN)

    faults = list(check_database())

    assert [fault.id for fault in faults] == ["config.E008"]
    assert "chief" in faults[0].msg


def serve(**environment):
    """Start gunicorn as production does and return its exit code and what it said."""
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    clean |= {"ENVIRONMENT": "production", "PORT": str(free_port()), "WEB_WORKERS": "1"}
    ended = subprocess.run(
        command, env=clean | environment, cwd=real.BASE_DIR, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr


def test_the_web_server_ends_and_says_every_reason_in_a_line(tmp_path):
    code, said = serve(SECRET_KEY="short", DEBUG="true", DATA_DIR=str(tmp_path))

    assert code == 3
    assert "Vakhta cannot start:" in said
    assert ["E002" in said, "E003" in said, "E005" in said] == [True, True, True]
    assert "Traceback" not in said


def test_the_web_server_ends_without_a_secret(tmp_path):
    code, said = serve(DATA_DIR=str(tmp_path))

    assert code == 3
    assert "Vakhta cannot start: SECRET_KEY is missing." in said
    assert not (tmp_path / "secret_key").exists()
