from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.kinds import TITLE_LIMIT, label_of
from workflow import request_id


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: Any) -> Self:
        """What stands under this person's bell."""
        return self.filter(recipient=user, in_app=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def about(self, subject: models.Model) -> Self:
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(subject_type=kind, subject_id=subject.pk)


class Notice(models.Model):
    """What one person is told: an outbox row, written with the change it announces, in the words they will read.

    `recipient` is empty for somebody without an account; the address then stands in the delivery.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        on_delete=models.CASCADE,
        related_name="notices",
    )
    kind = models.CharField(_("kind"), max_length=60)
    critical = models.BooleanField(_("critical"), default=False)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("page"), max_length=500, blank=True)  # a path of this product
    language = models.CharField(_("language"), max_length=5)
    time_zone = models.CharField(_("time zone"), max_length=64)
    subject_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True)
    private = models.BooleanField(default=False)  # the text is wiped once it is sent
    in_app = models.BooleanField(default=True)
    # What the request that caused it is called in the logs, so that its delivery is called the same.
    request_id = models.CharField(max_length=64, blank=True, default=request_id.known, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient", condition=Q(in_app=True)),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(in_app=True, read_at=None)),
            models.Index(fields=["subject_type", "subject_id"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)

    @property
    def noun(self) -> str:
        """The name of its subject's model, empty without one; content types are cached by id."""
        if self.subject_type_id is None:
            return ""
        return ContentType.objects.get_for_id(self.subject_type_id).model

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {"own": {"recipient_id": user.pk}}
