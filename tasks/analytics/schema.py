"""How the figures are described in the schema."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from tasks.analytics.reading import ISSUED, RECEIVED

PARAMETERS = [
    OpenApiParameter("start", str, description="The first day; five months before this one unless given."),
    OpenApiParameter("finish", str, description="The last day; the end of this month unless given."),
    OpenApiParameter("role", str, enum=[RECEIVED, ISSUED], default=RECEIVED, description="Executors or authors."),
    OpenApiParameter("user", int, description="Only this person; others than oneself need the permission."),
]  # fmt: skip


class TaskFiguresSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="Deadlines in the period, cancelled tasks left out.")
    done = serializers.IntegerField(help_text="Reported done.")
    on_time = serializers.IntegerField(help_text="Reported done by the deadline.")
    overdue = serializers.IntegerField(help_text="Past the deadline and not reported done.")
    on_time_share = serializers.FloatField(allow_null=True, help_text="Per cent of what is done or overdue.")
    mean_lateness = serializers.FloatField(allow_null=True, help_text="Days, of what is late.")
    median_lateness = serializers.FloatField(allow_null=True, help_text="Days, of what is late.")


class PersonFiguresSerializer(TaskFiguresSerializer):
    person = PersonSerializer()


class DepartmentFiguresSerializer(TaskFiguresSerializer):
    department = serializers.CharField()


class MonthFiguresSerializer(TaskFiguresSerializer):
    month = serializers.DateField()


class TaskRecordSerializer(serializers.Serializer):
    start = serializers.DateField()
    finish = serializers.DateField()
    role = serializers.CharField()
    total = TaskFiguresSerializer()
    people = PersonFiguresSerializer(many=True)
    departments = DepartmentFiguresSerializer(many=True)
    trend = MonthFiguresSerializer(many=True)


FIGURES = {
    "total": 12, "done": 10, "on_time": 9, "overdue": 1, "on_time_share": 81.8, "mean_lateness": 2.5,
    "median_lateness": 2.5,
}  # fmt: skip
RECORD = OpenApiExample(
    "Figures",
    {
        "start": "2026-02-01",
        "finish": "2026-07-31",
        "role": "received",
        "total": FIGURES,
        "people": [FIGURES | {"person": {"id": 7, "username": "orlov", "name": "Илья Орлов"}}],
        "departments": [FIGURES | {"department": "ИТ"}],
        "trend": [FIGURES | {"month": "2026-07-01"}],
    },
    response_only=True,
)
