from typing import Any

from django.db import models


class LexemesField(models.Field):
    """Words as PostgreSQL's full text keeps them; only the triggers of the index write it."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


class SearchDocument(models.Model):
    """What full-text search knows of one object on PostgreSQL; SQLite has a virtual table instead.

    `words` is what everybody may find who sees the object, `internal` the same with what is internal, if anything is.
    """

    noun = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    words = LexemesField()
    internal = LexemesField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["noun", "subject_id"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.noun} {self.subject_id}"
