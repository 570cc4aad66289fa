"""Every message that a downtime case or a limit can send, and to whom."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.policy import allows, holders
from notifications.kinds import Kind
from notifications.services import notify
from suspensions.models import ProcessLimit, Risk, Suspension
from workflow.actor import Actor
from workflow.times import duration, written

lasting = lazy(duration, str)  # in the recipient's language
on_day = lazy(written, str)
EXCERPT = 1000  # characters of a description
EXAMPLE = {
    "suspension": "2026-0007 25 Доверительное управление",
    "process": "25 Доверительное управление",
    "start": "23.07.2026 18:03 MSK",
    "finish": "23.07.2026 19:20 MSK",
    "duration": "1 ч 17 мин",
    "said": "Илья Орлов",
}


def approves(user: Any) -> bool:
    return allows(user, "limit.approve")


def regulates(user: Any) -> bool:
    return allows(user, "suspension.regulate")


def kind(name: str, label: Any, title: Any, body: Any = "%(said)s", **options: Any) -> Kind:
    return Kind(name, label, title, body=body, example=EXAMPLE, **options)


REGISTERED = kind(
    "suspension.registered",
    _("Downtime of my process recorded"),
    _("Downtime: %(suspension)s"),
    _("Since %(start)s. %(said)s"),
)
ANNOUNCED = kind(
    "suspension.announced",
    _("Planned work on my process"),
    _("Planned work: %(suspension)s"),
    "%(start)s – %(finish)s\n%(said)s",
)
OVERRUN = kind(
    "suspension.overrun",
    _("Planned work past its end"),
    _("Planned work past its end: %(suspension)s"),
    _(
        "It was to be over by %(finish)s. Mark it restored or move its planned finish; "
        "a manager classifies it as not planned, or calls it off if it never took place."
    ),
)
CALLED_OFF = kind(
    "suspension.called_off",
    _("Planned work called off"),
    _("Called off: %(suspension)s"),
    "%(start)s – %(finish)s\n%(said)s",
)
RESTORED = kind(
    "suspension.restored",
    _("Downtime ended"),
    _("Restored: %(suspension)s"),
    _("%(start)s – %(finish)s, %(duration)s. %(said)s"),
)
REOPENED = kind("suspension.reopened", _("Downtime reopened"), _("Down again: %(suspension)s"))
COMMENTED = kind("suspension.commented", _("My downtime case commented"), _("Comment: %(suspension)s"))
PROPOSED = kind(
    "limit.proposed", _("A limit waits for approval"), _("A limit waits for approval: %(process)s"), shown_to=approves
)
REPORT_PROPOSED = kind(
    "report.proposed",
    _("A case may have to be reported to the regulator"),
    _("Report to the regulator? %(suspension)s"),
    shown_to=regulates,
)
REVIEW = Kind(
    "risk.review",
    _("A risk is to be reviewed"),
    _("Review the risk: %(risk)s"),
    body=_("The review was due on %(day)s. Look whether its scores and measures still hold, and name the next day."),
    shown_to=lambda user: allows(user, "risk.see"),
    example={"risk": "R-04 Обрыв канала связи", "day": "23.07.2026"},
)
KINDS = [REGISTERED, ANNOUNCED, OVERRUN, CALLED_OFF, RESTORED, REOPENED, COMMENTED, PROPOSED, REPORT_PROPOSED, REVIEW]


def tell_registered(suspension: Suspension, *, by: Actor) -> None:
    """Tell the owner of the process; a probe tells of its own cases."""
    if suspension.origin == Suspension.Origin.MANUAL and suspension.status != Suspension.Status.DRAFT:
        heard = ANNOUNCED if suspension.planned else REGISTERED
        tell(heard, owners(suspension), suspension, by, said(by, suspension.description[:EXCERPT]))


def tell_overrun(suspension: Suspension, *, by: Actor) -> None:
    """Ask the owner and the author of planned work what became of it; whoever classifies is led to that at once."""
    context = {"suspension": suspension, "finish": suspension.overruns_at}
    asked = list(User.objects.active().people().filter(Q(role=Role.MANAGER) | Q(pk__in=concerned(suspension))))
    classifying = [person for person in asked if allows(person, "suspension.plan", suspension)]
    others = [person for person in asked if person not in classifying]
    notify(others, kind=OVERRUN, subject=suspension, context=context, by=by)
    page = reverse("suspensions:plan", args=[suspension.pk])
    notify(classifying, kind=OVERRUN, subject=suspension, context=context, by=by, url=page)


def tell_called_off(suspension: Suspension, *, by: Actor, note: str) -> None:
    tell(CALLED_OFF, owners(suspension), suspension, by, said(by, note))


def tell_restored(suspension: Suspension, *, by: Actor, note: str = "") -> None:
    """Tell the owner, the author and the managers from when to when it was down.

    Of what a probe began and ended, managers and administrators hear once, from the probe.
    """
    people = User.objects.active().people()
    if suspension.origin == Suspension.Origin.PROBE and by.user.is_system:
        people = people.filter(pk__in=concerned(suspension)).exclude(role__in=[Role.MANAGER, Role.ADMIN])
    else:
        people = people.filter(Q(role=Role.MANAGER) | Q(pk__in=concerned(suspension)))
    tell(RESTORED, people, suspension, by, said(by, note))


def tell_reopened(suspension: Suspension, *, by: Actor, note: str = "") -> None:
    tell(REOPENED, owners(suspension), suspension, by, said(by, note))


def tell_commented(suspension: Suspension, *, by: Actor, text: str) -> None:
    tell(COMMENTED, owners(suspension), suspension, by, said(by, text))


def tell_proposed(limit: ProcessLimit, *, by: Actor) -> None:
    context = {"process": limit.process, "said": said(by, limit.document)}
    notify(holders("limit.approve"), kind=PROPOSED, subject=limit, context=context, by=by)


def tell_review(risk: Risk, day: date) -> None:
    owner = risk.owner
    people = [owner] if owner and owner.is_active and allows(owner, "risk.edit") else managers()
    notify(people, kind=REVIEW, subject=risk, context={"risk": risk, "day": on_day(day)})


def managers() -> QuerySet[User]:
    """Those who decide what the regulator hears."""
    return User.objects.active().people().filter(role=Role.MANAGER)


def owners(suspension: Suspension) -> QuerySet[User]:
    """The owner of the process and the author of the case."""
    return User.objects.active().people().filter(pk__in=concerned(suspension))


def concerned(suspension: Suspension) -> list[int]:
    return [pk for pk in (suspension.process.owner_id, suspension.author_id) if pk]


def tell(kind: Kind, people: Iterable[User], suspension: Suspension, by: Actor, words: str) -> None:
    context = {
        "suspension": suspension,
        "process": suspension.process,
        "start": suspension.start,
        "finish": suspension.finish or suspension.planned_finish or "…",
        "duration": lasting(suspension.duration),
        "said": words,
    }
    notify(people, kind=kind, subject=suspension, context=context, by=by)


def said(by: Actor, text: str) -> str:
    return f"{by.label}: {text}" if text else by.label
