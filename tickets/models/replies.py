from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from tickets.desk.variables import check_variables
from workflow.models import Registered, RegisteredQuerySet
from workflow.models.comment import TEXT_LIMIT

TITLE_LIMIT = 100


class CannedReplyQuerySet(RegisteredQuerySet["CannedReply"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "canned_reply.see").present()

    def active(self) -> Self:
        return self.present().filter(is_active=True)


class CannedReply(Registered):
    """A text that technicians write often, with variables that are filled in for the ticket at hand."""

    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    text = models.TextField(_("text"), max_length=TEXT_LIMIT, validators=[check_variables])
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Offered under the comment field."))

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"], name="canned_reply_title_is_unique", condition=Q(deleted_at=None)
            ),
            models.CheckConstraint(name="canned_reply_has_a_text", condition=~Q(title="") & ~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tickets:reply-edit", args=[self.pk])
