"""How the API describes figures and budgets."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes
from rest_framework import serializers

from suspensions.analytics.periods import PRESETS
from suspensions.models import Suspension
from suspensions.serializers.fields import EntrySerializer

PARAMETERS = [
    OpenApiParameter("period", str, enum=list(PRESETS), description="A period by name; `month` when no time is given."),
    OpenApiParameter("start", OpenApiTypes.DATETIME, description="From this moment on; a date means its midnight."),
    OpenApiParameter(
        "finish", OpenApiTypes.DATETIME, description="Before this moment; now when only `start` is given."
    ),
    OpenApiParameter("process", str, description="Id or code of a business process."),
    OpenApiParameter("risk_source", str, description="Id or code of a risk source."),
    OpenApiParameter("user", int, description="Only cases that this person recorded."),
    OpenApiParameter("origin", str, enum=Suspension.Origin.values, description="Only of this origin."),
    OpenApiParameter("kind", str, enum=Suspension.Kind.values, description="Only of this kind."),
    OpenApiParameter("planned", bool, description="Only planned cases, or only the others."),
]


class SumSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    total_minutes = serializers.FloatField()
    union_minutes = serializers.FloatField()


class ByProcessSerializer(SumSerializer):
    process = EntrySerializer()
    longest_minutes = serializers.FloatField()
    scheduled_minutes = serializers.FloatField(help_text="Overlaps counted once, within its working hours.")


class ByRiskSourceSerializer(SumSerializer):
    risk_source = EntrySerializer()
    longest_minutes = serializers.FloatField()


class ByDaySerializer(SumSerializer):
    day = serializers.DateField()


class ByMonthSerializer(SumSerializer):
    month = serializers.CharField(help_text="`2026-07`")


class DurationSerializer(serializers.Serializer):
    up_to_minutes = serializers.IntegerField(allow_null=True, help_text="`null`: longer than all before.")
    count = serializers.IntegerField()


class LastSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    start = serializers.DateTimeField()


class LongestSerializer(serializers.Serializer):
    id = serializers.IntegerField()


class HeadlineSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    finish = serializers.DateTimeField()
    count = serializers.IntegerField()
    failures = serializers.IntegerField(help_text="Cases that were not planned and began in the period.")
    total_minutes = serializers.FloatField(help_text="Sum over the cases, cut to the period.")
    union_minutes = serializers.FloatField(help_text="Overlaps counted once.")
    scheduled_minutes = serializers.FloatField(
        help_text="Sum over the processes of what lies within their working hours, overlaps counted once."
    )
    longest_minutes = serializers.FloatField()
    mean_minutes = serializers.FloatField(allow_null=True)
    median_minutes = serializers.FloatField(allow_null=True)
    mttr_minutes = serializers.FloatField(allow_null=True, help_text="Mean time to restore; planned work left out.")
    mtbf_minutes = serializers.FloatField(allow_null=True, help_text="Mean time between failures.")
    availability = serializers.FloatField(allow_null=True, help_text="%, by the calendar, planned work left out.")
    availability_scheduled = serializers.FloatField(allow_null=True, help_text="%, within the working hours.")


class FiguresSerializer(HeadlineSerializer):
    time_zone = serializers.CharField()
    last = LastSerializer(allow_null=True)
    longest = LongestSerializer(allow_null=True)
    previous = HeadlineSerializer(help_text="The same for the period before.")
    by_process = ByProcessSerializer(many=True)
    by_risk_source = ByRiskSourceSerializer(many=True)
    by_day = ByDaySerializer(many=True)
    by_month = ByMonthSerializer(many=True)
    durations = DurationSerializer(many=True)


SUMS = {"count": 2, "total_minutes": 130.0, "union_minutes": 100.0}
HEADLINES = {
    **SUMS,
    "failures": 2,
    "scheduled_minutes": 85.0,
    "longest_minutes": 75.0,
    "mean_minutes": 65.0,
    "median_minutes": 65.0,
    "mttr_minutes": 65.0,
    "mtbf_minutes": 22270.0,
    "availability": 99.776,
    "availability_scheduled": 99.371,
}
MAY = {"start": "2026-05-31T21:00:00Z", "finish": "2026-06-30T21:00:00Z"}
JULY = {"start": "2026-06-30T21:00:00Z", "finish": "2026-07-31T21:00:00Z"}
PROCESS = {"id": 1, "code": "DU_25", "name": "Доверительное управление"}
FIGURES = OpenApiExample(
    "Figures",
    {
        **JULY,
        "time_zone": "Europe/Moscow",
        **HEADLINES,
        "last": {"id": 46, "number": "2026-0046", "start": "2026-07-23T15:03:00Z"},
        "longest": {"id": 45},
        "previous": {**MAY, **HEADLINES},
        "by_process": [{"process": PROCESS, **SUMS, "longest_minutes": 75.0, "scheduled_minutes": 85.0}],
        "by_risk_source": [
            {"risk_source": {"id": 5, "code": "PROVAIDER", "name": "Провайдер"}, **SUMS, "longest_minutes": 75.0}
        ],
        "by_day": [{"day": "2026-07-23", **SUMS}],
        "by_month": [{"month": "2026-07", **SUMS}],
        "durations": [{"up_to_minutes": 15, "count": 0}, {"up_to_minutes": None, "count": 2}],
    },
    response_only=True,
)
