"""Every message of what is watched, and of the installation itself."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role, User
from incidents.notifications import RESOLVED, tell_followers
from monitoring.cures import CURES
from monitoring.models import Outage
from notifications.kinds import APP, EMAIL, TELEGRAM, Kind
from notifications.services import notify, on_call
from suspensions.notifications import tell_restored
from workflow.actor import Actor
from workflow.times import duration

INFORMED = {Role.MANAGER, Role.ADMIN}
LOUD = frozenset({APP, EMAIL, TELEGRAM})

CLOSED = Kind(
    "outage.closed",
    _("Connection came back"),
    _("%(name)s: the connection is back, it was down for %(total)s"),
    body=_("Down from %(start)s to %(finish)s, %(total)s in all."),
    channels=frozenset({APP, EMAIL}),
    shown_to=lambda user: user.role in INFORMED,
    example={
        "name": "Internet access", "total": "14 min",
        "start": "22 Jul 2026 20:10 MSK", "finish": "22 Jul 2026 20:24 MSK",
    },
)  # fmt: skip


def fault(name: str, label: Any) -> Kind:
    """A fault of the installation: administrators and the on-call chat hear at once of it and of what to do."""
    return Kind(
        f"installation.{name}", label, label, body=format_lazy("%(detail)s\n{}", CURES[name]), channels=LOUD,
        critical=True, group=False, shown_to=lambda user: user.is_staff, example={"detail": "120 MB"},
    )  # fmt: skip


FAULTS = {
    "worker": fault("worker", _("The worker is silent: no job is done")),
    "beat": fault("beat", _("The scheduler is silent: nothing is due any more")),
    "broker": fault("broker", _("The queue does not answer: no job is done")),
    "disk": fault("disk", _("The disk is almost full")),
    "outbox": fault("outbox", _("Messages do not go out")),
}
RECOVERED = Kind(
    "installation.recovered",
    pgettext_lazy("installation", "Well again"),
    _("Well again: %(what)s"),
    body=_("It lasted from %(start)s to %(finish)s."),
    channels=LOUD,
    critical=True,
    group=False,
    shown_to=lambda user: user.is_staff,
    example={"what": _("The disk is almost full"), "start": "22 Jul 2026 20:10 MSK", "finish": "22 Jul 2026 20:24 MSK"},
)
OFF = Kind(
    "installation.off",
    _("Vakhta was off"),
    _("Vakhta was off from %(start)s to %(finish)s"),
    body=_("In this time nothing was watched, and nobody was told anything. It works again."),
    channels=LOUD,
    critical=True,
    group=False,
    shown_to=lambda user: user.is_staff,
    example={"start": "22 Jul 2026 20:10 MSK", "finish": "22 Jul 2026 20:24 MSK"},
)
KINDS = [CLOSED, *FAULTS.values(), RECOVERED, OFF]


def alerted() -> list[Any]:
    """Those who look after the installation: administrators, and the on-call chat."""
    return [*User.objects.admins(), *on_call()]


class Span:
    """A length of time that is said in the language of whoever reads it."""

    def __init__(self, outage: Outage):
        self.length = outage.downtime

    def __str__(self) -> str:
        return duration(self.length)


def tell_recovered(outage: Outage, *, by: Actor, note: str) -> None:
    """Tell everybody whom it concerns, each once, of what the probe ended and people have left so since."""
    tell_closed(outage, by=by)
    for case in outage.cases():
        if case.deleted_at is None and case.finish == outage.finish:
            tell_restored(case, by=by)
    incident = outage.incident
    if incident and incident.status == incident.Status.RESOLVED and incident.resolved_by == by.user:
        tell_followers(RESOLVED, incident, by=by, note=note)


def tell_closed(outage: Outage, *, by: Actor) -> None:
    """Tell the managers and the on-call chat from when to when and how long; the link has been up for a while."""
    context = {"name": outage.group.name, "start": outage.start, "finish": outage.finish, "total": Span(outage)}
    people = User.objects.active().people().filter(role__in=INFORMED)
    notify(
        [*people, *on_call()],
        kind=CLOSED,
        subject=outage.suspension,
        context=context,
        by=by,
        url=outage.group.get_absolute_url(),
    )
