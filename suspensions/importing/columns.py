"""Which column means what, and how its cells are written."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import organisation
from suspensions.importing.tables import refused
from suspensions.models import Suspension
from workflow.search import fold

YES, NO = {"yes", "y", "true", "1", "да", "+"}, {"", "no", "n", "false", "0", "нет", "-"}
KINDS = {
    "outage": Suspension.Kind.OUTAGE,
    "degradation": Suspension.Kind.DEGRADATION,
    "простой": Suspension.Kind.OUTAGE,
    "остановка": Suspension.Kind.OUTAGE,
    "деградация": Suspension.Kind.DEGRADATION,
    "ухудшение": Suspension.Kind.DEGRADATION,
}
MOMENTS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%y %H:%M",
    "%d.%m.%Y", "%Y-%m-%d",
)  # fmt: skip
FORMULA = re.compile(r"[=@]")


class Column(NamedTuple):
    """A field of a case, what it is called in a template, the other names it goes by, and how a cell is read."""

    field: str
    title: Any
    names: tuple[str, ...]
    read: Callable[[Any], Any]
    required: bool = False


def wrong(message: str) -> ValidationError:
    return ValidationError(message, code="invalid")


def text(cell: Any) -> str:
    found = "" if cell is None else str(cell)
    if FORMULA.match(found):
        raise wrong(_("The cell is a formula. Save the values instead."))
    if "\0" in found:
        raise wrong(_("The cell holds characters that are no text."))
    return found


def moment(cell: Any) -> datetime | None:
    """Return a moment, with an offset only where one is written. A date alone is its midnight."""
    if cell in (None, ""):
        return None
    if not isinstance(cell, datetime | date):
        cell = parsed(text(cell))
    found = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    if not 1 < found.year < 9999:
        raise wrong(_("The time is impossible."))
    return found


def located(found: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return the moment in `zone` unless it has an offset. Raises ValidationError for an hour that never was."""
    if found is None or found.tzinfo is not None:
        return found
    aware = found.replace(tzinfo=zone)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        raise wrong(_("The clock skipped that time in spring."))
    return aware


def parsed(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    for form in MOMENTS:
        try:
            return datetime.strptime(written, form)
        except ValueError:
            continue
    raise wrong(_("“%(cell)s” is no time. Write 23.07.2026 18:45.") % {"cell": written[:40]})


def number(cell: Any) -> Decimal | None:
    if cell in (None, "") or isinstance(cell, bool):
        return None
    written = text(cell).replace(" ", "").replace(",", ".")
    try:
        found = Decimal(written)
    except InvalidOperation as error:
        raise wrong(_("“%(cell)s” is no number.") % {"cell": written[:40]}) from error
    if not found.is_finite():
        raise wrong(_("“%(cell)s” is no number.") % {"cell": written[:40]})
    return found


def share(cell: Any) -> Decimal | None:
    """Return a share from 0 to 1; `30 %` is 0.3."""
    if isinstance(cell, str) and cell.endswith("%"):
        found = number(cell.rstrip("% "))
        return found and found / 100
    return number(cell)


def truth(cell: Any) -> bool:
    word = fold(text(cell))
    if word in YES or word in NO:
        return word in YES
    raise wrong(_("Write yes or no."))


def kind(cell: Any) -> str | None:
    word = fold(text(cell))
    if word and word not in KINDS:
        raise wrong(_("Write outage or degradation."))
    return KINDS.get(word)


COLUMNS = [
    Column("process", gettext_lazy("Process"), ("process", "business process", "процесс", "бизнес-процесс",
           "технологический процесс", "код процесса", "тп"), text, required=True),
    Column("risk_source", gettext_lazy("Risk source"), ("risk source", "source", "источник риска", "источник"),
           text, required=True),
    Column("start", gettext_lazy("Start"), ("start", "from", "начало", "начало простоя", "время начала",
           "дата начала"), moment, required=True),
    Column("finish", gettext_lazy("Finish"), ("finish", "end", "to", "конец", "окончание", "завершение",
           "окончание простоя", "время окончания", "дата окончания"), moment),
    Column("kind", gettext_lazy("Kind"), ("kind", "вид", "тип"), kind),
    Column("planned", gettext_lazy("Planned"), ("planned", "плановый", "плановая", "запланировано", "плановые работы"),
           truth),
    Column("degradation", gettext_lazy("Degradation"), ("degradation", "деградация", "доля деградации"), share),
    Column("left", gettext_lazy("Share left"), ("share left", "left", "осталось", "доля оставшегося",
           "работало"), share),
    Column("description", gettext_lazy("Description"), ("description", "описание", "что случилось"), text),
    Column("implementing_measures", gettext_lazy("Measures taken"), ("measures taken", "measures", "меры",
           "принятые меры", "реализуемые меры"), text),
    Column("root_cause", gettext_lazy("Root cause"), ("root cause", "cause", "причина", "первопричина"), text),
    Column("note", gettext_lazy("Why planned"), ("why planned", "reason", "почему плановые", "основание",
           "обоснование"), text),
    Column("loss", gettext_lazy("Loss"), ("loss", "убыток", "потери", "ущерб", "сумма потерь"), number),
    Column("currency", gettext_lazy("Currency"), ("currency", "валюта"), text),
]  # fmt: skip


def title_of(name: str) -> str:
    """Return what the column of a field is called; nothing where it has none."""
    return next((str(column.title) for column in COLUMNS if column.field == name), "")


class Header(NamedTuple):
    """Which place holds which column, the zone of the times, and the heads that mean nothing here."""

    columns: dict[int, Column]
    zone: ZoneInfo
    ignored: list[str]


def header_of(cells: Sequence[Any]) -> Header:
    """Read the first row. Raises ValidationError when a needed column is missing or one stands there twice.

    A zone after a comma, as the product's own export writes it, is that of the times; else it is the organisation's.
    """
    found: dict[int, Column] = {}
    ignored, zone = [], organisation.current().zone
    for place, cell in enumerate(cells):
        head, _comma, rest = str(cell or "").partition(",")
        column = column_of(head)
        if column is None:
            ignored += [str(cell)] if head.strip() else []
            continue
        if column in found.values():
            raise refused(_("The column “%(title)s” stands there twice.") % {"title": column.title})
        found[place] = column
        zone = zone_named(rest.strip()) or zone
    missing = [str(column.title) for column in COLUMNS if column.required and column not in found.values()]
    if missing:
        message = _("The first row must name the columns. Missing: %(missing)s.") % {"missing": ", ".join(missing)}
        raise refused(message)
    return Header(found, zone, ignored)


def are_named(cells: Sequence[Any]) -> bool:
    """Whether every column that is needed stands in the row."""
    found = {column_of(str(cell or "").partition(",")[0]) for cell in cells}
    return all(column in found for column in COLUMNS if column.required)


def column_of(words: str) -> Column | None:
    head = fold(words).strip()
    return next((one for one in COLUMNS if head and head in {*map(fold, one.names), fold(str(one.title))}), None)


def zone_named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
