"""Members report with a photo or skip the day; reviewers judge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import holders, require
from attachments.models import File
from tasks.models import Member, Membership, Programme, Report, ReportPhoto, ReportQuerySet
from tasks.models.task import today
from tasks.programmes import looks
from tasks.programmes.notifications import tell_approved, tell_declined
from tasks.programmes.services.joining import required
from workflow.actor import Actor
from workflow.models import Conflict
from workflow.refusals import invalid

Status = Report.Status


class Near(NamedTuple):
    """An earlier photo and in how many bits it differs."""

    photo: ReportPhoto
    distance: int


@transaction.atomic
def send(member: Member, *, by: Actor, file: File, at: datetime | None = None) -> Report:
    """Report today's assignment with a received photo. Raises Conflict or ValidationError that says what is wrong."""
    require(by.user, "report.send")
    at = at or timezone.now()
    report = todays(member, at)
    if report.status == Status.DECLINED and not report.attempts_left:
        raise Conflict(report, _("All attempts of today are used up: %(count)s.") % {"count": report.attempts})
    if report.status not in {Status.WAITING, Status.DECLINED}:
        raise Conflict(report, answered_words(report))
    if not file.has_preview:
        raise invalid("file", _("Send a photo: this is not one."), "photo")
    keep_photo(report, file, by=by, at=at)
    report.move(Status.REVIEWING, verb="send", by=by, attempts=F("attempts") + 1, sent_at=at, reason="")
    return report


@transaction.atomic
def skip(member: Member, *, by: Actor, at: datetime | None = None) -> Report:
    """Do without today's assignment: no point, and no missed day either."""
    require(by.user, "report.send")
    report = todays(member, at or timezone.now())
    if report.status != Status.WAITING:
        raise Conflict(report, answered_words(report))
    report.move(Status.SKIPPED, verb="skip", by=by)
    return report


def answered_words(report: Report) -> str:
    words: dict[str, str] = {
        Status.REVIEWING: _("You have reported today. Wait for the review."),
        Status.APPROVED: _("Your report of today is approved already."),
        Status.DECLINED: _("Your report of today was declined: send another photo."),
        Status.SKIPPED: _("You have skipped today."),
    }
    return words.get(report.status, _("The day is over for you."))


def todays(member: Member, at: datetime) -> Report:
    """Return the report of today, locked. Raises Conflict that says why there is none."""
    membership = membership_of(member)
    if membership is None:
        raise Conflict(member, outside_words(member))
    if membership.status == Membership.Status.EXCLUDED:
        words = _("You were excluded from “%(programme)s”: %(reason)s")
        raise Conflict(membership, words % {"programme": membership.programme, "reason": membership.reason})
    rows = Report.objects.select_for_update(of=("self",)).select_related("programme", "membership__member")
    report = rows.filter(membership=membership, on=today(at)).first()
    if report is None:
        raise Conflict(membership, early_words(membership, at))
    return report


def membership_of(member: Member) -> Membership | None:
    """Return their part in the running programme."""
    running = Programme.objects.running()
    return member.memberships.present().filter(programme__in=running).select_related("programme", "member").first()


def outside_words(member: Member) -> str:
    if member.requests.pending().exists():
        return _("Your request is not decided yet.")
    if member.memberships.filter(programme__status=Programme.Status.PREPARING).exists():
        return _("The programme has not started yet.")
    return _("You take part in no programme that is running.")


def early_words(membership: Membership, at: datetime | None) -> str:
    """Say that the day before is over, or that today has nothing yet."""
    hour = f"{settings.SEND_NEW_TASK_HOUR:02d}:00"
    yesterday = membership.reports.filter(on=today(at) - timedelta(days=1)).first()
    if yesterday and yesterday.status in {Status.WAITING, Status.NOT_PARTICIPATE, Status.DECLINED}:
        words = _("Yesterday is over: a photo counts until midnight. The next assignment comes at %(hour)s.")
    else:
        words = _("There is no assignment yet. It comes at %(hour)s.")
    return words % {"hour": hour}


def keep_photo(report: Report, file: File, *, by: Actor, at: datetime) -> ReportPhoto:
    """Attach a photo unless the programme has seen the very same; remember which earlier one it looks like."""
    if ReportPhoto.objects.filter(programme=report.programme_id, sha256=file.sha256).exists():
        raise seen_before()
    look = looks.look_of(file)
    near = nearest(report, look)
    file.uploaded_by = by.user
    file.save(force_insert=True)
    known: dict[str, Any] = {"near": near.photo, "distance": near.distance} if near else {}
    with refusing_the_same():
        return ReportPhoto.objects.create(
            report=report,
            programme_id=report.programme_id,
            file=file,
            sha256=file.sha256,
            look=look,
            sent_at=at,
            **known,
        )


def nearest(report: Report, look: int) -> Near | None:
    """Return the earlier photo of the programme that this one is most like; one's own declined ones are no news."""
    others = ReportPhoto.objects.filter(programme=report.programme_id).exclude(report=report)
    found = [(looks.distance(look, other), pk) for pk, other in others.values_list("pk", "look")]
    best, pk = min(found, default=(looks.ALIKE + 1, 0))
    return Near(others.get(pk=pk), best) if best <= looks.ALIKE else None


@contextmanager
def refusing_the_same() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise seen_before() from error


def seen_before() -> Exception:
    return invalid("file", _("This very photo was sent before. Take a new one."), "seen")


def queue_of(user: Any) -> ReportQuerySet:
    """Return what this person may judge: not their own reports while somebody else could."""
    rows = Report.objects.visible_to(user).to_review()
    return rows.exclude(pk__in=Report.objects.of(user)) if others_review(user) else rows


def may_judge(user: Any, report: Report) -> bool:
    return not (is_own(report, user) and others_review(user))


def is_own(report: Report, user: User) -> bool:
    member = report.member
    return member.user_id == user.pk or member.telegram_id == user.telegram_id


def others_review(user: User) -> bool:
    return holders("report.review").exclude(pk=user.pk).exists()


def expect_reviewer(report: Report, *, by: Actor) -> None:
    """Raise PermissionDenied for who may not judge this report, Conflict where it counts no more."""
    require(by.user, "report.review", report)
    if not may_judge(by.user, report):
        raise PermissionDenied(_("Somebody else has to review your own report."))
    if report.can_move(Status.APPROVED) and not Programme.objects.get(pk=report.programme_id).is_reviewed:
        raise Conflict(report, _("The programme is over."))


@transaction.atomic
def approve(report: Report, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Accept the photo: one point. Of two reviewers at once one wins; nobody reviews their own."""
    expect_reviewer(report, by=by)
    at = at or timezone.now()
    report.move(
        Status.APPROVED, verb="approve-report", by=by, note=note, reviewed_by=by.user, reviewed_at=at, reason=""
    )
    tell_approved(report, at=at)


@transaction.atomic
def decline(report: Report, *, by: Actor, note: str, at: datetime | None = None) -> None:
    """Refuse the photo, for a reason; another may be sent while the day and the attempts last."""
    expect_reviewer(report, by=by)
    reason = required(note)
    at = at or timezone.now()
    report.move(Status.DECLINED, verb="decline", by=by, note=reason, reviewed_by=by.user, reviewed_at=at, reason=reason)
    tell_declined(report, at=at)
