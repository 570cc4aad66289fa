from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """The authenticator app of one person. Until its first code is confirmed it guards nothing.

    The secret is sealed with a key derived from SECRET_KEY. `last_step` is the half-minute of the last code that
    was accepted: no code opens the door twice.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.TextField(editable=False)
    last_step = models.PositiveBigIntegerField(default=0, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for the day the phone is lost. Kept as a keyed digest, good once."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_is_unique")]

    def __str__(self) -> str:
        return f"{self.factor_id} {'used' if self.used_at else 'unused'}"
