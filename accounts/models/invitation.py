from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import Role
from workflow.models import Registered

VALID_FOR = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, at: datetime) -> "InvitationQuerySet":
        """Whose link works at `at`."""
        return self.unanswered().filter(expires_at__gt=at)

    def in_state(self, state: str, at: datetime) -> "InvitationQuerySet":
        match Invitation.State(state):
            case Invitation.State.OPEN:
                return self.open(at)
            case Invitation.State.EXPIRED:
                return self.unanswered().filter(expires_at__lte=at)
            case Invitation.State.ACCEPTED:
                return self.exclude(accepted_at=None)
            case Invitation.State.WITHDRAWN:
                return self.exclude(withdrawn_at=None)

    def for_list(self) -> "InvitationQuerySet":
        return self.select_related("invited_by", "accepted_by").fetch_mode(models.FETCH_RAISE)


class Invitation(Registered):
    """A link sent to an e-mail address, through which its reader makes an account with the given role, once."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.USER)
    department = models.CharField(_("department"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the link's token, in hex
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    sent_at = models.DateTimeField(_("sent"), editable=False)
    times_sent = models.PositiveSmallIntegerField(_("times sent"), default=1, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once_per_address",
                violation_error_message=_("This address is invited already. Send the invitation again instead."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def get_absolute_url(self) -> str:
        return reverse("accounts:invitations")

    @property
    def state(self) -> str:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)
