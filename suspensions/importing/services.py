"""Judging and writing an old journal. Nothing is written before somebody who may import asks for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any, BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.policy import require
from suspensions import shares
from suspensions.importing import columns, tables
from suspensions.models import RiskSource, Suspension, SuspensionQuerySet, TechProcess
from suspensions.services import rules
from suspensions.services.moving import confirm_block, discard_block
from suspensions.services.registering import BLOCK, drawn_up, register_drafts
from workflow.actor import Actor
from workflow.search import fold
from workflow.times import duration


class Fault(NamedTuple):
    """What is wrong with a row: its number in the file, the column (empty for the whole row), and why."""

    row: int
    column: str
    text: str


@dataclass
class Report:
    """What a file says: the good rows as arguments of `register`, and every fault."""

    good: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)  # good rows that somebody should look at
    ignored: list[str] = field(default_factory=list)
    zone: str = ""

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def judge(file: BinaryIO, *, by: Actor) -> Report:
    """Read the file and judge every row as the journal itself would. Raises ValidationError for what is no table."""
    require(by.user, "suspension.import")
    head, *body = tables.below_head(tables.rows(file), columns.are_named)
    header = columns.header_of(head.cells)
    reader = Reader(header, Dictionaries.load(), by)
    report = Report(ignored=header.ignored, zone=str(header.zone))
    for row in body:
        case, faults = reader.read(row)
        report.faults += faults
        if not faults:
            report.good.append(case)
            report.doubts += doubts_about(row.number, case)
    return report


def doubts_about(row: int, case: dict[str, Any]) -> list[Fault]:
    """Say that a row without a finish means a process that is down to this day."""
    if case.get("finish") or case["start"] > timezone.now():
        return []
    lasting = {"duration": duration(timezone.now() - case["start"])}
    words = _("The cell is empty: the case comes in as still running, for %(duration)s by now.")
    return [Fault(row, columns.title_of("finish"), words % lasting)]


class Dictionaries(NamedTuple):
    """Processes and sources by everything people call them, and the cases that the journal has already."""

    processes: dict[str, TechProcess]
    sources: dict[str, RiskSource]
    known: set[tuple[int, datetime, datetime | None]]

    @classmethod
    def load(cls) -> "Dictionaries":
        processes = {
            fold(name): process
            for process in TechProcess.objects.present()
            for name in (process.number, process.name, str(process), process.code)
            if name
        }
        sources = {fold(name): one for one in RiskSource.objects.present() for name in (one.name, one.code)}
        cases = Suspension.objects.present().values_list("process_id", "start", "finish")
        return cls(processes, sources, set(cases.iterator()))


class Reader:
    """Reads row by row, so that a case that stands twice in one file is noticed too."""

    def __init__(self, header: columns.Header, dictionaries: Dictionaries, by: Actor):
        self.header = header
        self.by = by
        self.dictionaries = dictionaries

    def read(self, row: tables.Row) -> tuple[dict[str, Any], list[Fault]]:
        """Return the arguments of `register` and what is wrong with them."""
        case, faults = self.cells(row)
        if not faults:
            try:
                case = self.shared(self.looked_up(case))
                drawn_up(by=self.by, **case)
                self.remember(case)
            except ValidationError as error:
                faults = faults_of(row.number, error)
        return case, faults

    def cells(self, row: tables.Row) -> tuple[dict[str, Any], list[Fault]]:
        found: dict[str, Any] = {}
        faults = []
        for place, column in self.header.columns.items():
            cell = row.cells[place] if place < len(row.cells) else None
            try:
                value = column.read(cell)
                found[column.field] = columns.located(value, self.header.zone) if is_moment(value) else value
                if column.required and value in (None, ""):
                    raise columns.wrong(_("The cell is empty."))
            except ValidationError as error:
                faults.append(Fault(row.number, str(column.title), " ".join(error.messages)))
        return {name: value for name, value in found.items() if value not in (None, "")}, faults

    def looked_up(self, case: dict[str, Any]) -> dict[str, Any]:
        """Put the entries of the dictionaries in the place of their names. Raises ValidationError."""
        process = self.dictionaries.processes.get(fold(case["process"]))
        source = self.dictionaries.sources.get(fold(case["risk_source"]))
        unknown = {}
        if process is None:
            unknown["process"] = _("There is no process “%(name)s”.") % {"name": case["process"][:80]}
        if source is None:
            unknown["risk_source"] = _("There is no risk source “%(name)s”.") % {"name": case["risk_source"][:80]}
        if unknown:
            raise ValidationError(unknown)
        return case | {"process": process, "risk_source": source}

    def shared(self, case: dict[str, Any]) -> dict[str, Any]:
        """Put the share that was lost in the place of what the columns say. Raises ValidationError."""
        if "left" in case and "degradation" in case:
            raise ValidationError({"left": _("One of the two columns for the share is enough.")})
        if "left" in case:
            case["degradation"] = 1 - rules.share(case.pop("left"))
        elif "degradation" in case:
            case["degradation"] = shares.turned(rules.share(case["degradation"]))
        return case

    def remember(self, case: dict[str, Any]) -> None:
        """Raise ValidationError for a case that the journal or the file has already."""
        key = (case["process"].pk, case["start"], case.get("finish"))
        if key in self.dictionaries.known:
            raise ValidationError(_("The journal has this case already: the same process and times."))
        self.dictionaries.known.add(key)


def is_moment(value: Any) -> bool:
    return isinstance(value, datetime)


def faults_of(row: int, error: ValidationError) -> list[Fault]:
    """Return the refusals of the rules as faults of columns."""
    if not hasattr(error, "error_dict"):
        return [Fault(row, "", " ".join(error.messages))]
    return [Fault(row, columns.title_of(name), " ".join(texts)) for name, texts in error.message_dict.items()]


@transaction.atomic
def write(
    report: Report, *, by: Actor, skip_bad: bool = False, claim: Callable[[], None] | None = None
) -> list[Suspension]:
    """Write the good rows as drafts, all or none. Raises ValidationError while there are bad ones, unless skipped.

    One import at a time: of two that bring the same, by two clicks or two doors, the later finds the cases there.
    `claim` uses up what may be used once, and raises ValidationError where that happened before.
    """
    require(by.user, "suspension.import")
    if report.faults and not skip_bad:
        raise ValidationError(_("Some rows are wrong. Correct them, or say that they are to be left out."))
    if not report.good:
        raise ValidationError(_("There is no row to import."))
    Organisation.objects.select_for_update(no_key=True).first()  # the row that everybody has stands for the queue
    if claim:
        claim()
    expect_new(report.good)
    return register_drafts(report.good, by=by)


def expect_new(rows: Sequence[dict[str, Any]]) -> None:
    """Raise ValidationError where the journal got one of the cases since they were judged."""
    starts = [row["start"] for row in rows]
    near = Suspension.objects.present().filter(start__range=(min(starts), max(starts)))
    known = set(near.values_list("process_id", "start", "finish").iterator())
    if any((row["process"].pk, row["start"], row.get("finish")) in known for row in rows):
        raise ValidationError(_("The journal has got some of these cases meanwhile. Look at the file again."))


def drafts_of(user: User) -> SuspensionQuerySet:
    """The drafts that this person imported and that nobody has taken into the journal yet, oldest case first."""
    return Suspension.objects.present().filter(author=user, status=Suspension.Status.DRAFT).order_by("start", "pk")


def confirm_drafts(cases: SuspensionQuerySet, *, by: Actor, note: str = "") -> int:
    """Take drafts into the journal, the oldest case first so that numbers follow the times; return how many.

    Each block is a transaction of its own: the series of numbers is free between two, and what was interrupted goes on.
    """
    require(by.user, "suspension.confirm")
    return sum(confirm_block(keys, by=by, note=note) for keys in blocks(cases))


def discard_drafts(cases: SuspensionQuerySet, *, by: Actor, note: str) -> int:
    """Throw drafts away, for a reason: hidden with their timelines, an administrator can bring each back."""
    require(by.user, "suspension.import")
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why the drafts are discarded."), code="required")})
    return sum(discard_block(keys, by=by, note=note.strip()) for keys in blocks(cases))


def blocks(cases: SuspensionQuerySet) -> Iterator[tuple[int, ...]]:
    return batched(list(cases.values_list("pk", flat=True)), BLOCK)
