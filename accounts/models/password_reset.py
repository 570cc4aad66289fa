from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PasswordResetQuerySet(models.QuerySet["PasswordReset"]):
    def waiting(self) -> "PasswordResetQuerySet":
        return self.filter(answered_at=None)

    def since(self, moment: datetime) -> "PasswordResetQuerySet":
        return self.filter(created_at__gt=moment)


class PasswordReset(models.Model):
    """Somebody asked for a new password for an address. A job looks the address up and writes the letter.

    So the answer is the same, and takes as long, whether anybody has that address or not.
    """

    email = models.CharField(max_length=254)  # as it was typed
    address = models.GenericIPAddressField(null=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    product_url = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = PasswordResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("password reset")
        verbose_name_plural = _("password resets")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="reset_waiting", condition=models.Q(answered_at=None)),
            models.Index(fields=["email", "-created_at"], name="reset_by_email"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.created_at:%Y-%m-%d %H:%M}"
