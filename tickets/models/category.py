from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from workflow.models import Registered, RegisteredQuerySet

NAME_LIMIT = 100


class CategoryQuerySet(RegisteredQuerySet["Category"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "ticket_category.see").present()

    def active(self) -> Self:
        """Those that a new ticket may be given."""
        return self.present().filter(is_active=True)


class Category(Registered):
    """What a ticket is about; one that is not active any more stays on the tickets that have it."""

    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    default_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("default assignee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Gets every new ticket of the category."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "name", "pk"]
        constraints = [
            models.CheckConstraint(name="category_has_a_name", condition=~Q(name="")),
            models.UniqueConstraint(
                Lower("name"),
                name="category_name_is_unique",
                condition=Q(deleted_at=None),
                violation_error_message=_("There is a category of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:category-edit", args=[self.pk])
