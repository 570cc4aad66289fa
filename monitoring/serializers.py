import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring.causes import Cause
from monitoring.checks import Answer
from monitoring.models import MaintenanceWindow, Outage, Target, TargetGroup
from monitoring.models.group import TARGET_LIMIT
from suspensions.models import RiskSource, TechProcess
from workflow.fields import UtcDateTimeField

ID = re.compile("[0-9]{1,18}")


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}], "example": "DU_25"})
class DictionaryField(serializers.RelatedField):
    """An entry of a dictionary, written as its id or its code."""

    default_error_messages = {"unknown": _("Nothing has this id or code.")}

    def to_internal_value(self, data: Any) -> Any:
        text = str(data) if isinstance(data, int | str) and not isinstance(data, bool) else ""
        wanted = {"pk": int(text)} if ID.fullmatch(text) else {"code": text}
        entries = self.get_queryset()
        found = entries.filter(**wanted).first() if text and entries is not None else None
        if found is None:
            self.fail("unknown")
        return found

    def to_representation(self, value: Any) -> Any:
        return value.pk


class DictionarySerializer(serializers.Serializer):
    """An entry of a dictionary as it is read."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class TargetSerializer(serializers.ModelSerializer):
    """A target and what it answered last."""

    expect = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="HTTP: a status or a text in the answer. DNS: an address. Empty: any good answer.",
    )
    ok = serializers.BooleanField(
        source="last_ok",
        read_only=True,
        allow_null=True,
        help_text="null: not looked at yet, or the probe was at fault.",
    )
    cause = serializers.ChoiceField(source="last_cause", choices=Cause.choices, read_only=True)
    error = serializers.CharField(source="last_error", read_only=True)
    response_ms = serializers.IntegerField(source="last_ms", read_only=True, allow_null=True)
    checked_at = UtcDateTimeField(source="last_at", read_only=True, allow_null=True)

    class Meta:
        model = Target
        fields = ["id", "kind", "address", "expect", "ok", "cause", "error", "response_ms", "checked_at"]
        extra_kwargs = {
            "address": {"help_text": "A URL, `host:port`, or a name, `name@server:port`."},
            "kind": {"help_text": "What is done: an HTTP request, a TCP connection, a DNS question."},
        }
        validators: list[Any] = []


class GroupSerializer(serializers.ModelSerializer):
    """A group of targets, its state, and what suffers when it is down."""

    process = DictionarySerializer()
    more_processes = DictionarySerializer(many=True)
    risk_source = DictionarySerializer()
    targets = TargetSerializer(many=True)
    state = serializers.ChoiceField(
        source="standing", choices=TargetGroup.Standing.choices, help_text="`nodata`: not measured lately."
    )
    since = UtcDateTimeField(allow_null=True, help_text="Since when; for `nodata` the last measurement.")
    checked_at = UtcDateTimeField(source="watch.begun_at", allow_null=True)
    outage = serializers.IntegerField(
        source="running_outage.pk", allow_null=True, default=None, help_text="The open one."
    )
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = TargetGroup
        fields = [
            "id", "name", "process", "more_processes", "risk_source", "quorum", "interval_seconds", "open_after",
            "close_after", "enabled", "targets", "state", "since", "checked_at", "outage", "created_at", "updated_at",
            "version",
        ]  # fmt: skip
        read_only_fields = fields


class GroupCreateSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=100, help_text="As people call it: Internet access.")
    process = DictionaryField(
        queryset=TechProcess.objects.present(), help_text="Id or code of the process that suffers."
    )
    more_processes = DictionaryField(
        queryset=TechProcess.objects.present(),
        many=True,
        required=False,
        help_text="Further processes: each gets a case of its own, under the one incident.",
    )
    risk_source = DictionaryField(queryset=RiskSource.objects.present(), help_text="Id or code.")
    targets = TargetSerializer(many=True, help_text=f"1 to {TARGET_LIMIT}; what is left out is no longer looked at.")
    enabled = serializers.BooleanField(required=False)

    class Meta:
        model = TargetGroup
        fields = [
            "name", "process", "more_processes", "risk_source", "quorum", "interval_seconds", "open_after",
            "close_after", "enabled", "targets",
        ]  # fmt: skip


class GroupPatchSerializer(GroupCreateSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)

    class Meta(GroupCreateSerializer.Meta):
        fields = [*GroupCreateSerializer.Meta.fields, "note"]


class CaseSerializer(serializers.Serializer):
    """A downtime case as an outage names it."""

    id = serializers.IntegerField()
    number = serializers.CharField()


class NamedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class OutageSerializer(serializers.ModelSerializer):
    """An outage: when a group was down, and the case and incident that came of it."""

    group = NamedSerializer()
    start = UtcDateTimeField(help_text="The first failed round.")
    finish = UtcDateTimeField(allow_null=True, help_text="The first good round; null while it lasts.")
    duration_seconds = serializers.SerializerMethodField(
        help_text="Without good time between failures that were joined, and without time that nobody measured."
    )
    suspension = CaseSerializer(allow_null=True, help_text="The case of the main process.")
    suspensions = CaseSerializer(
        many=True, source="cases", help_text="The cases of all its processes, the main one's first."
    )
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Outage
        fields = [
            "id", "group", "start", "finish", "duration_seconds", "cause", "error", "suspension", "suspensions",
            "incident", "created_at", "updated_at",
        ]  # fmt: skip

    def get_duration_seconds(self, outage: Outage) -> int:
        return round(outage.downtime.total_seconds())


class SpanSerializer(serializers.Serializer):
    """A stretch of time."""

    start = UtcDateTimeField()
    finish = UtcDateTimeField()


class WindowSerializer(serializers.ModelSerializer):
    start = UtcDateTimeField(help_text="Of the first time where it comes every week.")
    finish = UtcDateTimeField()
    weekly = serializers.BooleanField(
        required=False, help_text="On the same day at the same time by the organisation's clock, until it is cancelled."
    )
    next = SpanSerializer(read_only=True, allow_null=True, help_text="What runs or comes next; null: it is over.")
    cancelled_at = UtcDateTimeField(read_only=True, allow_null=True, help_text="Since then it comes no more.")

    class Meta:
        model = MaintenanceWindow
        fields = ["id", "start", "finish", "weekly", "note", "next", "cancelled_at"]
        extra_kwargs = {"note": {"help_text": "What for."}}


class AddressSerializer(serializers.Serializer):
    url = serializers.CharField(max_length=500, help_text="An http or https address.")


class AnswerSerializer(serializers.Serializer):
    """What one look found; nothing of the content comes back."""

    ok = serializers.BooleanField(allow_null=True, help_text="null: the probe itself was at fault or may not go there.")
    status = serializers.IntegerField(allow_null=True, help_text="Of HTTP.")
    cause = serializers.ChoiceField(choices=Cause.choices, allow_null=True)
    error = serializers.CharField(allow_blank=True)
    response_ms = serializers.IntegerField()
    address = serializers.CharField(allow_blank=True, help_text="What was connected to.")
    url = serializers.CharField(allow_blank=True, help_text="Where redirects led.")


def represent(answer: Answer) -> dict[str, Any]:
    return {
        "ok": answer.ok,
        "status": answer.status,
        "cause": answer.cause,
        "error": answer.error,
        "response_ms": round(answer.seconds * 1000),
        "address": answer.address,
        "url": answer.url,
    }
