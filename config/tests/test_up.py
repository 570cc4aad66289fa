"""`manage.py up` as people meet it: a process of its own, on a free port, with a data folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest
from django.conf import settings

from config.running import BOT, MARKS, ROLES, command_line, running

pytestmark = pytest.mark.once
PATIENCE = 180
# Whatever servers this run of the tests uses, the embedded mode uses none.
OUTSIDE = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}


def free_port():
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class Installation:
    """One data folder and one port, started and ended as often as a test wants."""

    def __init__(self, folder):
        self.data, self.output, self.port = folder / "data", folder / "output.txt", free_port()
        self.environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        self.environment |= {"DATA_DIR": str(self.data), "PORT": str(self.port), "WEB_WORKERS": "1"}
        self.process = None

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, env=self.environment, cwd=settings.BASE_DIR, capture_output=True, text=True)

    def start(self):
        with self.output.open("w") as output:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        until(self.is_up, self.output.read_text)

    def is_up(self):
        ours = self.pid("supervisord") == self.process.pid
        return ours and all(self.pid(role) for role in ROLES) and self.answers()

    def end(self):
        """Tell the supervisor, and whatever a killed one may have left, to end."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)
        for pid in filter(None, [self.pid(role) for role in ROLES]):
            os.kill(pid, signal.SIGTERM)

    def pid(self, role):
        """The number of the living process, else None."""
        return running(role, self.data / "run")

    def answers(self):
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/api/health/ready/", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def password(self):
        found = re.search(r"password (\S+) \(shown", self.output.read_text())
        return found and found[1]

    def sign_in(self, password):
        body = {"username": "admin", "password": password}
        return httpx.post(
            f"http://127.0.0.1:{self.port}/api/identity/auth/jwt/create/", json=body, timeout=20
        ).status_code


def until(condition, said=str):
    """Wait for `condition`; if it never comes, fail with what was `said` meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"It took too long.\n{said()}")
        time.sleep(0.1)


@pytest.fixture
def installation(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.end()


def test_an_installation_starts_alone_heals_itself_and_ends_whole(installation):
    """One story, because the start takes longer than all that follows."""
    installation.start()

    refused = installation.manage("up")
    assert refused.returncode == 1
    assert re.fullmatch(r"CommandError: Vakhta already runs here as process \d+\. .*\n", refused.stderr)

    before = {role: installation.pid(role) for role in ROLES}
    for killed in before.values():
        os.kill(killed, signal.SIGKILL)
    until(lambda: is_replaced(installation, before), installation.output.read_text)

    assert all(installation.pid(role) for role in MARKS.keys() - BOT.keys())
    installation.end()
    assert [role for role in MARKS if installation.pid(role)] == []


def is_replaced(installation, before):
    return installation.is_up() and all(installation.pid(role) != before[role] for role in ROLES)


def test_after_a_killed_supervisor_the_next_start_clears_up_and_keeps_everything(installation):
    installation.start()
    password, left = installation.password(), {role: installation.pid(role) for role in ROLES}
    os.kill(installation.pid("supervisord"), signal.SIGKILL)
    installation.process.wait(timeout=PATIENCE)
    assert {role: installation.pid(role) for role in ROLES} == left
    half_written = installation.data / "broker-control" / "celery.exchange"
    half_written.write_text("[[")

    installation.start()
    assert not half_written.exists() or half_written.read_text() != "[["
    assert "left running: web, worker, beat." in installation.output.read_text()
    assert [role for role, pid in left.items() if ROLES[role] in command_line(pid)] == []
    assert installation.password() is None
    assert installation.sign_in(password) == 200


def test_a_taken_port_is_said_in_one_line(installation):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        refused = installation.manage("up")

    assert refused.returncode == 1
    assert (
        refused.stderr == f"CommandError: Port {installation.port} is taken by another program. Set PORT to another.\n"
    )


def test_an_unusable_data_folder_is_said_in_one_line(installation):
    installation.data.write_text("a file stands where the folder should be")
    refused = installation.manage("up")

    assert refused.returncode == 1
    assert "Set DATA_DIR to another." in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
