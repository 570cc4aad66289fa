"""A PostgreSQL and a Redis of a test's own, which it may kill as a power cut would; ended by their numbers."""

import os
import signal
import subprocess
from contextlib import contextmanager, suppress

from django.db import connection

from config.tests.house import free_port, until
from deploy import with_servers

# A killed server keeps what it has answered for; a torn page is beyond what a killed process can do.
POSTGRES = {"fsync": "off", "full_page_writes": "off", "listen_addresses": "127.0.0.1", "max_connections": "60"}


class Server:
    def __init__(self, folder, port, command, url):
        self.folder, self.port, self.url, self.process = folder, port, url, None
        self.command = [str(part) for part in command]

    def start(self):
        with (self.folder / f"{self.port}.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **with_servers.identity()
            )
        until(self.answers, self.said)

    def answers(self):
        raise NotImplementedError

    def kill(self):
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def said(self):
        return (self.folder / f"{self.port}.log").read_text(errors="replace")


class Redis(Server):
    def __init__(self, folder):
        port = free_port()
        command = [with_servers.find("redis-server"), "--bind", "127.0.0.1", "--port", port, "--save", ""]
        super().__init__(folder, port, command, f"redis://127.0.0.1:{port}/0")

    def answers(self):
        return self.asked("redis-cli", "-p", self.port, "ping") == b"PONG\n"

    def asked(self, program, *arguments):
        command = [with_servers.find(program), *(str(part) for part in arguments)]
        return subprocess.run(command, capture_output=True, check=False).stdout


class Postgres(Server):
    """Holds a copy of the test's own database."""

    def __init__(self, folder):
        port, data = free_port(), folder / "postgres"
        made = [with_servers.find("initdb"), "-D", data, "-U", "vakhta", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(
            [*made, "--locale=C.UTF-8"], cwd=folder, stdout=subprocess.DEVNULL, check=True, **with_servers.identity()
        )
        options = {**POSTGRES, "port": port, "unix_socket_directories": folder}
        command = [
            with_servers.find("postgres"), "-D", data, *(f"--{name}={value}" for name, value in options.items())
        ]  # fmt: skip
        super().__init__(folder, port, command, f"postgres://vakhta@127.0.0.1:{port}/postgres")

    def answers(self):
        command = [with_servers.find("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def fill(self):
        known = connection.settings_dict
        usual = f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
        dump = subprocess.run([with_servers.find("pg_dump"), usual], capture_output=True, check=True).stdout
        psql = [with_servers.find("psql"), "-q", "-v", "ON_ERROR_STOP=1", self.url]
        subprocess.run(psql, input=dump, stdout=subprocess.DEVNULL, check=True)

    @contextmanager
    def looked_into(self):
        """Let the models of this process read and write here."""
        usual = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict |= {"NAME": "postgres", "HOST": "127.0.0.1", "PORT": self.port, "USER": "vakhta"}
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict |= usual
