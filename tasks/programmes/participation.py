"""What an employee who takes part sees of it: themselves, their request, their part, and today."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from tasks.models import JoinRequest, Member, Membership, Programme, Report, ReportPhoto, ReportQuerySet
from tasks.models.task import today
from tasks.programmes.services.joining import joinable
from workflow.models import Conflict


class Participation:
    """One account's view of programmes. The member is who writes by the account's Telegram, else who joined with it."""

    def __init__(self, user: User, at: datetime | None = None):
        self.user, self.at = user, at

    @cached_property
    def member(self) -> Member | None:
        found = Member.objects.present().of(self.user).order_by("pk")
        return next(iter(sorted(found, key=lambda member: member.telegram_id != self.user.telegram_id)), None)

    def expect_member(self) -> Member:
        if self.member is None:
            raise Conflict(Member(), _("You take part in no programme that is running."))
        return self.member

    @property
    def telegram_id(self) -> int:
        """The number that joining needs. Raises Conflict where the account is not linked."""
        if self.user.telegram_id is None:
            raise Conflict(self.member or Member(), _("Link Telegram in your profile first: assignments come there."))
        return self.user.telegram_id

    @cached_property
    def joinable(self) -> Programme | None:
        return joinable(self.member, self.at)

    @cached_property
    def request(self) -> JoinRequest | None:
        """The latest one that has led nowhere yet."""
        if self.member is None:
            return None
        rows = self.member.requests.alive().exclude(status=JoinRequest.Status.APPROVED)
        return rows.select_related("programme").order_by("-pk").first()

    @cached_property
    def membership(self) -> Any:
        """The latest one, with its points."""
        if self.member is None:
            return None
        rows = self.member.memberships.present().filter(programme__deleted_at=None).with_points()
        return rows.select_related("programme").order_by("-programme__start", "-pk").first()

    @cached_property
    def reports(self) -> ReportQuerySet:
        """Their own, latest first, with the photos."""
        rows = Report.objects.present().filter(membership__member=self.member)
        photos = Prefetch("files", ReportPhoto.objects.select_related("file").order_by("pk"))
        return rows.select_related("programme", "membership__member", "day__assignment").prefetch_related(photos)

    @cached_property
    def report(self) -> Report | None:
        """Today's, once it is handed out."""
        if self.membership is None or self.membership.status != Membership.Status.ACTIVE:
            return None
        return self.reports.filter(membership=self.membership, on=today(self.at)).first()
