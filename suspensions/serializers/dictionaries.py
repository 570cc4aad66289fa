from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models.calendar import WEEKDAYS, read_hours
from accounts.models.user import check_time_zone
from accounts.serializers import PersonField, PersonSerializer
from suspensions.budgets.versions import local_day
from suspensions.models import ProcessLimit, RiskSource, TechProcess
from suspensions.models.dictionaries import CODE
from suspensions.models.limits import NOTE_LIMIT
from suspensions.serializers.fields import EntrySerializer, entry
from workflow.fields import UtcDateTimeField


class ScheduleSerializer(serializers.Serializer):
    """When a process is expected to run, by weekday: `09:00-13:00, 14:00-18:00`, empty for closed."""

    time_zone = serializers.CharField(required=False, allow_blank=True, help_text="Empty: the organisation's.")
    keeps_holidays = serializers.BooleanField(required=False, help_text="The organisation's free days are free.")
    monday = serializers.CharField(required=False, allow_blank=True)
    tuesday = serializers.CharField(required=False, allow_blank=True)
    wednesday = serializers.CharField(required=False, allow_blank=True)
    thursday = serializers.CharField(required=False, allow_blank=True)
    friday = serializers.CharField(required=False, allow_blank=True)
    saturday = serializers.CharField(required=False, allow_blank=True)
    sunday = serializers.CharField(required=False, allow_blank=True)

    def validate_time_zone(self, value: str) -> str:
        if value:
            check_time_zone(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {day: read_hours(attrs[day]) for day in WEEKDAYS if day in attrs}


class ProcessWriteSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, validators=[CODE])
    number = serializers.CharField(max_length=20, required=False, allow_blank=True)
    name = serializers.CharField(max_length=200)
    owner = PersonField(required=False, allow_null=True, help_text="Id of a person.")
    criticality = serializers.ChoiceField(choices=TechProcess.Criticality.choices, required=False)
    schedule = ScheduleSerializer(required=False, allow_null=True, help_text="Null: as the organisation works.")
    active_from = serializers.DateField(required=False, allow_null=True)
    active_to = serializers.DateField(required=False, allow_null=True, help_text="The last day.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Spread the schedule over the fields of the process; null empties it."""
        if "schedule" in attrs:
            attrs |= attrs.pop("schedule") or {"time_zone": "", **dict.fromkeys(WEEKDAYS, "")}
        return attrs


class ProcessSerializer(serializers.ModelSerializer):
    """A business process."""

    owner = PersonSerializer(read_only=True, allow_null=True)
    schedule = serializers.SerializerMethodField(help_text="Null: as the organisation works.")
    active = serializers.SerializerMethodField(help_text="Whether it runs today.")
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = TechProcess
        fields = [
            "id", "code", "number", "name", "owner", "criticality", "schedule", "active", "active_from", "active_to",
            "created_at", "updated_at", "version",
        ]  # fmt: skip

    @extend_schema_field(ScheduleSerializer(allow_null=True))
    def get_schedule(self, process: TechProcess) -> dict[str, Any] | None:
        if not process.has_own_schedule:
            return None
        return {"time_zone": process.time_zone, "keeps_holidays": process.keeps_holidays, **process.week}

    def get_active(self, process: TechProcess) -> bool:
        return process.is_active_on(local_day(timezone.now()))


class LimitWriteSerializer(serializers.Serializer):
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True, help_text="The last day; null: until replaced.")
    case_minutes = serializers.IntegerField(min_value=0, max_value=10**9, required=False, allow_null=True)
    year_minutes = serializers.IntegerField(min_value=0, max_value=10**9, required=False, allow_null=True)
    degradation = serializers.DecimalField(
        source="degradation_share", max_digits=5, decimal_places=4, min_value=0, max_value=1, required=False,
        allow_null=True, help_text="The share that may be lost without counting.",
    )  # fmt: skip
    document = serializers.CharField(max_length=300, help_text="What approved it.")
    case_warn = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="Per cent.")
    year_warn = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="Per cent.")
    degradation_warn = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="Per cent.")
    report_minutes = serializers.IntegerField(
        min_value=0, max_value=10**6, required=False, allow_null=True,
        help_text="How soon the regulator must hear of a case over its limit.",
    )  # fmt: skip
    share_reported = serializers.BooleanField(
        required=False, help_text="Propose a report as soon as more is lost than the share; else beyond the minutes."
    )


class LimitCorrectSerializer(LimitWriteSerializer):
    """Any of the fields; what is left out stays as it was."""

    valid_from = serializers.DateField(required=False)
    document = serializers.CharField(max_length=300, required=False, help_text="What approved it.")
    note = serializers.CharField(max_length=NOTE_LIMIT, help_text="Why the approved limits are wrong.")


class LimitEndSerializer(serializers.Serializer):
    valid_to = serializers.DateField(required=False, allow_null=True, help_text="The last day; absent: today.")
    note = serializers.CharField(max_length=NOTE_LIMIT, help_text="The reason.")


class LimitSerializer(serializers.ModelSerializer):
    """How much downtime a process is allowed, between which dates, by which document. Null: no limit set."""

    process = serializers.SerializerMethodField()
    degradation = serializers.FloatField(source="degradation_share", allow_null=True)
    proposed_by = PersonSerializer()
    approved_by = PersonSerializer(allow_null=True)
    approved_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = ProcessLimit
        fields = [
            "id", "process", "valid_from", "valid_to", "case_minutes", "year_minutes", "degradation", "document",
            "case_warn", "year_warn", "degradation_warn", "report_minutes", "share_reported", "corrects",
            "correction_note", "status", "proposed_by", "approved_by", "approved_at",
            "created_at", "updated_at", "version",
        ]  # fmt: skip

    @extend_schema_field(EntrySerializer)
    def get_process(self, limit: ProcessLimit) -> dict[str, Any] | None:
        return entry(limit.process)


class RiskSourceSerializer(serializers.ModelSerializer):
    """Where a disturbance came from."""

    active = serializers.BooleanField(source="is_active")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = RiskSource
        fields = ["id", "code", "name", "category", "active", "created_at", "updated_at", "version"]


class RiskSourceWriteSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, validators=[CODE])
    name = serializers.CharField(max_length=200)
    category = serializers.ChoiceField(choices=RiskSource.Category.choices, required=False)
    active = serializers.BooleanField(source="is_active", required=False)
