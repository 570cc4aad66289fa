"""Who hears before a promise is broken, and when it was: each stage of each promise once, in working hours."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts import organisation
from accounts.models import Role, User
from accounts.policy import allows
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from tickets.models import SlaWarning, Ticket
from tickets.sla.reckoning import State
from tickets.sla.standing import Standing, columns, standings

Stage = SlaWarning.Stage
STAGES = {State.SOON: Stage.SOON, State.LATE: Stage.LATE}
BATCH = 500


def promised(name: str) -> str:
    words = {"response": pgettext("promise", "first response"), "resolution": pgettext("promise", "resolution")}
    return words[name]


promise_of = lazy(promised, str)


def works_on_tickets(user: Any) -> bool:
    return allows(user, "ticket.resolve")


def kind(name: str, label: Any, title: Any, body: Any) -> Kind:
    example = {
        "ticket": "TKT-588 Не печатает принтер",
        "promise": promise_of("response"),
        "due": "24.07.2026 12:30 MSK",
    }
    channels = frozenset({APP, EMAIL})
    return Kind(
        f"ticket.{name}", label, title, body=body, channels=channels, example=example, shown_to=works_on_tickets
    )


SOON = kind("sla-soon", _("A ticket is due soon"), _("Due soon: %(ticket)s"), _("The %(promise)s is due by %(due)s."))
LATE = kind("sla-late", _("A ticket is late"), _("Late: %(ticket)s"), _("The %(promise)s was due by %(due)s."))
KINDS = [SOON, LATE]
KIND = {Stage.SOON: SOON, Stage.LATE: LATE}


def warn(*, at: datetime | None = None) -> int:
    """Tell what is due to be told at `at` and was not told yet; return how many warnings. May run twice at once."""
    at, working = at or timezone.now(), organisation.working_time()
    if not working.is_working(at):
        return 0
    told = 0
    for ticket in due_tickets(at):
        given = {(row.promise, row.stage) for row in ticket.sla_warnings.all()}
        for one in standings(columns(ticket), at, working):
            stage = STAGES.get(one.state)
            if stage and (one.name, stage) not in given:
                told += warn_once(ticket, one, stage)
    return told


def due_tickets(at: datetime) -> QuerySet[Ticket]:
    """The tickets of which a promise is near its end or past it and of which somebody may have to hear."""
    return Ticket.objects.warned_by(at).select_related("assignee").prefetch_related("sla_warnings")


@transaction.atomic
def warn_once(ticket: Ticket, one: Standing, stage: Stage) -> bool:
    """Tell one thing; the row decides who of several sends."""
    _row, new = SlaWarning.objects.get_or_create(ticket=ticket, promise=one.name, stage=stage)
    if new:
        context = {"ticket": ticket, "promise": promise_of(one.name), "due": one.due}
        notify(concerned(ticket, stage), kind=KIND[stage], subject=ticket, context=context)
    return new


def concerned(ticket: Ticket, stage: Stage) -> list[User]:
    """Whoever has it; the managers too once it is late, and where nobody has it."""
    own = [ticket.assignee] if ticket.assignee and ticket.assignee.is_active else []
    if own and stage == Stage.SOON:
        return own
    managers = User.objects.active().people().filter(role=Role.MANAGER)
    return [*own, *(person for person in managers if person not in own)]
