from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from workflow.actor import Actor, Channel

LABEL_LIMIT = 200


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        """The timeline of one object, creation first."""
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(subject_type=kind, subject_id=subject.pk).order_by("at", "pk")

    def readable(self, *, internal: bool) -> "EventQuerySet":
        """What somebody may read who does, or does not, see what is internal."""
        return self if internal else self.readable_by_all()

    def readable_by_all(self) -> "EventQuerySet":
        return self.filter(internal=False)

    def for_list(self) -> "EventQuerySet":
        return self.select_related("actor").fetch_mode(models.FETCH_RAISE)


class Event(models.Model):
    """One line of a timeline: who did what, when, by which door. Append-only, by a trigger in the database too.

    Points softly at its subject, so that the trail never stands in anything's way.
    """

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_id = models.PositiveBigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=LABEL_LIMIT)
    channel = models.CharField(max_length=10, choices=Channel)
    verb = models.CharField(max_length=40)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(blank=True)
    internal = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at", "id"], name="event_timeline"),
            models.Index(fields=["-at", "-id"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label}: {self.verb}"

    @classmethod
    def record(
        cls,
        subject: models.Model,
        *,
        by: Actor,
        verb: str,
        before: dict | None = None,
        after: dict | None = None,
        note: str = "",
        internal: bool = False,
    ) -> "Event":
        """Write the one event of one change, in the transaction of that change."""
        event = cls.line(subject, by=by, verb=verb, before=before, after=after, note=note, internal=internal)
        event.insert()
        return event

    @classmethod
    def line(
        cls,
        subject: models.Model,
        *,
        by: Actor,
        verb: str,
        before: dict | None = None,
        after: dict | None = None,
        note: str = "",
        internal: bool = False,
    ) -> "Event":
        """Return the one event of one change, to be stored with many others."""
        return cls(
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            actor=by.user,
            actor_label=by.label[:LABEL_LIMIT],
            channel=by.channel,
            request_id=by.request_id,
            verb=verb,
            before=before or {},
            after=after or {},
            note=note,
            internal=internal,
        )

    def insert(self) -> None:
        """Store a new event. Every change makes one: its INSERT is composed once and not for each."""
        sql, fields = insertion()
        values = [field.get_db_prep_save(getattr(self, field.attname), connection) for field in fields]
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(sql, values)
            self.pk, at = cursor.fetchone()
        column: Any = self._meta.get_field("at").cached_col  # type: ignore[union-attr]
        for convert in connection.ops.get_db_converters(column):
            at = convert(at, column, connection)
        self.at, self._state.adding, self._state.db = at, False, connection.alias


@cache
def insertion() -> tuple[str, list[models.Field]]:
    """Return the INSERT that answers with the event's id and moment, and the fields that it takes."""
    fields = [field for field in Event._meta.concrete_fields if field.name not in {"id", "at"}]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{Event._meta.db_table}" ({columns}) VALUES ({places}) RETURNING "id", "at"', fields  # noqa: S608 - names of our own
