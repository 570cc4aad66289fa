"""The processes of one installation: which of them run, whether the port is free, how they are started."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError

from config.environment import own_names
from config.prepare import run_dir

ROLES = {"web": "deploy/gunicorn.conf.py", "worker": "--app config.celery", "beat": "--app config.beat"}
BOT = {"bot": "run_bot"}
MARKS = {**ROLES, **BOT, "supervisord": "deploy/supervise.py"}  # what the command line of each one holds
PATIENCE = 15  # seconds for a process to end by itself, and for its port to come free


def refuse_a_second_start() -> None:
    pid = running("supervisord")
    if pid:
        raise CommandError(f"Vakhta already runs here as process {pid}. Stop it with Ctrl-C there, or: kill {pid}")


def end_leftovers() -> list[str]:
    """End what a killed supervisor left behind and return the names of what was ended."""
    left = {role: pid for role in {**ROLES, **BOT} if (pid := running(role))}
    for pid in left.values():
        tell(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(running(role) for role in left) and time.monotonic() < deadline:
        time.sleep(0.1)
    for role, pid in left.items():
        if running(role):
            tell(pid, signal.SIGKILL)
    return list(left)


def running(role: str, folder: Path | None = None) -> int | None:
    """Return the process number noted for `role` if that process lives and is what was noted."""
    try:
        pid = int(((folder or run_dir()) / f"{role}.pid").read_text())
    except (OSError, ValueError):
        return None
    command = command_line(pid)  # the number may belong to a stranger by now
    return pid if str(settings.BASE_DIR) in command and MARKS[role] in command else None


def command_line(pid: int) -> str:
    """Return the command line of a living process, empty when there is none."""
    noted = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return noted.read_text(errors="replace").replace("\0", " ")
        return ""
    answer = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout


def tell(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def claim_port(*, patience: float = 0) -> None:
    """Raise CommandError if something listens on PORT; gunicorn's SO_REUSEPORT would share the port without a word."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with socket.socket(socket.AF_INET6 if ":" in settings.LISTEN_ADDRESS else socket.AF_INET) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((settings.LISTEN_ADDRESS, settings.PORT))  # as the web server will
                trial.listen()
                return
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) != errno.EADDRINUSE:
                raise CommandError(
                    f"Port {settings.PORT} cannot be opened: {str(error).rstrip('.')}. Set PORT to another."
                ) from error
            if time.monotonic() >= deadline:
                raise CommandError(f"Port {settings.PORT} is taken by another program. Set PORT to another.") from error
        time.sleep(0.2)


def empty_broker() -> None:
    """Drop the files of the embedded queue: old ticks tell nothing, and one half-written would stop the worker."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for folder, pattern in [("data_folder_in", "*.msg"), ("control_folder", "*.exchange")]:
        for path in Path(str(options[folder])).glob(pattern) if folder in options else ():
            path.unlink(missing_ok=True)


def addresses() -> dict[str, str]:
    """Return where people find the product, by what it is."""
    here = f"http://localhost:{settings.PORT}"
    lan = [name for name in own_names() if is_outward(name)]
    return {
        "On this machine": f"{here}/",
        "In the network": settings.APPLICATION_URL or "  ".join(f"http://{name}:{settings.PORT}/" for name in lan),
        "Swagger": f"{here}/api/v1/schema/swagger-ui/",
        "Admin": f"{here}/api/admin/",
    }


def is_outward(name: str) -> bool:
    try:
        return not ip_address(name).is_loopback
    except ValueError:
        return False


def supervise() -> None:
    """Become the supervisor; never returns."""
    for role in MARKS:
        (run_dir() / f"{role}.pid").unlink(missing_ok=True)
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.DATA_DIR),
        "PORT": str(settings.PORT),
        "LISTEN_ADDRESS": settings.LISTEN_ADDRESS,
        "WEB_WORKERS": str(settings.WEB_WORKERS),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),  # what people read here are the links and what went wrong
        "VAKHTA_HOME": str(settings.BASE_DIR),
        "VAKHTA_PYTHON": sys.executable,
        "VAKHTA_RUN_DIR": str(run_dir()),
        "VAKHTA_OUTPUT": output(),
        "VAKHTA_BOT": "true" if listens() else "false",
        "VAKHTA_USER": str(os.getuid()),
    }
    deploy = settings.BASE_DIR / "deploy"
    os.chdir(settings.BASE_DIR)
    program = [sys.executable, str(deploy / "supervise.py"), "-c", str(deploy / "supervisord.conf")]
    os.execve(sys.executable, program, environment)


def listens() -> bool:
    """Say whether a bot is to be run here."""
    return bool(settings.TELEGRAM_BOT_TOKEN) and not settings.BOT_WEBHOOK_MODE


def output() -> str:
    """Return where the processes' output goes: to this terminal, or to a file where that cannot be opened again."""
    try:
        fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_APPEND)  # several writers share it
        os.close(os.open("/dev/fd/1", os.O_WRONLY | os.O_APPEND))
    except OSError:  # a socket, as under systemd
        return str(run_dir() / "output.log")
    return "/dev/fd/1"
