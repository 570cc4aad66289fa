"""The organisation and its working calendar."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import WEEKDAYS, CalendarDay, Organisation, WorkingCalendar
from accounts.models.calendar import FIRST_YEAR, LAST_YEAR, year_message
from workflow.fields import UtcDateTimeField


class OrganisationSerializer(serializers.ModelSerializer):
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "name", "time_zone", "counting_basis", "degradation_means", "shows_first_steps", "updated_at", "version",
        ]  # fmt: skip


class CalendarSerializer(serializers.ModelSerializer):
    """Hours by weekday, such as `09:00-13:00, 14:00-18:00`; empty for closed."""

    time_zone = serializers.SerializerMethodField(help_text="The organisation's: hours are meant in it.")
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = WorkingCalendar
        fields = ["time_zone", *WEEKDAYS, "updated_at", "version"]

    def get_time_zone(self, calendar: WorkingCalendar) -> str:
        return calendar.organisation.time_zone


class CalendarDaySerializer(serializers.ModelSerializer):
    """A date with hours of its own, empty for a free day."""

    class Meta:
        model = CalendarDay
        fields = ["date", "hours", "name"]


class CalendarDayHoursSerializer(CalendarDaySerializer):
    class Meta(CalendarDaySerializer.Meta):
        fields = ["hours", "name"]


class CalendarImportSerializer(serializers.Serializer):
    text = serializers.CharField(
        max_length=100_000,
        trim_whitespace=False,
        help_text="One day a line (`2026-05-01; Labour Day`, `30.04.2026; 09:00-17:00; short day`), or iCalendar.",
    )
    preview = serializers.BooleanField(default=False, help_text="Only say what the text means.")


class CalendarFaultSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    text = serializers.CharField()


class CalendarImportedSerializer(serializers.Serializer):
    days = CalendarDaySerializer(many=True)
    faults = CalendarFaultSerializer(many=True, help_text="Lines that mean nothing; with any, nothing is imported.")
    changed = serializers.IntegerField(help_text="How many dates differ from what stood there; 0 in a preview.")


class SpanSerializer(serializers.Serializer):
    """What lies between two moments, or where working time ends."""

    start = UtcDateTimeField()
    finish = UtcDateTimeField(required=False, help_text="Either this, or `minutes`.")
    minutes = serializers.DecimalField(
        max_digits=9, decimal_places=2, min_value=0, required=False, help_text="Working minutes from `start` on."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("finish" in attrs) == ("minutes" in attrs):
            raise serializers.ValidationError({"finish": _("Give either a finish or minutes.")})
        for name in attrs.keys() & {"start", "finish"}:
            if not FIRST_YEAR <= attrs[name].year <= LAST_YEAR:
                raise serializers.ValidationError({name: year_message()})
        return attrs


class MeasuredSerializer(serializers.Serializer):
    start = UtcDateTimeField()
    finish = UtcDateTimeField(allow_null=True, help_text="With `minutes`: by when they are worked; null for never.")
    calendar_minutes = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    working_minutes = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
