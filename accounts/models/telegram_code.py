from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TelegramCode(models.Model):
    """A code that a person shows to the bot to prove whose account they are: good once, for minutes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="telegram_code"
    )
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Telegram code")
        verbose_name_plural = _("Telegram codes")

    def __str__(self) -> str:
        return str(self.user_id)
