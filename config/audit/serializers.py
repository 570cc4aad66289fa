from typing import Any

from rest_framework import serializers

from config.audit.subjects import Subject
from config.audit.trail import Line
from workflow.actor import Channel
from workflow.fields import UtcDateTimeField, utc
from workflow.serializers import EventActorSerializer


class LineSubjectSerializer(serializers.Serializer):
    noun = serializers.CharField()
    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField(allow_blank=True, help_text="Its page; empty when it is not visible.")


class LineSerializer(serializers.Serializer):
    """One line of the audit."""

    id = serializers.IntegerField(help_text="Negative for failed sign-ins, which live in a table of their own.")
    at = UtcDateTimeField()
    actor = EventActorSerializer(help_text="As they were called then; for a failed sign-in what was typed.")
    channel = serializers.ChoiceField(choices=Channel)
    verb = serializers.CharField()
    subject = LineSubjectSerializer(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()
    note = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField(allow_blank=True)


def represent(line: Line, about: Subject | None) -> dict[str, Any]:
    """Return the wire form of a line; LineSerializer documents it."""
    return {
        "id": line.id,
        "at": utc(line.at),
        "actor": {"id": line.actor_id, "username": line.username, "name": line.name},
        "channel": line.channel,
        "verb": line.verb,
        "subject": {"noun": about.noun, "id": about.id, "name": about.words, "url": about.url} if about else None,
        "before": line.before,
        "after": line.after,
        "note": line.note,
        "request_id": line.request_id,
    }
