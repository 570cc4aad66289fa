"""Every message of a programme: to members by Telegram, whoever has an account or not, and to organisers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from accounts.policy import holders
from notifications import people
from notifications.kinds import TELEGRAM, Kind
from notifications.models import Chat
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
    "count": 5,
    "since": "21.07.2026 12:40 MSK",
}


def left_words(count: int, open_day: bool) -> str:
    if not open_day:
        return gettext("The day is over.")
    words = (
        gettext("Attempts left today: %(count)s. Send another photo.") if count else gettext("No attempts are left.")
    )
    return words % {"count": count}


words_of_left = lazy(left_words, str)
name_of = lazy(lambda member: member.full_name, str)  # its order is the reader's


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
UNDECIDED = told(
    "undecided",
    _("Request not decided in time"),
    _("%(programme)s is over"),
    _("Your request to take part was not decided in time."),
)
ASKED = Kind(
    "programme.asked",
    _("Request to join a programme"),
    _("Request to take part: %(name)s"),
    "%(programme)s",
    shown_to=may("join_request.decide"),
    example=EXAMPLE,
)
REVIEW = Kind(
    "programme.review",
    _("Photos to review"),
    _("Photos to review: %(programme)s"),
    _("Waiting: %(count)s, the first since %(since)s"),
    shown_to=may("report.review"),
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
    ASSIGNMENT, REMINDER, APPROVED, DECLINED, ADMITTED, REFUSED, MOVED, EXCLUDED, READMITTED, FINAL, CANCELLED,
    UNDECIDED, ASKED, REVIEW, STUCK,
]  # fmt: skip


def tell(
    members: Iterable[Member], kind: Kind, context: Mapping[str, Any], *, at: datetime | None, **options: Any
) -> None:
    """Leave a message in the outbox for each of them whom the bot may write to."""
    notify([reader_of(member, options) for member in reachable(members)], kind=kind, context=context, at=at)


def reachable(members: Iterable[Member]) -> list[Member]:
    """Return those who have not blocked the bot, by one query."""
    rows = list(members)
    numbers = [member.telegram_id for member in rows]
    left = set(Chat.objects.closed().filter(telegram_id__in=numbers).values_list("telegram_id", flat=True))
    return [member for member in rows if member.telegram_id not in left]


def reader_of(member: Member, options: Mapping[str, Any]) -> Outsider:
    return Outsider(str(member.telegram_id), TELEGRAM, language_of(member), people.zone(), options=options)


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


def tell_undecided(programme: Programme, *, at: datetime) -> None:
    asked = Member.objects.filter(requests__programme=programme, requests__status="pending").select_related("user")
    tell(asked, UNDECIDED, {"programme": programme}, at=at)


def tell_final(memberships: Iterable[Any], *, at: datetime) -> None:
    """The template in the words of each member; they come with their points."""
    by_member = {membership.member: membership for membership in memberships}
    for member in reachable(by_member):
        text = farewell(by_member[member])
        context = {"programme": by_member[member].programme, "text": text}
        notify([reader_of(member, {})], kind=FINAL, context=context, at=at)


def farewell(membership: Any) -> str:
    programme = membership.programme
    values = {
        "name": membership.member.name,
        "surname": membership.member.surname,
        "points": membership.points,
        "reports": membership.points + membership.declined_count + membership.reviewing_count,
        "days": programme.length,
        "programme": programme.title,
    }
    return filled(programme.final_message, values)


def tell_organisers(request: JoinRequest, *, by: Actor) -> None:
    context = {"name": name_of(request.member), "programme": request.programme}
    notify(holders("join_request.decide"), kind=ASKED, subject=request, context=context, by=by)


def tell_reviewers(programme: Programme, *, count: int, since: datetime, at: datetime) -> None:
    context = {"programme": programme, "count": count, "since": since}
    queue = reverse("programmes:reports")
    notify(holders("report.review"), kind=REVIEW, subject=programme, url=queue, context=context, at=at)


def tell_stuck(programme: Programme, *, reason: str, at: datetime) -> None:
    context = {"programme": programme, "reason": reason}
    notify(holders("programme.start"), kind=STUCK, subject=programme, context=context, at=at)
