"""The product's own processes, as `deploy/entrypoint.sh` starts them, for one test; ended by their numbers."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import httpx
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

PATIENCE = 90  # seconds that a busy machine may take
PASSWORD = "a long test password 1"


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def until(condition, said=str, patience=PATIENCE):
    """Wait until `condition` returns something and return it; if it never does, fail with what was `said`."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"It took too long.\n{said()}"
        time.sleep(0.05)
    return found


class House:
    """A folder, an environment, and the processes that run in it; output of all goes to one file."""

    def __init__(self, folder, **environment):
        self.folder, self.output, self.port = folder, folder / "output.txt", free_port()
        for name in ("broker", "broker-control"):
            (folder / name).mkdir(parents=True)
        own = {"DATA_DIR": folder, "PORT": self.port, "WEB_WORKERS": 1, "VAKHTA_PYTHON": sys.executable}
        self.environment = {**os.environ, **{name: str(value) for name, value in {**own, **environment}.items()}}
        self.processes = {}

    def start(self, *roles, before=(), **environment):
        """Start each role; `before` are words before its command, such as those of a program that changes the clock."""
        for role in roles:
            with self.output.open("a") as output:
                self.processes.setdefault(role, []).append(
                    subprocess.Popen(
                        [*before, "sh", str(settings.BASE_DIR / "deploy" / "entrypoint.sh"), role],
                        env=self.environment | environment,
                        stdout=output,
                        stderr=output,
                        stdin=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                )

    def end(self, *roles, by=signal.SIGKILL):
        """End roles, all when none is named, with whatever they have started."""
        for role in roles or list(self.processes):
            for process in self.processes.pop(role, []):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, by)
                process.wait()

    def said(self):
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def lines(self):
        return self.said().splitlines()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def status(self, path="/api/health/ready/"):
        """Return what it answers there, None where nobody answers."""
        try:
            return httpx.get(self.url(path), timeout=10).status_code
        except httpx.TransportError:
            return None

    def open(self):
        """Wait until the web process can serve."""
        until(lambda: self.status() == 200, self.said)

    def signed_in(self, username):
        """Return a client of the API with a token of `username`."""
        body = {"username": username, "password": PASSWORD}
        answer = httpx.post(self.url("/api/identity/auth/jwt/create/"), json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access']}"}
        return httpx.Client(base_url=self.url(""), headers=headers, timeout=30)


def stored(password):
    """Return a hash that the product's own processes know: those of the tests are made for speed."""
    return PBKDF2PasswordHasher().encode(password, "salt", iterations=1)


def objects(lines):
    """Return the lines as JSON objects; every one must be one."""
    found = [json.loads(line) for line in lines]
    assert all(isinstance(one, dict) for one in found)
    return found
