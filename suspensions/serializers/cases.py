from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import PersonField, PersonSerializer, person_of_row
from incidents.models import Incident
from suspensions.lengths import hours_of, lasted, minutes, parts_of, scheduled
from suspensions.models import Suspension, SuspensionComment
from suspensions.models.suspension import TEXT_LIMIT
from suspensions.serializers.fields import EntrySerializer, ProcessField, RiskSourceField
from workflow.fields import UtcDateTimeField, utc
from workflow.serializers import NoteSerializer, ReasonSerializer

TIMES = (
    "start", "finish", "planned_finish", "announced_at", "report_proposed_at", "report_decided_at", "report_due_at",
    "reported_at", "closed_at", "created_at", "updated_at",
)  # fmt: skip
SAME = (
    "id", "number", "status", "kind", "planned", "description", "implementing_measures", "root_cause", "currency",
    "origin", "reportable", "reportable_reason", "report_reference", "version",
)  # fmt: skip


class ShareField(serializers.DecimalField):
    """From 0 to 1; written as a number or as text, read as a number."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_digits=5, decimal_places=4, min_value=0, max_value=1, coerce_to_string=False, **kwargs)


@extend_schema_field(int)
class IncidentField(serializers.PrimaryKeyRelatedField):
    """The id of an incident that is not deleted."""

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=Incident.objects.present(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class SegmentSerializer(serializers.Serializer):
    """A part of a case in which one share of the service was lost."""

    start = UtcDateTimeField()
    finish = UtcDateTimeField(allow_null=True, required=False, default=None, help_text="Null: still running.")
    degradation = ShareField(default=1, help_text="The share that was lost, 0 to 1.")


class SuspensionSerializer(serializers.Serializer):
    """A downtime case as it is read."""

    id = serializers.IntegerField()
    number = serializers.CharField(allow_null=True, help_text="Free of gaps within a year; null for a draft.")
    status = serializers.ChoiceField(choices=Suspension.Status.choices)
    process = EntrySerializer()
    risk_source = EntrySerializer()
    start = UtcDateTimeField()
    finish = UtcDateTimeField(allow_null=True, help_text="Null while it runs.")
    planned_finish = UtcDateTimeField(allow_null=True)
    kind = serializers.ChoiceField(choices=Suspension.Kind.choices)
    planned = serializers.BooleanField()
    announced_at = UtcDateTimeField(allow_null=True, help_text="When planned work was announced ahead.")
    degradation = serializers.FloatField(help_text="The largest share that was lost, 0 to 1; an outage is 1.")
    segments = SegmentSerializer(many=True)
    duration_seconds = serializers.IntegerField(help_text="The union of the segments; to now while it runs.")
    duration_minutes = serializers.FloatField()
    scheduled_minutes = serializers.FloatField(help_text="Within the working schedule of the process.")
    description = serializers.CharField()
    implementing_measures = serializers.CharField()
    root_cause = serializers.CharField()
    loss = serializers.CharField(allow_null=True, help_text="Decimal text.")
    currency = serializers.CharField()
    author = PersonSerializer()
    origin = serializers.ChoiceField(choices=Suspension.Origin.choices)
    incident = serializers.IntegerField(allow_null=True)
    reportable = serializers.BooleanField()
    reportable_reason = serializers.CharField()
    report_proposed_at = UtcDateTimeField(allow_null=True, help_text="When a report was proposed.")
    report_decided_at = UtcDateTimeField(allow_null=True, help_text="When a manager confirmed or declined that.")
    report_due_at = UtcDateTimeField(allow_null=True)
    reported_at = UtcDateTimeField(allow_null=True)
    report_reference = serializers.CharField()
    closed_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    version = serializers.IntegerField(help_text="For `If-Match`.")


def represent_all(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the wire form of rows of `SuspensionQuerySet.rows()`; two more queries read all segments and hours."""
    rows, now = list(rows), timezone.now()
    parts, hours = parts_of(row["id"] for row in rows), hours_of(row["process__id"] for row in rows)
    return [represent(row, parts[row["id"]], hours[row["process__id"]], now) for row in rows]


def represent(row: dict[str, Any], parts: list[Any], hours: Any, now: Any) -> dict[str, Any]:
    length = lasted(parts, now)
    segments = [
        {"start": utc(part.start), "finish": utc(part.finish), "degradation": float(part.degradation)} for part in parts
    ]
    return {
        **{name: row[name] for name in SAME},
        **{name: utc(row[name]) for name in TIMES},
        "process": entry_of(row, "process"),
        "risk_source": entry_of(row, "risk_source"),
        "author": person_of_row(row, "author"),
        "incident": row["incident_id"],
        "degradation": float(row["degradation"]),
        "loss": None if row["loss"] is None else str(row["loss"]),
        "segments": segments,
        "duration_seconds": round(length.total_seconds()),
        "duration_minutes": minutes(length),
        "scheduled_minutes": minutes(scheduled(parts, hours, now)),
    }


def entry_of(row: dict[str, Any], role: str) -> dict[str, Any]:
    return {name: row[f"{role}__{name}"] for name in ("id", "code", "name")}


class TextField(serializers.CharField):
    def __init__(self, **kwargs: Any):
        super().__init__(required=False, allow_blank=True, max_length=TEXT_LIMIT, **kwargs)


class SuspensionCreateSerializer(serializers.Serializer):
    process = ProcessField(help_text="Id or code.")
    risk_source = RiskSourceField(help_text="Id or code.")
    start = UtcDateTimeField(help_text="In the past, unless it is planned.")
    finish = UtcDateTimeField(required=False, allow_null=True, help_text="Null or absent: still running.")
    kind = serializers.ChoiceField(
        choices=Suspension.Kind.choices, required=False, help_text="Absent: as the degradation tells."
    )
    planned = serializers.BooleanField(
        required=False, help_text="Announced ahead; of what has begun only managers say so, with a note."
    )
    planned_finish = UtcDateTimeField(required=False, allow_null=True, help_text="Of planned work.")
    degradation = ShareField(required=False, help_text="The share that is lost, 0 to 1; an outage is 1.")
    description = TextField()
    implementing_measures = TextField(help_text="Measures taken.")
    root_cause = TextField()
    loss = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False, help_text="ISO 4217.")
    incident = IncidentField(required=False, allow_null=True)
    segments = SegmentSerializer(many=True, required=False, help_text="Their envelope is start and finish.")
    note = TextField(help_text="Why: needed for planned work that has begun already.")


class SuspensionPatchSerializer(SuspensionCreateSerializer):
    """Any of the fields. A finish ends a running case, null reopens it; regulator fields are for managers."""

    reportable = serializers.BooleanField(required=False)
    reportable_reason = TextField()
    report_due_at = UtcDateTimeField(required=False, allow_null=True)
    reported_at = UtcDateTimeField(required=False, allow_null=True)
    report_reference = serializers.CharField(required=False, allow_blank=True, max_length=200)
    note = TextField(help_text="Why: stands in the timeline beside the old values.")


class RestoreSerializer(NoteSerializer):
    finish = UtcDateTimeField(required=False, allow_null=True, help_text="When it ran again; absent: now.")


class CloseSerializer(NoteSerializer):
    """What is not given stays as it was written down before."""

    implementing_measures = TextField(help_text="Measures taken: needed unless they are written down or it is planned.")
    root_cause = TextField(help_text="Needed unless it is written down already or the work is planned.")


class ReopenSerializer(NoteSerializer):
    start = UtcDateTimeField(
        required=False, allow_null=True, help_text="When it broke down again; absent: it never ended."
    )


class PlanSerializer(ReasonSerializer):
    planned = serializers.BooleanField(default=True)
    announced_at = UtcDateTimeField(required=False, allow_null=True, help_text="When it was announced.")


class RegulateSerializer(NoteSerializer):
    reportable = serializers.BooleanField(required=False)
    reportable_reason = TextField()
    report_due_at = UtcDateTimeField(required=False, allow_null=True)
    reported_at = UtcDateTimeField(required=False, allow_null=True)
    report_reference = serializers.CharField(required=False, allow_blank=True, max_length=200)


class SuspensionCommentSerializer(serializers.ModelSerializer):
    author = PersonField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = SuspensionComment
        fields = ["id", "author", "text", "created_at"]
