"""Every message that an incident can send, and to whom."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import allows, holders
from incidents.models import Incident, IncidentWatcher
from incidents.oncall import schedule
from notifications.kinds import APP, EMAIL, TELEGRAM, Kind
from notifications.services import notify, on_call
from workflow.actor import Actor
from workflow.models import Event

AT_ONCE = frozenset({APP, EMAIL})
EXCERPT = 1000  # characters of a description
URGENT = {Incident.Severity.HIGH, Incident.Severity.CRITICAL}
EXAMPLE = {"incident": "INC-1042 No exchange with the depositary", "severity": "critical", "said": "Илья Орлов"}


def responds(user: Any) -> bool:
    return allows(user, "incident.take")


def nobody(user: Any) -> bool:
    return False


def kind(name: str, label: Any, title: Any, **options: Any) -> Kind:
    return Kind(f"incident.{name}", label, title, body="%(said)s", example=EXAMPLE, **options)


OPENED = kind(
    "opened",
    _("High or critical incident opened"),
    _("Incident of %(severity)s severity: %(incident)s"),
    channels=AT_ONCE,
    critical=True,
    shown_to=responds,
)
ESCALATED = kind(
    "escalated",
    _("Incident became high or critical"),
    _("Severity is now %(severity)s: %(incident)s"),
    channels=AT_ONCE,
    critical=True,
    shown_to=responds,
)
ASSIGNED = kind("assigned", _("Incident assigned to me"), _("Assigned to you: %(incident)s"), shown_to=responds)
TAKEN = kind("taken", _("My incident taken"), _("In progress: %(incident)s"))
RESOLVED = kind("resolved", _("My incident resolved"), _("Resolved: %(incident)s"))
CLOSED = kind("closed", _("My incident closed"), _("Closed: %(incident)s"))
REOPENED = kind("reopened", _("My incident reopened"), _("Reopened: %(incident)s"))
WOKEN = kind("woken", _("The pause of an incident is over"), _("The pause is over: %(incident)s"), shown_to=responds)
COMMENTED = kind("commented", _("My incident commented"), _("Comment: %(incident)s"))
ON_CALL = kind(
    "on-call",
    _("Incident in the on-call chat"),
    _("New incident: %(incident)s"),
    channels=frozenset({TELEGRAM}),
    required=True,
    live=True,
    shown_to=nobody,
)
URGENT_ON_CALL = kind(
    "urgent-on-call",
    _("High or critical incident in the on-call chat"),
    _("New incident of %(severity)s severity: %(incident)s"),
    channels=frozenset({TELEGRAM}),
    critical=True,
    live=True,
    group=False,
    shown_to=nobody,
)
KINDS = [ON_CALL, URGENT_ON_CALL, OPENED, ESCALATED, ASSIGNED, TAKEN, RESOLVED, CLOSED, REOPENED, WOKEN, COMMENTED]


def tell_followers(kind: Kind, incident: Incident, *, by: Actor, note: str = "") -> None:
    """Tell the reporter, the watchers and whoever works on it."""
    watchings = IncidentWatcher.objects.filter(incident=incident)
    others = {incident.reporter_id, incident.assignee_id} - {None, by.user.pk}
    if not others and not watchings.exclude(user=by.user).exists():
        return  # nobody but who did it: people need not be asked for
    named = Q(pk__in=[incident.reporter_id, incident.assignee_id])
    watching = Q(pk__in=watchings.values("user"))
    send(kind, User.objects.active().filter(named | watching), incident, by, said(by, note))


def tell_assignee(incident: Incident, *, by: Actor, note: str = "") -> None:
    if incident.assignee:
        send(ASSIGNED, [incident.assignee], incident, by, said(by, note))


def tell_woken(incident: Incident, *, by: Actor) -> None:
    """Tell whoever has it that it need not rest any longer; if nobody has, the on-call chat and whoever is on duty."""
    pause = Event.objects.about(incident).filter(verb="snooze").order_by("pk").last()
    mine = [incident.assignee] if incident.assignee and incident.assignee.is_active else []
    send(WOKEN, mine or [*on_call(), *on_duty(incident)], incident, by, pause.note if pause else "")


def tell_responders_if_urgent(kind: Kind, incident: Incident, *, by: Actor) -> None:
    """Tell whoever is on duty, whatever the hour; while nobody is, everybody who may take it."""
    tell_on_call(incident, by=by)
    if incident.severity in URGENT:
        send(kind, on_duty(incident), incident, by, said(by, incident.description[:EXCERPT]))


def on_duty(incident: Incident) -> list[User]:
    """Return whoever is on duty; while nobody is, everybody who may take what is urgent."""
    person = schedule.person_at(timezone.now())
    if person:
        return [person]
    return list(holders("incident.take")) if incident.severity in URGENT else []


def tell_on_call(incident: Incident, *, by: Actor) -> None:
    """One message in each on-call chat, edited from then on; what is urgent never waits to be gathered."""
    kind = URGENT_ON_CALL if incident.severity in URGENT else ON_CALL
    send(kind, on_call(), incident, None, said(by, incident.description[:EXCERPT]))


def send(kind: Kind, people: Any, incident: Incident, by: Actor | None, words: str) -> None:
    context = {"incident": incident, "severity": Incident.Severity(incident.severity).label, "said": words}
    notify(people, kind=kind, subject=incident, context=context, by=by)


def said(by: Actor, text: str) -> str:
    return f"{by.label}: {text}" if text else by.label
