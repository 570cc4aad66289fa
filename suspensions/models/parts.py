from django.db import models
from django.utils.translation import gettext_lazy as _

from attachments.models import Attached
from suspensions.models.suspension import Suspension
from workflow.models import Comment


class SuspensionComment(Comment):
    suspension = models.ForeignKey(Suspension, on_delete=models.PROTECT, related_name="comments")

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["suspension", "created_at"], name="suspension_comments")]


class SuspensionFile(Attached):
    SUBJECT = "suspension"

    suspension = models.ForeignKey(Suspension, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["suspension", "file"], name="suspension_has_a_file_once")]
