"""People join: they tell who they are, organisers decide, and take part of somebody away again."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import require
from tasks.models import JoinRequest, Member, Membership, Programme, Report
from tasks.models.programme import ALIVE_STATUSES
from tasks.models.task import today
from tasks.programmes import profile
from tasks.programmes.notifications import tell_admitted, tell_excluded, tell_organisers, tell_readmitted, tell_refused
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

PROFILE = ("name", "surname", "birth_date", "city", "phone")
UNCHECKED = ["user", "deleted_by"]
REASON_LIMIT = 500


def joinable(member: Member | None, at: datetime | None = None) -> Programme | None:
    """Return the programme that somebody may ask to join now: the running one while that is allowed, else the next."""
    taken = member.requests.filter(status="approved").values("programme") if member else []
    rows = Programme.objects.alive().exclude(pk__in=taken)
    return next((programme for programme in rows if programme.is_joinable(at)), None)


@transaction.atomic
def apply(
    *,
    by: Actor,
    telegram_id: int,
    name: str,
    surname: str,
    birth_date: date,
    city: str,
    phone: str,
    language: str = "",
    at: datetime | None = None,
) -> JoinRequest:
    """Ask to take part. While nobody has decided, applying again corrects the form; after a refusal it counts anew.

    `by` is the person's account where they have one, else the system. Raises ValidationError for each wrong field.
    """
    require(by.user, "programme.join")
    known = known_as(telegram_id, by=by)
    programme = joinable(known, at)
    if programme is None:
        raise Conflict(known or Programme(), closed_words(known))
    expect_single(known, programme, by=by)
    told = {"name": name, "surname": surname, "birth_date": birth_date, "city": city, "phone": phone}
    member = write_profile(known, by=by, telegram_id=telegram_id, language=language, **told)
    request, new = JoinRequest.objects.get_or_create(programme=programme, member=member)
    if new:
        Event.record(request, by=by, verb="apply", after={"programme": programme.title})
    elif request.status == JoinRequest.Status.DECLINED:
        request.move("pending", verb="apply-again", by=by, applications=F("applications") + 1, decided_at=None)
    else:
        return request
    tell_organisers(request, by=by)
    return request


def known_as(telegram_id: int, *, by: Actor) -> Member | None:
    """Return the member, locked: who writes by this Telegram, else who joined with the account of the actor."""
    rows = Member.objects.select_for_update(of=("self",))
    found = rows.filter(telegram_id=telegram_id).first()
    return found or (None if by.user.is_system else rows.filter(user=by.user).order_by("-pk").first())


def expect_single(known: Member | None, programme: Programme, *, by: Actor) -> None:
    """Raise Conflict where the same person takes part already, by a Telegram that they had before."""
    if by.user.is_system or known is None:
        return
    for other in Member.objects.filter(user=by.user).exclude(pk=known.pk):
        if other.requests.filter(programme=programme, status=JoinRequest.Status.APPROVED).exists():
            raise Conflict(other, closed_words(other))


def closed_words(member: Member | None) -> str:
    """Say why there is nothing to join."""
    membership = latest_membership(member) if member else None
    if membership and membership.programme.status in ALIVE_STATUSES:
        excluded = membership.status == Membership.Status.EXCLUDED
        words = (
            _("You were excluded from “%(programme)s”.") if excluded else _("You take part in “%(programme)s” already.")
        )
        return words % {"programme": membership.programme}
    return _("There is no programme to join at the moment.")


def latest_membership(member: Member) -> Membership | None:
    return member.memberships.select_related("programme").order_by("-programme__start", "-pk").first()


def write_profile(known: Member | None, *, by: Actor, telegram_id: int, language: str, **told: Any) -> Member:
    """Keep what somebody tells of themselves, checked. Raises ValidationError."""
    cleaned = clean_profile(**told)
    account = None if by.user.is_system else by.user
    Member(telegram_id=telegram_id, **cleaned).clean_fields(exclude=UNCHECKED)
    first = {**cleaned, "user": account, "language": language}
    member, new = (known, False) if known else Member.objects.get_or_create(telegram_id=telegram_id, defaults=first)
    if new:
        member.refresh_from_db()
        Event.record(member, by=by, verb="introduce", after={"name": member.full_name})
        return member
    fresh: dict[str, Any] = {
        "telegram_id": telegram_id,
        "user": account or member.user,
        "language": language or member.language,
    }
    member.change(verb="edit", by=by, **cleaned, **fresh)
    member.touch()  # a link to the form is good for one version
    return member


def clean_profile(**told: Any) -> dict[str, Any]:
    """Return the fields with blanks and the number's punctuation put right."""
    text = {name: profile.spaced(value) for name, value in told.items() if isinstance(value, str)}
    if "phone" in text:
        text["phone"] = profile.phone_of(text["phone"])
    return told | text


def told_field(name: str, text: str) -> Any:
    """Return one field of the form as it is kept, checked. Raises ValidationError."""
    value: Any = profile.date_of(text) if name == "birth_date" else clean_profile(**{name: text})[name]
    field: Any = Member._meta.get_field(name)
    return field.clean(value, None)


@transaction.atomic
def correct_profile(member: Member, *, by: Actor, **told: Any) -> None:
    """Let members put right what they told, until somebody has approved it."""
    require(by.user, "programme.join")
    own = by.user.is_system or member.user_id == by.user.pk
    if not own:
        raise PermissionDenied(_("Your role does not allow this."))
    if member.requests.filter(status="approved", programme__in=Programme.objects.alive()).exists():
        raise Conflict(member, _("Your request is approved: ask the organisers to change it."))
    edit_fields(member, by=by, **told)


@transaction.atomic
def edit_member(member: Member, *, by: Actor, version: int | None = None, note: str = "", **told: Any) -> None:
    """Let organisers correct what somebody told of themselves."""
    require(by.user, "membership.edit", member)
    edit_fields(member, by=by, version=version, note=note, **told)


def edit_fields(member: Member, *, by: Actor, version: int | None = None, note: str = "", **told: Any) -> None:
    wanted = {name: value for name, value in told.items() if name in PROFILE}
    member.change(verb="edit", by=by, note=note, version=version, **clean_profile(**wanted))


@transaction.atomic
def approve_request(request: JoinRequest, *, by: Actor, note: str = "", at: datetime | None = None) -> Membership:
    """Take somebody in; the days of a running programme that are over count as not taken part in."""
    require(by.user, "join_request.decide", request)
    at = at or timezone.now()
    programme = request.programme.locked()
    programme.expect_present()
    if request.can_move("approved") and programme.status not in {"preparing", "started"}:
        raise Conflict(request, _("The programme is over."))
    request.move("approved", verb="approve-request", by=by, note=note, reason="", decided_by=by.user, decided_at=at)
    membership = Membership.objects.create(programme=programme, member=request.member)
    membership.refresh_from_db()
    Event.record(membership, by=by, verb="admit", after={"programme": programme.title})
    if programme.status == Programme.Status.STARTED:
        mark_days_before(membership, programme, today(at))
    tell_admitted(membership, at=at)
    return membership


def mark_days_before(membership: Membership, programme: Programme, day: date) -> None:
    """Write down that somebody was not there yet."""
    over = programme.days.filter(number__lt=programme.number_of(day))
    Report.objects.bulk_create(
        [
            Report(
                programme=programme, membership=membership, day=planned, excused=True,
                status=Report.Status.NOT_PARTICIPATE, on=programme.date_of(planned.number),
            )
            for planned in over
        ]
    )  # fmt: skip


@transaction.atomic
def decline_request(request: JoinRequest, *, by: Actor, note: str, at: datetime | None = None) -> None:
    """Turn somebody down, for a reason that they are told; they may ask again."""
    require(by.user, "join_request.decide", request)
    reason = required(note)
    at = at or timezone.now()
    request.move(
        "declined", verb="decline-request", by=by, note=reason, reason=reason, decided_by=by.user, decided_at=at
    )
    tell_refused(request, at=at)


@transaction.atomic
def exclude(membership: Membership, *, by: Actor, note: str, at: datetime | None = None) -> None:
    """Let somebody take part no more, for a reason; an open day of theirs ends with it, what they sent is reviewed."""
    require(by.user, "membership.exclude", membership)
    reason = required(note)
    at = at or timezone.now()
    if membership.can_move("excluded") and not Programme.objects.get(pk=membership.programme_id).is_alive:
        raise Conflict(membership, _("The programme is over."))
    membership.move("excluded", verb="exclude", by=by, note=reason, reason=reason, excluded_at=at)
    for report in membership.reports.filter(status=Report.Status.WAITING):
        report.move("not_participate", verb="miss-day", by=by)
    tell_excluded(membership, at=at)


@transaction.atomic
def readmit(membership: Membership, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Take an excluded member back; what they missed before leads to nothing any more."""
    require(by.user, "membership.exclude", membership)
    at = at or timezone.now()
    if membership.can_move("active") and membership.programme.status not in {"preparing", "started"}:
        raise Conflict(membership, _("The programme is over."))
    again = today(at) if not membership.reports.filter(on=today(at)).exists() else today(at) + timedelta(days=1)
    membership.move("active", verb="readmit", by=by, note=note, reason="", excluded_at=None, counts_from=again)
    tell_readmitted(membership, at=at)


def close_requests(programme: Programme, *, by: Actor, reason: str, at: datetime) -> None:
    """Decide what nobody has, because there is nothing to take part in any more."""
    for request in programme.requests.present().filter(status=JoinRequest.Status.PENDING):
        told = {"reason": reason[:REASON_LIMIT], "decided_by": by.user, "decided_at": at}
        request.move("declined", verb="decline-request", by=by, note=reason, **told)


def required(note: str) -> str:
    if not note.strip():
        raise invalid("note", _("Say why."), "required")
    if len(note.strip()) > REASON_LIMIT:
        raise invalid("note", _("At most %(limit)s characters.") % {"limit": REASON_LIMIT})
    return note.strip()
