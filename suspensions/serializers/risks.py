from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import PersonField, PersonSerializer
from suspensions.models import Risk, Suspension
from suspensions.models.dictionaries import CODE
from suspensions.models.suspension import TEXT_LIMIT
from suspensions.serializers.fields import EntrySerializer, ProcessField, RiskSourceField, entry
from workflow.fields import UtcDateTimeField


class ScoreField(serializers.IntegerField):
    def __init__(self, **kwargs: Any):
        super().__init__(min_value=1, max_value=5, **kwargs)


class RiskWriteSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, validators=[CODE])
    title = serializers.CharField(max_length=200)
    processes = ProcessField(many=True, required=False, help_text="Ids or codes.")
    risk_source = RiskSourceField(required=False, allow_null=True, help_text="Id or code.")
    owner = PersonField(required=False, allow_null=True, help_text="Id of a person.")
    likelihood = ScoreField()
    impact = ScoreField()
    residual_likelihood = ScoreField(help_text="After what is done against it.")
    residual_impact = ScoreField()
    method = serializers.ChoiceField(choices=Risk.Method.choices, required=False)
    controls = serializers.CharField(max_length=TEXT_LIMIT, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=Risk.Status.choices, required=False)
    next_review = serializers.DateField(required=False, allow_null=True)
    suspensions = serializers.PrimaryKeyRelatedField(
        queryset=Suspension.objects.recorded(), many=True, required=False, help_text="Ids of the cases it caused."
    )


class RiskCaseSerializer(serializers.Serializer):
    suspension = serializers.PrimaryKeyRelatedField(queryset=Suspension.objects.recorded(), help_text="Id of the case.")


class RiskSerializer(serializers.ModelSerializer):
    """A risk, its scores before and after the measures, and the cases in which it came true."""

    processes = serializers.SerializerMethodField()
    risk_source = serializers.SerializerMethodField()
    owner = PersonSerializer(allow_null=True)
    inherent_score = serializers.IntegerField(help_text="Likelihood x impact.")
    residual_score = serializers.IntegerField()
    suspensions = serializers.SerializerMethodField(help_text="Ids of the cases it caused.")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Risk
        fields = [
            "id", "code", "title", "processes", "risk_source", "owner", "likelihood", "impact", "inherent_score",
            "residual_likelihood", "residual_impact", "residual_score", "method", "controls", "status", "next_review",
            "suspensions", "created_at", "updated_at", "version",
        ]  # fmt: skip

    @extend_schema_field(EntrySerializer(many=True))
    def get_processes(self, risk: Risk) -> list[Any]:
        return [entry(process) for process in risk.processes.all()]

    @extend_schema_field(EntrySerializer(allow_null=True))
    def get_risk_source(self, risk: Risk) -> Any:
        return entry(risk.risk_source)

    def get_suspensions(self, risk: Risk) -> list[int]:
        return [case.pk for case in risk.suspensions.all() if case.deleted_at is None]


class CellSerializer(serializers.Serializer):
    likelihood = serializers.IntegerField()
    impact = serializers.IntegerField()
    score = serializers.IntegerField()
    risks = serializers.ListField(child=serializers.CharField(), help_text="Codes of the risks in this cell.")


class HeatMapSerializer(serializers.Serializer):
    """All 25 cells, before and after the measures."""

    inherent = CellSerializer(many=True)
    residual = CellSerializer(many=True)


class RiskYearSerializer(serializers.Serializer):
    """How often a risk came true in a calendar year, for how long, at what loss."""

    year = serializers.IntegerField()
    events = serializers.IntegerField(help_text="Cases under one incident are one event.")
    minutes = serializers.FloatField(help_text="Downtime within the year; overlaps count once.")
    losses = serializers.DictField(child=serializers.CharField(), help_text="Decimal text by currency.")
