"""What belongs to a ticket: comments, files of both, watchers, pauses, and tasks that grew out of it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import policy
from attachments.models import Attached, File
from tasks.models import Task
from tickets.models.ticket import Ticket
from workflow.models import Comment
from workflow.models.comment import TEXT_LIMIT


class TicketCommentQuerySet(models.QuerySet["TicketComment"]):
    def visible_to(self, user: Any) -> Self:
        """The comments of visible tickets; internal ones only for those who see what is internal."""
        return self.readable_by(user).filter(ticket__in=Ticket.objects.visible_to(user))

    def readable_by(self, user: Any) -> Self:
        """Of comments whose ticket the person sees, those that they may read."""
        return self if policy.allows(user, "timeline.internal") else self.filter(internal=False)

    def for_list(self) -> Self:
        files = CommentFile.objects.select_related("file__uploaded_by")
        return self.select_related("author").prefetch_related(models.Prefetch("files", queryset=files))


class TicketComment(Comment):
    """Something said about a ticket. An internal one never reaches a plain user by any door."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("text"), max_length=TEXT_LIMIT, validators=[MaxLengthValidator(TEXT_LIMIT)])
    internal = models.BooleanField(_("internal"), default=False)

    objects = TicketCommentQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["ticket", "created_at"], name="ticket_comments")]


class TicketFile(Attached):
    SUBJECT = "ticket"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["ticket", "file"], name="ticket_has_a_file_once")]


class CommentFile(Attached):
    """A file said with a comment: whoever may read the comment may download it."""

    SUBJECT = "comment"

    comment = models.ForeignKey(TicketComment, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("attachment of a comment")
        verbose_name_plural = _("attachments of comments")
        constraints = [models.UniqueConstraint(fields=["comment", "file"], name="ticket_comment_has_a_file_once")]


def files_of(ticket: Ticket, user: Any) -> list[File]:
    """Return the files of a ticket and those of its comments that the person may read, each once."""
    said = CommentFile.objects.filter(comment__in=ticket.comments.readable_by(user))
    rows = [*ticket.files.for_list(), *said.for_list().order_by("comment__created_at", "pk")]
    return list({row.file_id: row.file for row in rows}.values())


class TicketWatcher(models.Model):
    """A person who follows a ticket that is neither theirs nor assigned to them."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_watched_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.ticket_id}"


class Pause(models.Model):
    """A time in which a ticket waited for its creator and no promise ran; without a finish it still waits."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="pauses")
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"), null=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], name="ticket_pauses_once_at_a_time", condition=Q(finish=None)),
            models.CheckConstraint(
                name="ticket_pause_ends_after_its_start", condition=Q(finish=None) | Q(finish__gte=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start} – {self.finish or '…'}"


class TicketTask(models.Model):
    """That a task grew out of a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="grown_tasks")
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="grown_from")

    class Meta:
        verbose_name = _("task of a ticket")
        verbose_name_plural = _("tasks of tickets")

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.task_id}"
