"""What settings need to know about the machine before Django exists."""

import os
import secrets
import socket
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

# Loopback, private and link-local addresses of both families.
PRIVATE_NETWORKS = [
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
    "::1/128", "fc00::/7", "fe80::/10",
]  # fmt: skip
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


class Sources(environ.FileAwareMapping):
    """The process environment; `NAME_FILE` names a file that holds the value of `NAME`, as secrets are kept."""

    def __getitem__(self, key: str) -> str:
        try:
            return super().__getitem__(key).strip()
        except OSError as error:
            path = self.env[f"{key}_FILE"]
            raise ImproperlyConfigured(f"{key}_FILE is “{path}”, which cannot be read: {error.strerror}.") from error


class Environment(environ.Env):
    """The process environment and `.env`: empty is unset, and a value that does not fit is named."""

    ENVIRON = Sources(cache=False)

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        if "default" in kwargs and not self.ENVIRON.get(var, "").strip():
            return kwargs["default"]
        try:
            return super().get_value(var, *args, **kwargs)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ImproperlyConfigured(f"{var} is “{self.ENVIRON[var]}”, which does not fit: {error}") from error

    def db(self, var: str, default: str) -> dict[str, Any]:
        with warnings.catch_warnings(action="ignore"):  # says the same, less clearly
            address = super().db(var, default=default)
        if not address.get("ENGINE"):
            raise ImproperlyConfigured(f"{var} is not the address of a database. `.env.template` shows one.")
        return address


def read_anew(path: str) -> Environment:
    """Return the environment with what the file at `path` adds, and leave that of the process as it is.

    For a process that outlives its settings: what it put into its environment would win over the changed file.
    """

    class Read(Environment):
        ENVIRON = Sources(dict(os.environ), cache=False)

    Read.read_env(path)
    return Read()


def log_size(text: str) -> int:
    """Return a number of bytes that holds at least some lines. Raises ValueError."""
    number = int(text)
    if number < 65_536:
        raise ValueError("it is counted in bytes, at least 65536")
    return number


def log_path(folder: str, name: str, *, otherwise: Path) -> str:
    """Return where the log file stands: `name` in `folder`, each of which may be left out; empty without both."""
    return str((Path(folder) if folder else otherwise) / (name or "vakhta.log")) if folder or name else ""


def hour(text: str) -> int:
    """Return an hour of the day, 0 to 23. Raises ValueError."""
    number = int(text)
    if not 0 <= number <= 23:
        raise ValueError("an hour is 0 to 23")
    return number


def kept_secret(path: Path) -> str:
    """Return the secret stored at `path`, creating it (mode 0600) on the first start.

    Several processes may start at once: whoever creates the file wins, the others read it.
    """
    try:
        if not path.exists():
            create_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder {path.parent} cannot be used: {error.strerror}. Set DATA_DIR to another."
        ) from error


def missing(name: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name} is missing. `.env.template` says how to make one. (config.E000)")


def writable(name: str, path: str) -> str:
    """Return the absolute path of a file that can be written to; empty names none."""
    if not path:
        return ""
    try:
        Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open("a"):
            return str(Path(path).absolute())
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is “{path}”, which cannot be written: {error.strerror}.") from error


def create_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def own_names() -> list[str]:
    """Return the names and addresses under which others reach this machine."""
    names = {socket.gethostname(), *own_addresses()}
    return sorted(name for name in names if name and name not in LOOPBACK)


def own_addresses() -> list[str]:
    """Return the addresses of this machine. One in a `Host` header leads nowhere but here, as Prometheus writes it."""
    found: set[str] = set()
    with suppress(OSError):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks the kernel which address it would use
        found.add(probe.getsockname()[0])
    return sorted(found - set(LOOPBACK))
