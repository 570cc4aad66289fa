"""How PostgreSQL and its client programs are reached."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from monitoring.backups.faults import Fault

PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"]


def connected(where: str, **options: Any) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(where, password=password(), **options)
    except psycopg.OperationalError as error:
        said = _("The database does not answer: %(error)s")
        raise Fault(said % {"error": " ".join(str(error).split())}) from error


def address(name: str = "") -> str:
    """Return how the database is reached, without the password, which would show in the list of processes."""
    known = connection.settings_dict
    given_up = "tcp_user_timeout"  # too soon for one that takes in a whole archive
    options = {k: v for k, v in known.get("OPTIONS", {}).items() if isinstance(v, str | int) and k != given_up}
    given = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": name or known["NAME"]}
    return make_conninfo(**{key: value for key, value in {**options, **given}.items() if value})


def password() -> str | None:
    return str(connection.settings_dict["PASSWORD"] or "") or None


def server_version() -> int:
    with closing(connected(address())) as database:
        return database.info.server_version // 10_000


def program(name: str) -> str:
    """Return a client program that is not older than the server. Raises Fault.

    The one nearest to the server writes dumps, so that it takes them in again; the newest one reads those of all.
    """
    folders = [
        *os.environ.get("PATH", "").split(os.pathsep),
        *sorted(chain.from_iterable(map(glob.glob, PLACES)), reverse=True),
    ]
    known = {path: version_of(path) for folder in folders if (path := shutil.which(name, path=folder or "/"))}
    if not known:
        said = _("%(program)s is not installed. Debian, Ubuntu: apt install postgresql-client")
        raise Fault(said % {"program": name})
    wanted = server_version()
    fit = [path for path, version in known.items() if version >= wanted]
    if fit:
        return (min if name == "pg_dump" else max)(fit, key=known.__getitem__)
    newest = max(known.values())
    said = _("%(program)s is of version %(old)s, older than the server's %(new)s: install postgresql-client-%(new)s.")
    raise Fault(said % {"program": name, "old": newest, "new": wanted})


def version_of(path: str) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", answer)
    return int(found[1]) if found else 0


def environment() -> dict[str, str]:
    secret = password()
    return {**os.environ, **({"PGPASSWORD": secret} if secret else {})}


class Failed(Fault):
    """A client program ended with a complaint."""


def run(command: list[str], tick: Callable[[], None]) -> None:
    """Run a client program to its end, saying every second that it lives. Raises Fault with what it complained of."""
    with started(command) as made:
        made.expect_success(tick)


@dataclass
class Client:
    """A client program that runs."""

    name: str
    process: subprocess.Popen[bytes]
    complaints: IO[bytes]

    def ended(self, tick: Callable[[], None]) -> int:
        while True:
            try:
                return self.process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                tick()

    def has_ended(self) -> bool:
        """Say whether it is over; one that has just broken off may take a moment."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)
        return self.process.returncode is not None

    def expect_success(self, tick: Callable[[], None]) -> None:
        if code := self.ended(tick):
            self.complaints.seek(0)
            text = " ".join(self.complaints.read().decode(errors="replace").split())
            raise Failed(_("%(program)s failed: %(error)s") % {"program": self.name, "error": text[-1000:] or code})


@contextmanager
def started(command: list[str], **options: Any) -> Iterator[Client]:
    """Run a client program, killed if whoever waits for it breaks off."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            [program(command[0]), *command[1:]], stderr=complaints, env=environment(), **options
        ) as process,
    ):
        try:
            yield Client(command[0], process, complaints)
        except BaseException:
            process.kill()
            raise
