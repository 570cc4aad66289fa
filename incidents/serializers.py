from typing import Any

from rest_framework import serializers

from accounts.serializers import PersonField, PersonSerializer, person_of_row
from incidents.models import DESCRIPTION_LIMIT, ROW, TITLE_LIMIT, Incident, IncidentComment
from workflow.fields import UtcDateTimeField, utc
from workflow.serializers import NoteSerializer, ReasonSerializer

PATHS = {name: name.split("__") for name in ROW}


class IncidentSerializer(serializers.Serializer):
    """An incident as it is read."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Incident.Status.choices)
    source = serializers.ChoiceField(choices=Incident.Source.choices)
    severity = serializers.ChoiceField(choices=Incident.Severity.choices)
    reporter = PersonSerializer()
    assignee = PersonSerializer(allow_null=True)
    occurrences = serializers.IntegerField(help_text="How many signals were joined into this incident.")
    last_seen_at = UtcDateTimeField(help_text="When the last of them came.")
    acknowledged_at = UtcDateTimeField(allow_null=True, help_text="First taken.")
    resolved_at = UtcDateTimeField(allow_null=True)
    closed_at = UtcDateTimeField(allow_null=True)
    snoozed_until = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    integration = serializers.IntegerField(allow_null=True, help_text="The machine that opened it.")
    dedup_key = serializers.CharField(help_text="What its signals have in common.")
    previous = serializers.IntegerField(allow_null=True, help_text="What the same key had opened before.")
    version = serializers.IntegerField(help_text="For `If-Match`.")


def represent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the wire form of a row of `IncidentQuerySet.rows()`; IncidentSerializer documents it."""
    return {
        "id": row["id"],
        "title": row["title"],
        "description": row["description"],
        "status": row["status"],
        "source": row["source"],
        "severity": row["severity"],
        "occurrences": row["occurrences"],
        "dedup_key": row["dedup_key"],
        "version": row["version"],
        "created_at": utc(row["created_at"]),
        "updated_at": utc(row["updated_at"]),
        "acknowledged_at": utc(row["acknowledged_at"]),
        "resolved_at": utc(row["resolved_at"]),
        "closed_at": utc(row["closed_at"]),
        "snoozed_until": utc(row["snoozed_until"]),
        "last_seen_at": utc(row["last_seen_at"]),
        "integration": row["integration_id"],
        "previous": row["previous_id"],
        "reporter": person_of_row(row, "reporter"),
        "assignee": person_of_row(row, "assignee"),
    }


def row_of(incident: Incident) -> dict[str, Any]:
    """Return the row that a list would have for this instance."""
    return {name: follow(incident, path) for name, path in PATHS.items()}


def follow(start: Any, path: list[str]) -> Any:
    for name in path:
        start = getattr(start, name, None)
    return start


class IncidentCreateSerializer(serializers.Serializer):
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, help_text="What is broken; 1 to 5000 characters.")
    title = serializers.CharField(
        max_length=TITLE_LIMIT, required=False, allow_blank=True, help_text="Else the first line of the description."
    )
    source = serializers.ChoiceField(choices=Incident.Source.choices, required=False)
    severity = serializers.ChoiceField(choices=Incident.Severity.choices, required=False)
    assignee = PersonField(required=False, allow_null=True, help_text="Id of a responder.")


class IncidentPatchSerializer(IncidentCreateSerializer):
    status = serializers.ChoiceField(
        choices=Incident.Status.choices, required=False, help_text="Does the verb that leads there."
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=DESCRIPTION_LIMIT)


class StatusSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=Incident.Status.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=DESCRIPTION_LIMIT)


class AssignSerializer(NoteSerializer):
    assignee = PersonField(allow_null=True, help_text="Id of a responder, or null.")


class SnoozeSerializer(ReasonSerializer):
    until = UtcDateTimeField(help_text="End of the pause.")


class CommentSerializer(serializers.ModelSerializer):
    author = PersonField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = IncidentComment
        fields = ["id", "author", "text", "created_at"]
