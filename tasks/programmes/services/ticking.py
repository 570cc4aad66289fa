"""What the clock does: hand out, remind, close the day, exclude, start and finish. The hours are the organisation's.

Every row is its own claim, so this may run twice, late, or in parallel.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.models import User
from notifications.dispatch.hearing import KEPT_BY_TELEGRAM, has_heard
from notifications.models import Chat, Delivery
from tasks.models import Membership, Programme, ProgrammeDay, Report
from tasks.models.task import today
from tasks.programmes.notifications import ASSIGNMENT, tell_assignment, tell_reminder, tell_reviewers, tell_stuck
from tasks.programmes.services import keeping
from tasks.programmes.services.joining import exclude
from workflow.actor import Actor, Channel
from workflow.models import Conflict, MoveRefused

BREATH = timedelta(hours=1)  # between an assignment that comes late and the reminder of it, between calls to review
Status = Report.Status
RELATED = ["membership__member__user", "membership__programme"]


def tick(*, at: datetime | None = None) -> None:
    """Do whatever is due at `at` and not done yet."""
    at = at or timezone.now()
    by = Actor(User.objects.system(), Channel.JOB)
    for programme in Programme.objects.running():
        close_days(programme, by=by, at=at)
        end_of_days(programme, by=by, at=at)
    for programme in Programme.objects.awaiting_reviews():
        complete(programme, by=by, at=at)
    for programme in Programme.objects.reviewed():
        call_reviewers(programme, at=at)
    for programme in Programme.objects.preparing().filter(start__lte=today(at)):
        begin(programme, by=by, at=at)
    for programme in Programme.objects.running().on(today(at)):
        hand_out(programme, at=at)
        remind(programme, at=at)


def hour_of(at: datetime) -> int:
    return timezone.localtime(at, organisation.current().zone).hour


def begin(programme: Programme, *, by: Actor, at: datetime) -> None:
    """Start on its day; what stands in the way is told once a day."""
    try:
        keeping.start(programme, by=by, at=at)
    except Conflict as obstacle:
        with transaction.atomic():
            unwarned = Programme.objects.filter(pk=programme.pk, status="preparing").exclude(warned_on=today(at))
            if unwarned.update(warned_on=today(at)):
                tell_stuck(programme, reason=str(obstacle), at=at)


def hand_out(programme: Programme, *, at: datetime) -> int:
    """Give today's assignment to each active member who has not got it, and return to how many."""
    if hour_of(at) < settings.SEND_NEW_TASK_HOUR:
        return 0
    number = programme.number_of(today(at))
    days = programme.days.select_related("assignment", "programme").prefetch_related("assignment__files__file")
    day = days.filter(number=number).first()
    if day is None:
        return 0
    without = list(
        Membership.objects.active().filter(programme=programme).exclude(reports__day=day).select_related("member__user")
    )
    if without:
        excuse_days(programme, without, before=today(at))
    return sum(hand_to(membership, day, at) for membership in without)


@transaction.atomic
def hand_to(membership: Membership, day: ProgrammeDay, at: datetime) -> bool:
    """Give one member the assignment; the row decides who of several hands it out."""
    told = {"programme": day.programme, "on": day.on, "handed_at": at}
    _report, new = Report.objects.get_or_create(membership=membership, day=day, defaults=told)
    if new:
        tell_assignment(membership, day, at=at)
    return new


def remind(programme: Programme, *, at: datetime) -> int:
    """Remind exactly those who have not answered, and return how many."""
    if hour_of(at) < settings.SEND_NO_REPORT_REMINDER_HOUR:
        return 0
    silent = Report.objects.waiting().filter(programme=programme, on=today(at), reminded_at=None)
    silent = silent.filter(handed_at__lte=at - BREATH, membership__status=Membership.Status.ACTIVE)
    return sum(
        remind_once(report, at) for report in silent.select_related("membership__member__user", "day__assignment")
    )


@transaction.atomic
def remind_once(report: Report, at: datetime) -> bool:
    claimed = Report.objects.waiting().filter(pk=report.pk, reminded_at=None).update(reminded_at=at)
    if claimed:
        tell_reminder(report, at=at)
    return bool(claimed)


def close_days(programme: Programme, *, by: Actor, at: datetime) -> None:
    """End the days that are over: who did not answer did not take part, who did not for long is excluded."""
    late = Report.objects.waiting().filter(programme=programme, on__lt=today(at))
    for day in late.order_by("on").values_list("on", flat=True).distinct():
        if not is_settled(day, at):
            continue  # a photo sent in time may still come
        cut_off = cut_off_on(day)
        for report in late.filter(on=day).select_related(*RELATED).order_by("pk"):
            close(report, programme, by=by, at=at, excused=str(report.member.telegram_id) in cut_off)


def is_settled(day: date, at: datetime) -> bool:
    """Whether everything has come that was sent on that day; Telegram keeps nothing for longer than a day."""
    end = end_of(day)
    return has_heard(end) or at >= end + KEPT_BY_TELEGRAM


def cut_off_on(day: date) -> set[str]:
    """Return the Telegram numbers of those who could not take part: what they were to do had not reached them."""
    if not settings.TELEGRAM_BOT_TOKEN:
        return set()
    start, end = end_of(day - timedelta(days=1)), end_of(day)
    handed = Delivery.objects.filter(
        notice__kind=ASSIGNMENT.name, notice__created_at__gte=start, notice__created_at__lt=end
    )
    left = set(Chat.objects.closed().values_list("telegram_id", flat=True))  # by themselves: they have blocked the bot
    late = handed.exclude(sent_at__lt=end).values_list("address", flat=True)
    silent = set() if has_heard(end) else set(handed.values_list("address", flat=True))
    return {address for address in {*late, *silent} if int(address) not in left}


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, organisation.current().zone)


@transaction.atomic
def close(report: Report, programme: Programme, *, by: Actor, at: datetime, excused: bool = False) -> None:
    """End one member's day and judge its consequence with it."""
    try:
        report.move(Status.NOT_PARTICIPATE, verb="miss-day", by=by, excused=excused)
    except MoveRefused:
        return  # another process was quicker, or the member at the last moment
    if programme.most_missed and not excused:
        exclude_absent(report.membership, programme.most_missed, by=by, at=at)


def excuse_days(programme: Programme, memberships: Iterable[Membership], *, before: date) -> None:
    """Where the product stood still a whole day, nobody missed anything: the day is written down as excused."""
    keys = [membership.pk for membership in memberships]
    past = [day for day in programme.days.all() if programme.date_of(day.number) < before]
    known = set(Report.objects.filter(day__in=past, membership__in=keys).values_list("day_id", "membership_id"))
    missing = [(day, key) for day in past for key in keys if (day.pk, key) not in known]
    Report.objects.bulk_create(
        [
            Report(
                programme=programme, membership_id=key, day=day, on=programme.date_of(day.number),
                status=Status.NOT_PARTICIPATE, excused=True,
            )
            for day, key in missing
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def exclude_absent(membership: Membership, most_missed: int, *, by: Actor, at: datetime) -> None:
    """Exclude whoever did not take part so many days in a row; skipping is taking part, excused days do not count."""
    rows = membership.reports.filter(excused=False).exclude(status=Status.WAITING).order_by("-on")
    if membership.counts_from:
        rows = rows.filter(on__gte=membership.counts_from)
    latest = list(rows.values_list("status", flat=True)[:most_missed])
    if len(latest) < most_missed or set(latest) != {Status.NOT_PARTICIPATE}:
        return
    try:
        exclude(membership, by=by, note=_("Missed days in a row: %(count)s") % {"count": most_missed}, at=at)
    except MoveRefused:
        return  # another process was quicker


def call_reviewers(programme: Programme, *, at: datetime) -> bool:
    """Tell reviewers of photos that wait: of the first ones after an empty queue, and once more each morning."""
    waiting = Report.objects.to_review().filter(programme=programme).aggregate(count=Count("pk"), since=Min("sent_at"))
    told_at = programme.reviewers_told_at
    if not waiting["count"] or (told_at and not is_told_again(told_at, waiting["since"], at)):
        return False
    with transaction.atomic():
        claimed = Programme.objects.filter(pk=programme.pk, reviewers_told_at=told_at).update(reviewers_told_at=at)
        if claimed:
            tell_reviewers(programme, at=at, **waiting)
    return bool(claimed)


def is_told_again(told_at: datetime, since: datetime, at: datetime) -> bool:
    morning = end_of(today(at) - timedelta(days=1)) + timedelta(hours=settings.SEND_NEW_TASK_HOUR)
    return told_at < morning <= at or (since > told_at and at >= told_at + BREATH)


def end_of_days(programme: Programme, *, by: Actor, at: datetime) -> None:
    """After the last day only reviews are awaited, once nothing of it can come any more."""
    if programme.finish >= today(at) or not is_settled(programme.finish, at):
        return
    excuse_days(programme, Membership.objects.active().filter(programme=programme), before=today(at))
    try:
        programme.move("ready_for_complete", verb="end-days", by=by)
    except MoveRefused:
        return  # another process was quicker


def complete(programme: Programme, *, by: Actor, at: datetime) -> None:
    """Finish once nothing is left to review."""
    if programme.reports.filter(status=Status.REVIEWING).exists():
        return
    try:
        keeping.finish(programme, by=by, at=at)
    except Conflict:
        return  # a report came in between, or another process was quicker
