"""Every message of a programme: to members by Telegram, whoever has an account or not, and to organisers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from accounts.policy import holders
from notifications import people
from notifications.kinds import TELEGRAM, Kind
from notifications.services import Outsider, notify
from tasks.models import JoinRequest, Member, Membership, Programme, ProgrammeDay, Report
from tasks.models.task import today
from tasks.notifications import day_of
from tasks.programmes.templates import filled
from workflow.actor import Actor

EXAMPLE = {
    "programme": "Спортивный месяц",
    "assignment": "Зарядка на свежем воздухе",
    "text": "Пять минут, любой комплекс",
    "day": 3,
    "points": 2,
    "reason": "Фото не о том",
    "start": "01.06.2026",
    "finish": "28.06.2026",
    "hour": "09:00",
    "name": "Анна Зайцева",
    "left": "",
}


def left_words(count: int, open_day: bool) -> str:
    if not open_day:
        return gettext("The day is over.")
    words = (
        gettext("Attempts left today: %(count)s. Send another photo.") if count else gettext("No attempts are left.")
    )
    return words % {"count": count}


words_of_left = lazy(left_words, str)


def told(name: str, label: Any, title: Any, body: Any = "") -> Kind:
    """Return a kind of message to members: by Telegram alone, each by itself, none of them can be switched off."""
    return Kind(
        f"programme.{name}", label, title, body, frozenset({TELEGRAM}),
        required=True, group=False, shown_to=lambda user: False, example=EXAMPLE,
    )  # fmt: skip


ASSIGNMENT = told(
    "assignment",
    _("Assignment of the day"),
    _("Day %(day)s: %(assignment)s"),
    _("%(text)s\n\nSend a photo here before midnight. To do without it today: /skip"),
)
REMINDER = told(
    "reminder",
    _("No report yet"),
    _("No report yet: %(assignment)s"),
    _("The day ends at midnight. Send a photo, or do without it today: /skip"),
)
APPROVED = told("approved", _("Report approved"), _("Approved: %(assignment)s"), _("Your points: %(points)s"))
DECLINED = told("declined", _("Report declined"), _("Declined: %(assignment)s"), "%(reason)s\n%(left)s")
ADMITTED = told(
    "admitted",
    _("Taken into a programme"),
    _("You take part: %(programme)s"),
    _("From %(start)s to %(finish)s. Each day at %(hour)s the assignment comes; the report is a photo, sent here."),
)
REFUSED = told(
    "refused",
    _("Not taken into a programme"),
    _("Your request is declined: %(programme)s"),
    _("%(reason)s\nYou may ask again: /join"),
)
MOVED = told(
    "moved", _("First day moved"), _("The first day has moved: %(programme)s"), _("It begins on %(start)s.")
)  # fmt: skip
EXCLUDED = told("excluded", _("Excluded from a programme"), _("You are excluded: %(programme)s"), "%(reason)s")
READMITTED = told(
    "readmitted",
    _("Taken back into a programme"),
    _("You take part again: %(programme)s"),
    _("The next assignment comes at %(hour)s."),
)
FINAL = told("final", _("End of a programme"), _("%(programme)s is over"), "%(text)s")
CANCELLED = told("cancelled", _("Programme called off"), _("Called off: %(programme)s"), "%(reason)s")
ASKED = Kind(
    "programme.asked",
    _("Request to join a programme"),
    _("Request to take part: %(name)s"),
    "%(programme)s",
    shown_to=may("join_request.decide"),
    example=EXAMPLE,
)
STUCK = Kind(
    "programme.stuck",
    _("Programme cannot start"),
    _("“%(programme)s” cannot start"),
    "%(reason)s",
    shown_to=may("programme.start"),
    example=EXAMPLE,
)
KINDS = [
    ASSIGNMENT, REMINDER, APPROVED, DECLINED, ADMITTED, REFUSED, MOVED, EXCLUDED, READMITTED, FINAL, CANCELLED, ASKED,
    STUCK,
]  # fmt: skip


def tell(
    members: Iterable[Member], kind: Kind, context: Mapping[str, Any], *, at: datetime | None, **options: Any
) -> None:
    """Leave a message in the outbox for each of them whom the bot may write to."""
    readers = [
        Outsider(str(member.telegram_id), TELEGRAM, language_of(member), people.zone(), options=options)
        for member in members
        if not member.is_blocked
    ]
    notify(readers, kind=kind, context=context, at=at)


def language_of(member: Member) -> str:
    own = member.user.language if member.user else ""
    return own or member.language or settings.LANGUAGE_CODE


def hour() -> str:
    return f"{settings.SEND_NEW_TASK_HOUR:02d}:00"


def tell_assignment(membership: Membership, day: ProgrammeDay, *, at: datetime) -> None:
    picture = day.assignment.picture
    options = {"picture": str(picture.pk)} if picture else {}
    context = {"day": day.number, "assignment": day.assignment, "text": day.assignment.text}
    tell([membership.member], ASSIGNMENT, context, at=at, **options)


def tell_reminder(report: Report, *, at: datetime) -> None:
    tell([report.member], REMINDER, {"assignment": report.assignment}, at=at)


def tell_approved(report: Report, *, at: datetime) -> None:
    points = report.membership.reports.filter(status="approved").count()
    tell([report.member], APPROVED, {"assignment": report.assignment, "points": points}, at=at)


def tell_declined(report: Report, *, at: datetime) -> None:
    is_open = report.on == today(at) and report.membership.status == Membership.Status.ACTIVE
    left = words_of_left(report.attempts_left, is_open)
    tell([report.member], DECLINED, {"assignment": report.assignment, "reason": report.reason, "left": left}, at=at)


def tell_admitted(membership: Membership, *, at: datetime) -> None:
    programme = membership.programme
    context = {
        "programme": programme,
        "start": day_of(programme.start),
        "finish": day_of(programme.finish),
        "hour": hour(),
    }
    tell([membership.member], ADMITTED, context, at=at)


def tell_refused(request: JoinRequest, *, at: datetime) -> None:
    tell([request.member], REFUSED, {"programme": request.programme, "reason": request.reason}, at=at)


def tell_excluded(membership: Membership, *, at: datetime) -> None:
    tell([membership.member], EXCLUDED, {"programme": membership.programme, "reason": membership.reason}, at=at)


def tell_readmitted(membership: Membership, *, at: datetime) -> None:
    tell([membership.member], READMITTED, {"programme": membership.programme, "hour": hour()}, at=at)


def involved(programme: Programme) -> Iterable[Member]:
    """Whoever takes part, and whoever has asked to."""
    asked = programme.requests.filter(status="pending").values("member")
    taken = Membership.objects.active().filter(programme=programme).values("member")
    return (Member.objects.filter(pk__in=asked) | Member.objects.filter(pk__in=taken)).select_related("user").distinct()


def tell_moved(programme: Programme, *, at: datetime | None) -> None:
    tell(involved(programme), MOVED, {"programme": programme, "start": day_of(programme.start)}, at=at)


def tell_cancelled(programme: Programme, *, note: str, at: datetime) -> None:
    tell(involved(programme), CANCELLED, {"programme": programme, "reason": note}, at=at)


def tell_final(membership: Any, *, at: datetime) -> None:
    """The template in the words of one member; `membership` comes with its points."""
    member, programme = membership.member, membership.programme
    values = {
        "name": member.name,
        "surname": member.surname,
        "points": membership.points,
        "reports": membership.points + membership.declined_count + membership.reviewing_count,
        "days": programme.length,
        "programme": programme.title,
    }
    tell([member], FINAL, {"programme": programme, "text": filled(programme.final_message, values)}, at=at)


def tell_organisers(request: JoinRequest, *, by: Actor) -> None:
    context = {"name": request.member.full_name, "programme": request.programme}
    notify(holders("join_request.decide"), kind=ASKED, context=context, by=by)


def tell_stuck(programme: Programme, *, reason: str, at: datetime) -> None:
    notify(holders("programme.start"), kind=STUCK, context={"programme": programme, "reason": reason}, at=at)
