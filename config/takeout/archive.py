"""Everything as one ZIP, written while it is sent: registers for people, tables for programs, the files themselves."""

import zipfile
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.models import User
from attachments.archives import Outlet, copied
from attachments.models import File
from config.audit import exports as audit
from config.audit.trail import Trail
from config.takeout import tables
from incidents import exports as incidents
from incidents.models import Duty, Incident
from incidents.oncall import exports as duties
from monitoring import exports as outages
from monitoring.heartbeats import exports as heartbeats
from monitoring.models import Heartbeat, Outage
from suspensions import exports as suspensions
from suspensions.analytics.periods import preset
from suspensions.models import Risk, Suspension
from tasks import exports as tasks
from tasks.models import Membership, Report, Task
from tasks.programmes import exports as programmes
from tickets import exports as tickets
from tickets.analytics import sheets
from tickets.analytics.asking import Query
from tickets.analytics.reading import Reading
from tickets.models import Ticket
from tickets.sla import breaches
from workflow.actor import Actor
from workflow.exports import Register, csv_lines
from workflow.models import Event
from workflow.streams import as_asked

PIECE = 256 * 1024  # bytes written before they are handed on


def registers() -> list[Register]:
    """Return every register, whole, with what was deleted from the lists."""
    return [
        incidents.register(Incident.objects.order_by("pk")),
        suspensions.register(Suspension.objects.order_by("pk")),
        suspensions.risk_register(Risk.objects.order_by("pk")),
        tasks.register(Task.objects.order_by("pk")),
        tickets.register(Ticket.objects.order_by("pk")),
        late_tickets(),
        ticket_figures(),
        outages.register(Outage.objects.order_by("pk")),
        heartbeats.register(Heartbeat.objects.order_by("pk")),
        duties.register(Duty.objects.order_by("pk")),
        programmes.reports(Report.objects.order_by("pk").for_list()),
        programmes.members(Membership.objects.order_by("pk").for_list()),
        audit.register(Trail(Event.objects.all(), None)),
    ]


def late_tickets() -> Register:
    now = timezone.now()
    return breaches.register(Ticket.objects.counted().breached(now).for_list().order_by("pk"), now)


def ticket_figures() -> Register:
    """Return the figures of the desk for the last 12 months."""
    year = preset("last12", timezone.now(), organisation.current().zone)
    return sheets.register(Reading(Query(year), User.objects.system()))


def leave(*, by: Actor) -> Iterator[bytes]:
    """Yield the archive; who takes it is told in their timeline before the first byte leaves."""
    Event.record(by.user, by=by, verb="export", after={"register": "everything", "format": "zip"})
    return as_asked(pieces())


def pieces() -> Iterator[bytes]:
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as target:  # type: ignore[call-overload]
        target.writestr("README.txt", read_me())
        for register in registers():
            lines = (line.encode() for line in csv_lines(register.header, register.rows))
            yield from written(f"registers/{register.name}.csv", lines, target, outlet)
        for model in tables.of_the_product():
            yield from written(f"tables/{model._meta.label_lower}.jsonl", tables.rows(model), target, outlet)
        for file in File.objects.order_by("pk").iterator():
            for _chunk in copied(file, f"files/{file.pk}/{file.name}", target):
                yield outlet.taken()
    yield outlet.taken()


def written(name: str, lines: Iterable[bytes], target: zipfile.ZipFile, outlet: Outlet) -> Iterator[bytes]:
    """Write one member line by line, handing on what has gathered."""
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    gathered = 0
    with target.open(info, "w", force_zip64=True) as out:
        for line in lines:
            out.write(line)
            gathered += len(line)
            if gathered > PIECE:
                gathered = 0
                yield outlet.taken()
    yield outlet.taken()


def read_me() -> str:
    """Say what is where, in the reader's language."""
    return "\r\n".join(
        [
            _("Everything that this journal holds, as of %(at)s.")
            % {"at": f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"},
            "",
            _("registers/ – tables for people, in CSV (UTF-8), deleted entries included."),
            _("tables/ – every table for programs: one JSON object a line, times in UTC, references by key."),
            _("files/ – attached files by their key; tables/attachments.file.jsonl tells their names and SHA-256."),
            "",
            _("Passwords, keys, sessions and what was sent to people stay behind."),
        ]
    )
