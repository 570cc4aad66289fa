from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.serializers import PersonField, PersonSerializer
from incidents.models import Duty, EscalationPolicy, Incident, Whom
from incidents.models.duty import NOTE_LIMIT
from incidents.models.escalation import LONGEST_WAIT, MOST_REPEATS, MOST_STEPS
from incidents.oncall.services import MOST_TURNS, Every
from workflow.fields import UtcDateTimeField


class SubstituteSerializer(serializers.Serializer):
    """Who is on duty from when to when."""

    person = PersonField()
    start = UtcDateTimeField()
    finish = UtcDateTimeField()
    note = serializers.CharField(source="remark", required=False, allow_blank=True, max_length=NOTE_LIMIT)


class DutyWriteSerializer(SubstituteSerializer):
    """A duty as it is planned or changed."""


class DutySerializer(serializers.ModelSerializer):
    """A duty as it is read; with `original`, a substitution in that duty."""

    person: Any = PersonSerializer(read_only=True)
    instead_of: Any = PersonSerializer(source="original.person", read_only=True, allow_null=True, default=None)
    original: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    start = UtcDateTimeField(read_only=True)
    finish = UtcDateTimeField(read_only=True)
    note = serializers.CharField(source="remark", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Duty
        fields = [
            "id", "person", "start", "finish", "note", "original", "instead_of", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class RotaSerializer(serializers.Serializer):
    """People who take turns."""

    people = serializers.ListField(child=PersonField(), min_length=1, max_length=MOST_TURNS)
    first_day = serializers.DateField(help_text="The day of the first hand-over.")
    handover = serializers.TimeField(default=time(9), help_text="By the organisation's clock.")
    every = serializers.ChoiceField(choices=Every.choices, default=Every.WEEK)
    turns = serializers.IntegerField(min_value=1, max_value=MOST_TURNS)
    note = serializers.CharField(source="remark", required=False, allow_blank=True, max_length=NOTE_LIMIT)


class GapSerializer(serializers.Serializer):
    start = UtcDateTimeField()
    finish = UtcDateTimeField()


class NowSerializer(serializers.Serializer):
    """The one answer to “who is on duty now”."""

    at = UtcDateTimeField()
    person = PersonSerializer(allow_null=True, help_text="null: nobody is on duty.")
    instead_of = PersonSerializer(allow_null=True, help_text="Whose duty it is, when somebody stands in.")
    until = UtcDateTimeField(allow_null=True, help_text="null: nobody is on duty.")
    next_person = PersonSerializer(allow_null=True, help_text="Who comes next; null: nobody within five weeks.")
    next_start = UtcDateTimeField(allow_null=True)
    gaps = GapSerializer(many=True, help_text="When nobody is on duty, in the next five weeks.")


class EscalationStepWriteSerializer(serializers.Serializer):
    after = serializers.IntegerField(min_value=1, max_value=LONGEST_WAIT, help_text="Minutes after the step before.")
    whom = serializers.ChoiceField(choices=Whom.choices)
    person = PersonField(required=False, allow_null=True, help_text="Whom, where `whom` is `person`.")

    def validate(self, step: dict[str, Any]) -> dict[str, Any]:
        """Return it as it is stored."""
        person = step.pop("person", None)
        if (person is not None) != (step["whom"] == Whom.PERSON):
            raise serializers.ValidationError({"person": _("A person belongs to a step that tells one by name.")})
        return step | ({"person": person.pk} if person else {})


class EscalationStepSerializer(serializers.Serializer):
    """A step as it is read."""

    after = serializers.IntegerField(read_only=True)
    whom = serializers.ChoiceField(choices=Whom.choices, read_only=True)
    person: Any = PersonSerializer(read_only=True, allow_null=True, help_text="null: not told by name.")


class PolicyWriteSerializer(serializers.Serializer):
    """A chain as it is written."""

    severity = serializers.ChoiceField(choices=Incident.Severity.choices)
    steps = serializers.ListField(child=EscalationStepWriteSerializer(), min_length=1, max_length=MOST_STEPS)
    repeats = serializers.IntegerField(min_value=0, max_value=MOST_REPEATS, required=False)
    enabled = serializers.BooleanField(required=False)

    def validate_steps(self, steps: list[Any]) -> list[dict[str, Any]]:
        return [dict(step) for step in steps]


class PolicySerializer(serializers.ModelSerializer):
    """A chain as it is read."""

    severity = serializers.ChoiceField(choices=Incident.Severity.choices, read_only=True)
    steps = EscalationStepSerializer(source="chain", many=True, read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = EscalationPolicy
        fields = ["id", "severity", "steps", "repeats", "enabled", "created_at", "updated_at", "version"]
        read_only_fields = fields
