"""Due moments as lists order by them: made by the reckoning, stored with the ticket, renewed when anything changes.

Of an open ticket they always follow from priority, targets, calendar and pauses as they are now. What is kept or given
up is no longer touched: it is judged by what was promised then.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.db import connection, transaction

from accounts import organisation
from accounts.working_time import WorkingTime
from tickets.models import Pause, SlaTarget, Ticket
from tickets.sla.reckoning import Clock, Standstill

BATCH = 500


def keep(ticket: Ticket) -> None:
    """Reckon one ticket anew, in the transaction of the change that makes it due at another moment."""
    different = differing([Ticket._base_manager.get(pk=ticket.pk)])
    store(different)
    for name, value in different.get(ticket.pk, {}).items():
        setattr(ticket, name, value)


def renew(*, priority: str = "") -> int:
    """Reckon all open tickets anew, or those of a priority; return how many were due at another moment.

    What differs is looked at again under lock: a verb may be changing it at the same time.
    """
    rows = Ticket.objects.present().opened().order_by("pk")
    rows = rows.filter(priority=priority) if priority else rows
    changed, after = 0, 0
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        if different := differing(batch):
            with transaction.atomic():
                locked = Ticket.objects.filter(pk__in=different).select_for_update(of=("self",)).order_by("pk")
                changed += store(differing(list(locked)))
    return changed


def renew_all(**signal: Any) -> None:
    """The organisation works at other hours."""
    renew()


def differing(tickets: list[Ticket]) -> dict[int, dict[str, Any]]:
    """Return the columns, as they must be, of those tickets that have others."""
    targets = {target.priority: target for target in SlaTarget.objects.all()}
    pauses, working = pauses_of([ticket.pk for ticket in tickets]), organisation.working_time()
    found = {}
    for ticket in tickets:
        values = reckoned(ticket, targets.get(ticket.priority), pauses[ticket.pk], working)
        if any(getattr(ticket, name) != value for name, value in values.items()):
            found[ticket.pk] = values
    return found


def store(different: dict[int, dict[str, Any]]) -> int:
    """Write what differs; the version stays, as nobody changed the ticket."""
    names = list(next(iter(different.values()), ()))
    fields = [cast(Any, Ticket._meta.get_field(name)) for name in names]
    rows = [
        [*(field.get_db_prep_save(values[field.name], connection) for field in fields), pk]
        for pk, values in different.items()
    ]
    if rows:  # at once: one statement after another would take seconds for thousands of tickets
        columns = ", ".join(f"{field.column} = %s" for field in fields)
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {Ticket._meta.db_table} SET {columns} WHERE id = %s", rows)  # noqa: S608 - names of our own
    return len(rows)


def pauses_of(tickets: Iterable[int]) -> dict[int, list[Standstill]]:
    found: dict[int, list[Standstill]] = defaultdict(list)
    for ticket, start, finish in Pause.objects.filter(ticket__in=tickets).values_list("ticket", "start", "finish"):
        found[ticket].append(Standstill(start, finish))
    return found


def reckoned(
    ticket: Ticket, target: SlaTarget | None, pauses: list[Standstill], working: WorkingTime
) -> dict[str, Any]:
    """Return the columns of a ticket as they must be."""
    values = promise(ticket, "response", ticket.answered_at, target, pauses, working)
    values |= promise(ticket, "resolution", ticket.resolved_at, target, pauses, working)
    awaited = [values["response_due_at"]] if ticket.answered_at is None else []
    awaited += [values["resolution_due_at"]] if ticket.is_running else []
    return values | {"due_at": min((due for due in awaited if due), default=None)}


def promise(
    ticket: Ticket, name: str, stopped: datetime | None, target: SlaTarget | None, pauses: list[Standstill],
    working: WorkingTime,
) -> dict[str, Any]:  # fmt: skip
    """Return the columns of one promise."""
    columns = [f"{name}_due_at", f"{name}_warn_at", f"{name}_seconds"]
    if stopped is not None and getattr(ticket, columns[2]) is not None:
        return {column: getattr(ticket, column) for column in columns}
    if stopped is None and not ticket.is_running:
        return dict.fromkeys(columns)
    minutes = getattr(target, f"{name}_minutes") if target else None
    clock = Clock(working, ticket.created_at, minutes or 0, pauses, stopped, target.warning_share if target else 100)
    used = None if stopped is None else int(clock.used(stopped).total_seconds())
    return dict(zip(columns, (clock.due, clock.warn, used) if minutes else (None, None, used), strict=True))
