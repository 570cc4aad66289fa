"""What ails an installation: looks one by one, each with what was found and what to do about it."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import mail
from django.core.checks import Tags, run_checks
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from config import checks, keeping
from config.finding import ILL, NOTE, WELL, Finding
from monitoring.cures import CURES
from monitoring.services import fitness, vitals
from monitoring.services.checking import Check
from notifications.models import BotState
from notifications.telegram.client import ApiError, BotApi, Unreachable

DRIFT = 5.0  # seconds by which two clocks may differ


def examine() -> Iterator[Finding]:
    """Look at everything, quickest first; whatever a look itself fails of is a finding too."""
    for name, look in LOOKS.items():
        try:
            yield from look(name)
        except Exception as error:
            yield Finding(ILL, name, " ".join(f"{type(error).__name__}: {error}".split()), "Look into the log.")


def python(name: str) -> Iterator[Finding]:
    yield Finding(WELL, name, f"{sys.version.split()[0]}, Vakhta {settings.VERSION}, {settings.ENVIRONMENT}")


def rules(name: str) -> Iterator[Finding]:
    """The system checks of settings: secrets, DEBUG, hosts, networks."""
    found = [*run_checks(tags=["start", "security"]), *checks.check_environment()]
    known = {fault.id: fault for fault in found if (fault.id or "").startswith(("config.", "workflow."))}
    for fault in known.values():
        yield Finding(ILL if fault.is_serious() else NOTE, name, str(fault.msg), str(fault.hint or ""))
    if checks.is_weak(settings.SECRET_KEY):
        yield Finding(ILL, "secrets", "SECRET_KEY is short, simple or a default.", checks.MAKE_ONE)
    elif not known:
        yield Finding(WELL, name, "the settings contradict neither each other nor safety")


def hosts(name: str) -> Iterator[Finding]:
    yield Finding(WELL, name, f"answers to {', '.join(settings.ALLOWED_HOSTS)}")
    if settings.USE_HTTPS and not settings.APPLICATION_URL.startswith("https://"):
        yield Finding(NOTE, name, "links in messages have no https address.", "Set APPLICATION_URL.")


def looked(look: Callable[[], Check], check: str) -> Callable[[str], Iterator[Finding]]:
    def finding(name: str) -> Iterator[Finding]:
        found = look()
        yield Finding(WELL if found.ok else ILL, name, found.detail, "" if found.ok else str(CURES[check]))

    return finding


def guards(name: str) -> Iterator[Finding]:
    """What the database itself keeps and refuses: triggers and indexes that a hand or a copy may have lost."""
    found = run_checks(tags=[Tags.database], databases=["default"], include_deployment_checks=True)
    lost = [fault for fault in found if (fault.id or "").startswith("workflow.")]
    for fault in lost:
        yield Finding(ILL if fault.is_serious() else NOTE, name, str(fault.msg), str(fault.hint or ""))
    if not lost:
        yield Finding(WELL, name, "the timeline takes lines and gives none away")


def folders(name: str) -> Iterator[Finding]:
    for setting in ("DATA_DIR", "MEDIA_ROOT", "DB_BACKUP_DIR"):
        folder = Path(str(getattr(settings, setting, "") or settings.DATA_DIR))
        try:
            with tempfile.TemporaryFile(dir=vitals.standing(folder)):
                pass
        except OSError as error:
            cure = f"Let the user of this process write there, or set {setting} to another."
            yield Finding(ILL, name, f"{folder} cannot be written: {error.strerror}.", cure)
            return
    yield Finding(WELL, name, f"can be written, {settings.DATA_DIR} among them")


def clock(name: str) -> Iterator[Finding]:
    """Two machines that disagree about the time make downtime that never was."""
    if connection.vendor != "postgresql":
        yield Finding(WELL, name, f"{timezone.now():%Y-%m-%d %H:%M:%S} UTC")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    drift = abs((timezone.now() - theirs).total_seconds())
    well = drift <= DRIFT
    cure = "" if well else "Let both machines follow a time server (chrony, systemd-timesyncd)."
    yield Finding(WELL if well else ILL, name, f"{drift:.1f} s between this machine and the database", cure)


def zone(name: str) -> Iterator[Finding]:
    local = timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE))
    words = f"{settings.TIME_ZONE}, where it is {local:%H:%M}"
    yield Finding(
        NOTE if settings.TIME_ZONE == "UTC" else WELL, name, words, UTC if settings.TIME_ZONE == "UTC" else ""
    )


UTC = "Set TIME_ZONE if people live elsewhere."


def static(name: str) -> Iterator[Finding]:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG or manifest.exists():
        yield Finding(WELL, name, "collected" if not settings.DEBUG else "served as they are, for DEBUG")
    else:
        yield Finding(ILL, name, "pages have no style: nothing is collected.", "Run: manage.py prepare")


def e_mail(name: str) -> Iterator[Finding]:
    if not settings.MAILERS:
        yield Finding(NOTE, name, "nobody gets mail.", "Set EMAIL_URL, unless the bell and Telegram are enough.")
        return
    server: Any = mail.mailers.default
    try:
        server.open()
        server.close()
    except OSError as error:
        yield Finding(ILL, name, f"the server does not take mail: {error}.", "See EMAIL_URL in .env.template.")
    else:
        yield Finding(WELL, name, f"the server answers; mail comes from {settings.DEFAULT_FROM_EMAIL}")


def telegram(name: str) -> Iterator[Finding]:
    if not settings.TELEGRAM_BOT_TOKEN:
        yield Finding(NOTE, name, "no bot.", "Set TELEGRAM_BOT_TOKEN if people are to be told there.")
        return
    try:
        with BotApi() as api:
            bot = api.call("getMe")
    except (ApiError, Unreachable) as error:
        yield Finding(
            ILL, name, f"the bot is not let in: {error}.", "See TELEGRAM_BOT_TOKEN and TELEGRAM_API_BASE_URL."
        )
    else:
        yield Finding(WELL, name, f"the bot @{bot.get('username', '?')} is let in")
        yield from listener(name)


def listener(name: str) -> Iterator[Finding]:
    """A bot that asks for its messages holds a lease; one that is called needs no process."""
    until = None if settings.BOT_WEBHOOK_MODE else BotState.current().lease_until
    if not settings.BOT_WEBHOOK_MODE and (until is None or until < timezone.now()):
        yield Finding(ILL, name, "no process listens to the bot.", "Start the bot: manage.py run_bot")


def database(name: str) -> Iterator[Finding]:
    found = fitness.check_database()
    cure = "" if found.ok else str(CURES["database"])
    yield Finding(WELL if found.ok else ILL, name, found.detail, cure)
    if found.ok:
        try:
            faults = [fault for fault in checks.check_database() if fault.is_serious()]
        except DatabaseError:  # without a schema, of which the next look tells
            faults = []
        for fault in faults:
            yield Finding(ILL, name, str(fault.msg), str(fault.hint or ""))


LOOKS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "program": python,
    "settings": rules,
    "hosts": hosts,
    "time zone": zone,
    "folders": folders,
    "disk": looked(vitals.check_disk, "disk"),
    "static": static,
    "database": database,
    "migrations": looked(fitness.check_migrations, "migrations"),
    "guards": guards,
    "clock": clock,
    "cache": looked(fitness.check_cache, "cache"),
    "queue": looked(vitals.check_broker, "broker"),
    "worker": looked(vitals.check_worker, "worker"),
    "scheduler": looked(vitals.check_beat, "beat"),
    "outbox": looked(vitals.check_outbox, "outbox"),
    "probes": looked(fitness.check_probe, "probe"),
    "backups": looked(vitals.check_backup, "backup"),
    "archives": keeping.tools,
    "storage": keeping.buckets,
    "e-mail": e_mail,
    "Telegram": telegram,
}
