"""What belongs to a task: comments, files, watchers, its checklist, and which reminders were sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from attachments.models import Attached
from tasks.models.task import Task
from workflow.models import Comment


class TaskComment(Comment):
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="comments")

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["task", "created_at"], name="task_comments")]


class TaskFile(Attached):
    SUBJECT = "task"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["task", "file"], name="task_has_a_file_once")]


class TaskWatcher(models.Model):
    """A person who sees a task that is neither theirs to do nor set by them."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="watchings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="task_watched_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.task_id}"


class ChecklistItem(models.Model):
    """A step of a task that can be ticked off."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(_("text"), max_length=200)
    done = models.BooleanField(_("done"), default=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="task_step_has_a_text", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text


class Reminder(models.Model):
    """That a person was reminded: of a task the day before and on the day, of all that is overdue once a day.

    The row is the claim: whoever writes it sends the notice, in the same transaction.
    """

    class Stage(models.TextChoices):
        BEFORE = "before", _("a day before")
        DUE = "due", _("on the day")
        OVERDUE = "overdue", _("overdue")

    stage = models.CharField(_("stage"), max_length=8, choices=Stage)
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(_("day"), help_text=_("The deadline reminded of; for what is overdue the day of the digest."))
    sent_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "stage", "user", "on"], name="task_reminded_once", condition=Q(task__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["user", "on"], name="task_digest_once_a_day", condition=Q(task__isnull=True)
            ),
            models.CheckConstraint(
                name="task_digest_is_of_the_overdue",
                condition=Q(stage="overdue", task__isnull=True) | (~Q(stage="overdue") & Q(task__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"
