"""How the figures are described in the schema, and written on the wire."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from tasks.models import Membership
from tasks.programmes.analytics.reading import Reading


class ProgrammeFiguresSerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text="Assignments handed out, one for each member and day.")
    sent = serializers.IntegerField(help_text="With a photo, whatever became of it.")
    waiting = serializers.IntegerField(help_text="Not answered yet.")
    reviewing = serializers.IntegerField(help_text="Not judged yet.")
    approved = serializers.IntegerField(help_text="A point each.")
    declined = serializers.IntegerField()
    skipped = serializers.IntegerField()
    not_participate = serializers.IntegerField(help_text="The day ended without an answer.")
    excused = serializers.IntegerField(help_text="Days that count nowhere: before joining, or called off.")
    share = serializers.FloatField(allow_null=True, help_text="Approved, per cent of what is decided.")
    mean_minutes = serializers.FloatField(allow_null=True, help_text="From the assignment to the first photo.")


class AssignmentFiguresSerializer(ProgrammeFiguresSerializer):
    assignment = serializers.IntegerField()
    title = serializers.CharField()


class DayFiguresSerializer(ProgrammeFiguresSerializer):
    number = serializers.IntegerField()
    on = serializers.DateField()
    title = serializers.CharField()


class MemberFiguresSerializer(ProgrammeFiguresSerializer):
    membership = serializers.IntegerField()
    member = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Membership.Status.choices)
    points = serializers.IntegerField()


class ProgrammeRecordSerializer(serializers.Serializer):
    """What a programme came to."""

    programme = serializers.IntegerField()
    total = ProgrammeFiguresSerializer()
    assignments = AssignmentFiguresSerializer(many=True)
    days = DayFiguresSerializer(many=True)
    members = MemberFiguresSerializer(many=True)


def record(reading: Reading) -> dict[str, Any]:
    return {
        "programme": reading.programme.pk,
        "total": reading.total.as_dict(),
        "assignments": [
            line.figures.as_dict() | {"assignment": line.key.pk, "title": line.key.title}
            for line in reading.assignments
        ],
        "days": [line.figures.as_dict() | line.key._asdict() for line in reading.days],
        "members": [line.figures.as_dict() | told(line.key, line.figures.points) for line in reading.members],
    }


def told(membership: Membership, points: int) -> dict[str, Any]:
    return {
        "membership": membership.pk,
        "member": membership.member_id,
        "name": membership.member.full_name,
        "status": membership.status,
        "points": points,
    }


FIGURES = {
    "days": 5, "sent": 4, "waiting": 0, "reviewing": 0, "approved": 3, "declined": 1, "skipped": 0,
    "not_participate": 1, "excused": 0, "share": 60.0, "mean_minutes": 134.5,
}  # fmt: skip
ASSIGNMENT = {"assignment": 4, "title": "Зарядка на свежем воздухе"}
MEMBER = {"membership": 31, "member": 12, "name": "Анна Зайцева", "status": "active", "points": 3}
RECORD = OpenApiExample(
    "Figures",
    {
        "programme": 2,
        "total": FIGURES,
        "assignments": [FIGURES | ASSIGNMENT],
        "days": [FIGURES | {"number": 1, "on": "2026-06-01", "title": "Зарядка на свежем воздухе"}],
        "members": [FIGURES | MEMBER],
    },
    response_only=True,
)
