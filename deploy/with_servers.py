"""Runs a command with a PostgreSQL and a Redis of its own on free ports: `with_servers.py pytest -q`.

Both live in a temporary folder and are stopped by their process numbers when the command ends.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

# Speed over durability: nothing here outlives the command.
POSTGRES_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def find(program):
    places = [os.environ.get("PATH", ""), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    places += [*glob.glob("/opt/homebrew/opt/postgresql*/bin"), "/usr/local/bin", "/usr/sbin"]
    found = shutil.which(program, path=os.pathsep.join(places))
    return found or sys.exit(f"{program} is not installed. Debian, Ubuntu: apt install postgresql redis-server")


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def identity():
    """Say as whom to run: PostgreSQL refuses to be root."""
    if os.getuid():
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def running(name, command, port, *, ending, **options):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, **options)
        try:
            wait_for(name, process, port, log)
            yield
        finally:
            process.send_signal(ending)
            process.wait(timeout=60)


def wait_for(name, process, port, log):
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                sys.exit(f"{name} did not start:\n{log.read().decode(errors='replace')}")
            time.sleep(0.1)
        else:
            return


@contextmanager
def postgres(folder):
    who, port, data = identity(), free_port(), folder / "postgres"
    initdb = [find("initdb"), "-D", data, "-U", "vakhta", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, check=False, **who)
    if made.returncode:
        sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")
    options = {**POSTGRES_OPTIONS, "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
    command = [find("postgres"), "-D", data, *(f"--{name}={value}" for name, value in options.items())]
    with running("PostgreSQL", command, port, ending=signal.SIGINT, cwd=folder, **who):
        yield f"postgres://vakhta@127.0.0.1:{port}/postgres"


@contextmanager
def redis(folder):
    port = free_port()
    command = [find("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
    with running("Redis", command, port, ending=signal.SIGTERM, cwd=folder, **identity()):
        yield f"redis://127.0.0.1:{port}"


def main(command):
    if not command:
        sys.exit(__doc__)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vakhta-servers-")))
        if who := identity():
            os.chown(folder, who["user"], who["group"])
        database, cache = stack.enter_context(postgres(folder)), stack.enter_context(redis(folder))
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        environment = {**os.environ, "DATABASE_URL": database, "REDIS_URL": cache}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
