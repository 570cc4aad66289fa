"""What every test may rely on: a fast hasher, plain static files, own caches, and an API client that is signed in."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts import organisation
from config import catalogue
from workflow import triggers

pytest_plugins = ["attachments.tests.storages", "notifications.tests.stand_ins"]


def pytest_configure(config):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT = Path(settings.DATA_DIR) / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    organisation.KEEP_SECONDS = 3600  # known from the start of each test: pages cost what they cost in a warm process
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:  # in a file, because threads cannot share a database in memory as they do here
        database.setdefault("TEST", {})["NAME"] = str(Path(settings.DATA_DIR) / "test.sqlite3")
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    if settings.REDIS_URL:  # tests that run side by side must not read each other's cache: one Redis database each
        number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rstrip('/')}/{number}"
    if catalogue.is_stale():
        catalogue.compile_catalogue()
    flush.Command.handle = emptying(flush.Command.handle)


def pytest_collection_modifyitems(config, items):
    """Leave out what belongs to the other run: `make test` has no servers, `make test-postgres` has."""
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        foreign = {"postgresql"} if "DRILL_KILLS" in os.environ else {"postgresql", "drill"}
        left_out = {item for item in items if any(mark.name in foreign for mark in item.iter_markers())}
    else:  # what asks no database says the same twice
        left_out = {item for item in items if item.get_closest_marker("once") or not uses_database(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def uses_database(item):
    return item.get_closest_marker("django_db") or {"db", "transactional_db", "django_db_setup"} & set(
        item.fixturenames
    )


def prepared():
    """The file with the database as the migrations of today leave it: they take longer than most tests together."""
    known = sorted([*settings.BASE_DIR.glob("*/migrations/*.py"), settings.BASE_DIR / "requirements.lock"])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in known)).hexdigest()
    return settings.BASE_DIR / "build" / f"tests-{digest[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    if connection.vendor == "sqlite" and prepared().exists():
        shutil.copyfile(prepared(), settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings):
    """Migrate what was copied, which finds nothing to do; the folder of the tests takes it away in the end."""
    return django_db_keepdb or (connection.vendor == "sqlite" and prepared().exists())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    if connection.vendor == "sqlite" and not prepared().exists():
        prepared().parent.mkdir(exist_ok=True)
        begun = prepared().with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock(), closing(sqlite3.connect(begun)) as copy:
            connection.connection.backup(copy)
        begun.replace(prepared())


def emptying(handle):
    """Let the flush after a transactional test empty the timeline, which the database otherwise refuses."""

    def flushed(self, **options):
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            return handle(self, **options)
        finally:
            triggers.install(connection)

    return flushed


@pytest.fixture(autouse=True)
def _empty_cache(request):
    """Start from an empty cache wherever the database may be used."""
    if uses_database(request.node):
        request.getfixturevalue("_django_db_helper")
        cache.clear()
        organisation.forget()
        organisation.current()


@pytest.fixture
def api():
    """An API client signed in as the given user: `api(user).get(...)`; `api()` is nobody."""

    def sign_in(user=None):
        client = APIClient()
        if user is not None:
            client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def page(client):
    """A browser without JavaScript, signed in as the given user: `page(user).get(...)`; `page()` is a stranger."""

    def sign_in(user=None):
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
