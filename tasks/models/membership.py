"""Who takes part in programmes: people known by their Telegram number, their requests, and their memberships."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from notifications.models import Chat
from tasks.models.programme import ALIVE_STATUSES, Programme
from tasks.programmes.profile import check_birth_date, check_city, check_name, check_phone
from workflow.models import Registered, RegisteredQuerySet, Stateful
from workflow.search import words


class MemberQuerySet(RegisteredQuerySet["Member"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "membership.see")

    def of(self, user: User) -> Self:
        """Those who are this person: who joined with the account, or write by its Telegram."""
        linked = Q(telegram_id=user.telegram_id) if user.telegram_id is not None else Q(user=user)
        return self.filter(Q(user=user) | linked)

    def with_reach(self) -> Self:
        """`has_blocked`: the bot may write to them no more."""
        return self.annotate(has_blocked=Exists(Chat.objects.closed().filter(telegram_id=OuterRef("telegram_id"))))

    def blocked(self) -> Self:
        return self.with_reach().filter(has_blocked=True)

    def matching(self, text: str) -> Self:
        rows = self
        for word in words(text):
            found = [Q(**{f"{name}__mentions": word}) for name in ("name", "surname", "city", "phone")]
            rows = rows.filter(Q(*found, _connector=Q.OR))
        return rows

    def for_list(self) -> Self:
        return self.with_reach().select_related("user").fetch_mode(models.FETCH_RAISE)


class Member(Registered):
    """Somebody who takes part or would: known by their Telegram number, with or without an account."""

    telegram_id = models.BigIntegerField(_("Telegram"), unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(pgettext_lazy("member", "first name"), max_length=60, validators=[check_name])
    surname = models.CharField(_("surname"), max_length=60, validators=[check_name])
    birth_date = models.DateField(_("date of birth"), validators=[check_birth_date])
    city = models.CharField(_("city"), max_length=80, validators=[check_city])
    phone = models.CharField(_("phone"), max_length=16, validators=[check_phone])
    language = models.CharField(_("language"), max_length=5, blank=True, choices=settings.LANGUAGES, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["surname", "name", "pk"]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("programmes:member", args=[self.pk])

    @property
    def full_name(self) -> str:
        return f"{self.surname} {self.name}" if get_language() == "ru" else f"{self.name} {self.surname}"

    @property
    def is_blocked(self) -> bool:
        """Whether they have blocked the bot."""
        known = getattr(self, "has_blocked", None)
        return Chat.objects.closed().filter(telegram_id=self.telegram_id).exists() if known is None else known

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class JoinRequestQuerySet(RegisteredQuerySet["JoinRequest"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "join_request.see")

    def pending(self) -> Self:
        """Those that may still be decided."""
        return self.alive().filter(status=JoinRequest.Status.PENDING).order_by("pk")

    def alive(self) -> Self:
        """Those to programmes that are neither over nor deleted."""
        return self.present().filter(programme__deleted_at=None, programme__status__in=ALIVE_STATUSES)

    def repeated(self) -> Self:
        return self.filter(applications__gt=1)

    def matching(self, text: str) -> Self:
        return self.filter(member__in=Member.objects.matching(text)) if words(text) else self

    def for_list(self) -> Self:
        rows = self.select_related("member__user", "programme", "decided_by").annotate(
            has_blocked=Exists(Chat.objects.closed().filter(telegram_id=OuterRef("member__telegram_id")))
        )
        return rows.fetch_mode(models.FETCH_RAISE)


class JoinRequest(Stateful):
    """That somebody wants to take part in a programme; asking again after a refusal is counted."""

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("join request", "pending")
        APPROVED = "approved", pgettext_lazy("join request", "approved")
        DECLINED = "declined", pgettext_lazy("join request", "declined")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.PENDING: {Status.APPROVED, Status.DECLINED},
        Status.APPROVED: set(),
        Status.DECLINED: {Status.PENDING},
    }

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="requests"
    )
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="requests")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    applications = models.PositiveIntegerField(_("applications"), default=1, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)  # why it was declined last
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "member"], name="join_request_is_one_per_member"),
            models.CheckConstraint(
                name="join_request_status_is_known", condition=Q(status__in=["pending", "approved", "declined"])
            ),
            models.CheckConstraint(name="join_request_declined_says_why", condition=~Q(status="declined", reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.programme}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:member", args=[self.member_id])

    def possible_verbs(self) -> set[str]:
        return {"approve", "decline"} if self.status == self.Status.PENDING else set()

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class MembershipQuerySet(RegisteredQuerySet["Membership"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "membership.see")

    def active(self) -> Self:
        return self.present().filter(status=Membership.Status.ACTIVE)

    def excluded(self) -> Self:
        return self.present().filter(status=Membership.Status.EXCLUDED)

    def matching(self, text: str) -> Self:
        return self.filter(member__in=Member.objects.matching(text)) if words(text) else self

    def with_points(self) -> Self:
        """`points` and the numbers of reports by how they ended: a point is an approved report, nothing is added up."""
        counts = {
            "points": Count("reports", filter=Q(reports__status="approved")),
            "declined_count": Count("reports", filter=Q(reports__status="declined")),
            "skipped_count": Count("reports", filter=Q(reports__status="skipped")),
            "missed_count": Count("reports", filter=Q(reports__status="not_participate")),
            "reviewing_count": Count("reports", filter=Q(reports__status="reviewing")),
        }
        return self.annotate(**counts)

    def for_list(self) -> Self:
        rows = self.select_related("member__user", "programme").with_points()
        blocked = Exists(Chat.objects.closed().filter(telegram_id=OuterRef("member__telegram_id")))
        return rows.annotate(has_blocked=blocked).fetch_mode(models.FETCH_RAISE)


class Membership(Stateful):
    """A member in one programme. Their points are its approved reports, counted when asked for."""

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("membership", "active")
        EXCLUDED = "excluded", pgettext_lazy("membership", "excluded")

    MOVES: ClassVar[dict[str, set[str]]] = {Status.ACTIVE: {Status.EXCLUDED}, Status.EXCLUDED: {Status.ACTIVE}}

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="memberships"
    )
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="memberships")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)  # why excluded
    excluded_at = models.DateTimeField(_("excluded"), null=True, editable=False)
    counts_from = models.DateField(null=True, editable=False)  # days missed before it lead to no exclusion
    told_at = models.DateTimeField(null=True, editable=False)  # the final message

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        indexes = [models.Index(fields=["programme", "status"], name="membership_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "member"], name="membership_is_one_per_programme"),
            models.CheckConstraint(name="membership_status_is_known", condition=Q(status__in=["active", "excluded"])),
            models.CheckConstraint(name="membership_excluded_says_why", condition=~Q(status="excluded", reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.member} ({self.programme})"

    def get_absolute_url(self) -> str:
        return f"{reverse('programmes:member', args=[self.member_id])}?programme={self.programme_id}"

    def possible_verbs(self) -> set[str]:
        return {"exclude"} if self.status == self.Status.ACTIVE else {"readmit"}

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}
