import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import devices

ABSENCE = timedelta(hours=6)  # a night, or longer
WELCOME = timedelta(hours=2)  # how long after it the summary is offered


class SignInQuerySet(models.QuerySet["SignIn"]):
    def alive(self) -> "SignInQuerySet":
        return self.filter(ended_at=None)

    def unusable(self, at: datetime) -> "SignInQuerySet":
        """Not ended, but its last refresh token or its cookie has expired."""
        tokens_gone = at - settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
        cookie_gone = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        unrefreshed = models.Q(rotated_at=None) | models.Q(rotated_at__lt=tokens_gone)
        api = models.Q(unrefreshed, kind=SignIn.Kind.API, created_at__lt=tokens_gone)
        return self.alive().filter(api | models.Q(kind=SignIn.Kind.PAGE, created_at__lt=cookie_gone))


class SignIn(models.Model):
    """One sign-in of one person on one device; all tokens that grew out of it are its family.

    `rotation` counts the refreshes: only the refresh token that carries the current count is good.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("browser")
        API = "api", _("API")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    kind = models.CharField(max_length=5, choices=Kind)
    device = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    rotation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_seen_at = models.DateTimeField(db_default=Now())
    away_since = models.DateTimeField(null=True)  # when the person was last seen before their latest absence
    returned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=40, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["user", "ended_at"], name="sign_in_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    def note_return(self, last_seen: datetime, at: datetime) -> None:
        """Remember an absence that ends at `at`; whoever was only at lunch was not away."""
        if at - last_seen > ABSENCE:
            self.away_since, self.returned_at = last_seen, at

    def absence(self, at: datetime) -> datetime | None:
        """Return since when the person was away, as long as they have only just returned."""
        returned = self.returned_at is not None and at - self.returned_at < WELCOME
        return self.away_since if returned else None

    @property
    def device_name(self) -> str:
        """Browser and system, as a person would call them."""
        return devices.readable(self.device)


class FailedSignInQuerySet(models.QuerySet["FailedSignIn"]):
    def since(self, moment: datetime) -> "FailedSignInQuerySet":
        return self.filter(at__gt=moment)


class FailedSignIn(models.Model):
    """A wrong password or code. Kept apart from the timeline, because these rows may be purged."""

    account = models.CharField(max_length=254)  # what was typed, lower case
    address = models.GenericIPAddressField(null=True)
    door = models.CharField(max_length=10)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = FailedSignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["account", "address", "-at"], name="failed_by_account"),
            models.Index(fields=["address", "-at"], name="failed_by_address"),
            models.Index(fields=["-at"], name="failed_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.address}"
