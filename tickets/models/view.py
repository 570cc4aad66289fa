from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NAME_LIMIT, QUERY_LIMIT = 60, 2000


class SavedView(models.Model):
    """Tab, filters and order of the queue that a person keeps under a name, as the query string of its page."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    query = models.CharField(max_length=QUERY_LIMIT, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="ticket_view_of_a_person_has_one_name"),
            models.CheckConstraint(name="ticket_view_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
