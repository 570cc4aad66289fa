"""Backs up while others write, destroys everything, restores into an empty database, and compares every row and file.

Two backups under six writers unless DRILL_BACKUPS and DRILL_WRITERS say otherwise; `make drill` asks for 40 under 50.
"""

import hashlib
import os
import random
import shutil
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from accounts.tests.factories import UserFactory
from attachments.models import File
from attachments.services import received
from attachments.tests.samples import upload
from attachments.tests.storages import on_disk
from incidents import services as incidents
from incidents.models import Incident, IncidentComment
from monitoring.backups import archive, engines, folder, making, restoring, services
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import silent
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
BACKUPS = int(os.environ.get("DRILL_BACKUPS", "2"))
WRITERS = int(os.environ.get("DRILL_WRITERS", "6"))
SAID_EVERY = 10  # seconds
REST = 0.1 * WRITERS  # seconds that a writer rests on average, so that a small machine keeps up
# What a restore or a backup writes about itself.
OWN_TABLES = {"monitoring_backup", "django_cache", "django_content_type"}
OWN_VERBS = ("backup-order", "backup-make", "backup-restore")


@contextmanager
def database(name, *, installed=False):
    """Let the product use a new database, empty or with the tables of ours; it is dropped after."""
    usual = connection.settings_dict["NAME"]
    connections.close_all()
    ordered(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{usual}"' if installed else ""), beside=True)
    if installed and connection.vendor == "sqlite":
        with closing(sqlite3.connect(usual)) as ours, closing(sqlite3.connect(name)) as new:
            ours.backup(new)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = usual
        ordered(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def ordered(statement, *, beside=False):
    """Run what PostgreSQL does outside of transactions; a file of SQLite comes and goes by itself."""
    if connection.vendor == "postgresql":
        known = connection.settings_dict
        name = "template1" if beside else known["NAME"]  # one that is copied must have no visitors
        where = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": name}
        with closing(psycopg.connect(**where, password=known["PASSWORD"] or None, autocommit=True)) as server:
            server.execute(statement)


def named(tmp_path, what):
    return str(tmp_path / f"{what}.sqlite3") if connection.vendor == "sqlite" else f"drill_{os.getpid()}_{what}"


def rows():
    """Every row of every model, by its table, as a set."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table not in OWN_TABLES:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = {repr(row) for row in cursor.fetchall()}
    found["workflow_event"] = {repr(row) for row in Event.objects.exclude(verb__in=OWN_VERBS).order_by().values_list()}
    return found


@dataclass
class Journal:
    """What writers were told is stored: the title of an incident, and the digest of the file on it."""

    by: object
    digests: dict = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    faults: list = field(default_factory=list)
    refused: int = 0
    failed: int = 0

    def write(self, writer):
        """Report incidents, each with a comment and a file in one transaction, until the end."""
        number = 0
        try:
            while not self.ended.is_set():
                number += 1
                try:
                    self.report(f"{writer}-{number}")
                except OperationalError:  # SQLite under more than the machine can do: nothing was stored, nor promised
                    assert connection.vendor == "sqlite"
                    self.refused += 1
                self.ended.wait(random.uniform(0, 2 * REST))
        except Exception as fault:
            self.faults.append(fault)
        finally:
            connections.close_all()

    def report(self, title):
        data = f"bytes of {title} ".encode() * random.randint(1, 400)
        with received([upload(f"{title}.txt", data)]) as files, transaction.atomic():
            incident = incidents.report(by=self.by, title=title, description=title, severity="critical")
            incidents.comment(incident, by=self.by, text=f"about {title}")
            incidents.attach(incident, by=self.by, files=files)
        self.digests[title] = hashlib.sha256(data).hexdigest()

    @contextmanager
    def under_load(self, writers):
        threads = [threading.Thread(target=self.write, args=[number]) for number in range(writers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()
        assert self.faults == []


@dataclass
class Taken:
    """A backup, with what was stored before it began and after it ended."""

    name: str
    before: set
    after: set


@pytest.fixture
def say(capfd):
    """Tell whoever runs the drill how far it is, past the capture; a short one says only how it ended."""
    begun, told = time.monotonic(), [time.monotonic()]

    def telling(words, *, at_once=False):
        now = time.monotonic()
        if at_once or now - told[0] > SAID_EVERY:
            told[0] = now
            with capfd.disabled():
                sys.stdout.write(f"\n{connection.vendor}, {now - begun:.0f} s: {words}\n")
                sys.stdout.flush()

    return telling


@pytest.fixture
def places(settings, tmp_path):
    """Move the attachments into a folder that exists only from now on; in memory, for each is flushed when written."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder_:

        def place(name):
            settings.STORAGES = settings.STORAGES | on_disk(Path(folder_, name))
            return Path(folder_, name)

        yield place


def begun():
    """Return a journal with the first people in it."""
    User.objects.system()
    UserFactory(technician=True)
    return Journal(actor_of(UserFactory(admin=True)))


def taken_under_load(journal, say):
    """Take the backups one after the other while all write."""
    found = []
    with journal.under_load(WRITERS):
        for number in range(BACKUPS):
            goal = len(journal.digests) + WRITERS
            while len(journal.digests) < goal and not journal.faults:
                time.sleep(0.01)
            before = set(journal.digests)
            made = backup(journal)
            found.append(Taken(made.name, before, set(journal.digests)))
            say(f"{number + 1} of {BACKUPS} backups taken, {len(journal.digests)} incidents reported")
    return found


def backup(journal):
    """Make one; while SQLite is locked for longer than anybody waits it fails, and the next tick tries again."""
    while True:
        try:
            return services.make_now(by=journal.by)
        except (Fault, OperationalError) as fault:
            if "locked" not in str(fault):
                raise
            journal.failed += 1


def expect_all_of(journal, taken, everything, media):
    """Compare a restored database and its files with what the snapshot must and may hold."""
    restored = rows()
    for table, found in restored.items():
        assert found <= everything[table], table
    counted = archive.manifest_in(folder.path_of(taken.name)).tables
    for table, found in restored.items():
        if table != "workflow_event":
            assert len(found) == counted[table], table
    titles = set(Incident.objects.values_list("title", flat=True))
    assert taken.before <= titles
    assert len(titles - taken.after) <= WRITERS  # stored, but its writer had not been told yet
    assert Counter(IncidentComment.objects.values_list("text", flat=True)) == Counter(f"about {it}" for it in titles)
    assert File.objects.count() == len(titles)
    for name, stored_name in File.objects.values_list("name", "stored_name"):
        data = (media / "attachments" / stored_name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == journal.digests[name.removesuffix(".txt")]
    assert sum(path.is_file() for path in (media / "attachments").rglob("*")) == len(titles)


def test_what_was_backed_up_under_load_comes_back_row_for_row_into_an_empty_database(places, tmp_path, say):
    start = time.monotonic()
    with database(named(tmp_path, "live"), installed=True):
        live = places("live")
        journal = begun()
        backups = taken_under_load(journal, say)
        everything = rows()
        stored = Incident.objects.count()
    shutil.rmtree(live)
    (tmp_path / "live.sqlite3").unlink(missing_ok=True)
    took = time.monotonic() - start

    for number, taken in enumerate(backups):
        with database(named(tmp_path, f"fresh{number}")):
            media = places(f"fresh{number}")
            assert engines.engine().is_empty()
            done = restoring.restore(folder.path_of(taken.name), report=silent)
            expect_all_of(journal, taken, everything, media)
            assert done.files == File.objects.count()
            UserFactory()  # keys go on behind the highest
        shutil.rmtree(media)
        say(f"{number + 1} of {len(backups)} backups restored and compared")
    say(
        f"{len(backups)} backups under {WRITERS} writers in {took:.0f} s;"
        f" {stored} incidents in the end, {journal.refused} refused, {journal.failed} backups tried again;"
        f" all verified and restored in {time.monotonic() - start - took:.0f} s",
        at_once=True,
    )


def test_a_flipped_byte_anywhere_is_refused_and_the_empty_database_stays_empty(places, tmp_path):
    with database(named(tmp_path, "live"), installed=True):
        places("live")
        journal = begun()
        journal.report("only")
        path = folder.path_of(services.make_now(by=journal.by).name)
    folder.sidecar(path).unlink()
    whole = path.read_bytes()

    with database(named(tmp_path, "fresh")):
        media = places("fresh")
        for place in sorted(random.sample(range(len(whole)), 20)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << random.randrange(8)]) + whole[place + 1 :])
            with pytest.raises(Damaged):
                restoring.restore(path, report=silent)
        assert engines.engine().is_empty()
        assert not media.exists()


def test_an_archive_from_before_a_migration_is_brought_forward(places, tmp_path):
    """Made by the code of then: its tables lack what came later."""
    with database(named(tmp_path, "live"), installed=True):
        places("live")
        journal = begun()
        journal.report("only")
        before = rows()
        call_command("migrate", "notifications", "0004", interactive=False, verbosity=0)
        made = making.make(silent)
    later = {
        f"{app}.{name}"
        for app, name in MigrationLoader(None).disk_migrations
        if app == "notifications" and name > "0005"
    }
    assert later.isdisjoint(made.manifest.migrations)

    with database(named(tmp_path, "fresh")):
        places("fresh")
        done = restoring.restore(folder.path_of(made.name), report=silent)

        assert done.migrated == sorted(later)
        after = rows()
        assert {table for table in before if before[table] != after[table]} <= {"django_migrations"}
        journal.report("new rows find new keys")
