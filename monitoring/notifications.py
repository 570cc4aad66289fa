"""Every message that an outage can send, and to whom."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from monitoring.models import Outage
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from workflow.actor import Actor
from workflow.times import duration

INFORMED = {Role.MANAGER, Role.ADMIN}

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
KINDS = [CLOSED]


class Span:
    """A length of time that is said in the language of whoever reads it."""

    def __init__(self, outage: Outage):
        self.length = outage.downtime

    def __str__(self) -> str:
        return duration(self.length)


def tell_closed(outage: Outage, *, by: Actor) -> None:
    """Tell the managers when it began, when it ended and what it came to; the link is up again by now."""
    context = {"name": outage.group.name, "start": outage.start, "finish": outage.finish, "total": Span(outage)}
    people = User.objects.active().people().filter(role__in=INFORMED)
    notify(people, kind=CLOSED, subject=outage.suspension, context=context, by=by, url=outage.group.get_absolute_url())
