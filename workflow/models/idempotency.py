from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def expired(self, at) -> "IdempotencyKeyQuerySet":
        return self.filter(created_at__lt=at - settings.IDEMPOTENCY_KEEP)


class IdempotencyKey(models.Model):
    """The answer once given to a client's key, so that a repeated request repeats the answer and not the work."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the body, in hex
    status_code = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="idempotency_key_is_used_once")]

    def __str__(self) -> str:
        return self.key

    def has_expired(self, at: datetime) -> bool:
        return self.created_at < at - settings.IDEMPOTENCY_KEEP
