from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from attachments import names, owners


def random_name() -> str:
    """Return a name that nobody can guess, in one of 256 folders."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may download: the files of the objects that they may see."""
        return self.held_by(owners.visible_rows(user))

    def attached(self) -> Self:
        return self.held_by(owners.all_rows())

    def held_by(self, rows: Iterable[QuerySet[Any, Any]]) -> Self:
        conditions = [Exists(held.filter(file=OuterRef("pk"))) for held in rows]
        return self.filter(Q(*conditions, _connector=Q.OR)) if conditions else self.none()

    def for_list(self) -> Self:
        return self.select_related("uploaded_by").fetch_mode(models.FETCH_RAISE)


class File(models.Model):
    """Bytes that somebody attached: kept as received for evidence, never changed, never shown inline.

    `name` is for people; `stored_name` is where the storage has the bytes, `preview_name` where it has the
    re-encoded small image, if it is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255, editable=False)
    stored_name = models.CharField(max_length=64, unique=True, default=random_name, editable=False)
    preview_name = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True, editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded"), db_default=Now(), db_index=True, editable=False)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="file_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="file_with_preview_has_both_sides",
                condition=Q(preview_name="", width__isnull=True, height__isnull=True)
                | (~Q(preview_name="") & Q(width__isnull=False, height__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return names.extension(self.name)

    @property
    def has_preview(self) -> bool:
        return bool(self.preview_name)


class AttachedQuerySet[Row: "Attached"](models.QuerySet[Row]):
    def visible_to(self, user: Any) -> Self:
        """The rows of those objects that this person may see."""
        field = self.model._meta.get_field(self.model.SUBJECT)
        subjects = field.related_model._default_manager.visible_to(user)  # type: ignore[union-attr]
        return self.filter(**{f"{self.model.SUBJECT}__in": subjects})

    def for_list(self) -> Self:
        return self.select_related("file__uploaded_by").fetch_mode(models.FETCH_RAISE)


class Attached(models.Model):
    """That a file belongs to an object. Subclasses add one thing: the foreign key to that object.

    A file may belong to several, when one object grows out of another.
    """

    SUBJECT = ""  # the name of that foreign key

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")

    objects = AttachedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.file_id}"

    @property
    def subject(self) -> Any:
        return getattr(self, self.SUBJECT)
