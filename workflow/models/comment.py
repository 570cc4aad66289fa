from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

TEXT_LIMIT = 5000
not_too_long = MaxLengthValidator(TEXT_LIMIT)


class Comment(models.Model):
    """Something a person says about an object. Subclasses add one thing: the foreign key to that object."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("text"), max_length=TEXT_LIMIT)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the length as well, which Django leaves to forms."""
        super().clean_fields(exclude=exclude)
        try:
            not_too_long(self.text)
        except ValidationError as error:
            raise ValidationError({"text": error}) from error

    def __str__(self) -> str:
        return self.text[:60]
