"""How the figures are described in the schema."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from suspensions.analytics.periods import PRESETS
from tickets.models import Ticket

PARAMETERS = [
    OpenApiParameter("period", str, enum=list(PRESETS), description="By name; `last30` when no time is given."),
    OpenApiParameter("start", OpenApiTypes.DATETIME, description="From this moment on; a date means its midnight."),
    OpenApiParameter(
        "finish", OpenApiTypes.DATETIME, description="Before this moment; now when only `start` is given."
    ),
    OpenApiParameter("technician", int, description="Only what this person has; others than oneself by permission."),
    OpenApiParameter("category", int, description="Only of this category."),
    OpenApiParameter("priority", str, enum=Ticket.Priority.values, description="Only of this priority."),
]


class TicketFiguresSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    resolved = serializers.IntegerField()
    open = serializers.IntegerField(help_text="At the end of the period, or now.")
    response_mean_minutes = serializers.FloatField(allow_null=True, help_text="Working minutes to the first response.")
    response_median_minutes = serializers.FloatField(allow_null=True)
    resolution_mean_minutes = serializers.FloatField(
        allow_null=True, help_text="Working minutes, without what the creator was waited for."
    )
    resolution_median_minutes = serializers.FloatField(allow_null=True)
    response_met_share = serializers.FloatField(allow_null=True, help_text="Per cent of the promises that fell due.")
    resolution_met_share = serializers.FloatField(allow_null=True)
    satisfaction = serializers.FloatField(allow_null=True, help_text="Mean mark of those resolved.")
    marks = serializers.IntegerField(help_text="How many gave one.")
    age_median_days = serializers.FloatField(allow_null=True, help_text="Of the open ones.")


class TechnicianFiguresSerializer(TicketFiguresSerializer):
    technician = PersonSerializer(allow_null=True, help_text="Null: nobody has them.")


class FiguresCategorySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class CategoryFiguresSerializer(TicketFiguresSerializer):
    category = FiguresCategorySerializer(allow_null=True)


class PriorityFiguresSerializer(TicketFiguresSerializer):
    priority = serializers.CharField()


class TicketDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    created = serializers.IntegerField()
    finished = serializers.IntegerField(help_text="Resolved or cancelled.")
    backlog = serializers.IntegerField(help_text="Open at the end of the day, or now.")


class AgeSerializer(serializers.Serializer):
    up_to_days = serializers.IntegerField(allow_null=True, help_text="Null: older than all before.")
    count = serializers.IntegerField()


class TicketAnalyticsSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    finish = serializers.DateTimeField()
    total = TicketFiguresSerializer()
    days = TicketDaySerializer(many=True)
    ages = AgeSerializer(many=True)
    technicians = TechnicianFiguresSerializer(many=True)
    categories = CategoryFiguresSerializer(many=True)
    priorities = PriorityFiguresSerializer(many=True)


FIGURES = {
    "created": 42, "resolved": 38, "open": 11, "response_mean_minutes": 24.5, "response_median_minutes": 12.0,
    "resolution_mean_minutes": 310.2, "resolution_median_minutes": 185.0, "response_met_share": 95.2,
    "resolution_met_share": 89.5, "satisfaction": 4.6, "marks": 17, "age_median_days": 2.4,
}  # fmt: skip
ANALYTICS = OpenApiExample(
    "Figures",
    {
        "start": "2026-07-01T00:00:00+03:00",
        "finish": "2026-08-01T00:00:00+03:00",
        "total": FIGURES,
        "days": [{"day": "2026-07-01", "created": 3, "finished": 2, "backlog": 8}],
        "ages": [{"up_to_days": 1, "count": 4}, {"up_to_days": None, "count": 1}],
        "technicians": [FIGURES | {"technician": {"id": 7, "username": "orlov", "name": "Илья Орлов"}}],
        "categories": [FIGURES | {"category": {"id": 2, "name": "Принтеры"}}],
        "priorities": [FIGURES | {"priority": "high"}],
    },
    response_only=True,
)
