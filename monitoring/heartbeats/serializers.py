from typing import Any

from rest_framework import serializers

from incidents.models import Incident
from monitoring.models import Heartbeat, Ping
from workflow.fields import UtcDateTimeField


class HeartbeatWriteSerializer(serializers.Serializer):
    """What people say of a heartbeat: either a period or a schedule."""

    name = serializers.CharField(max_length=100)
    period_seconds = serializers.IntegerField(required=False, allow_null=True, min_value=30, max_value=366 * 86400)
    cron = serializers.CharField(required=False, allow_blank=True, max_length=100)
    time_zone = serializers.CharField(required=False, allow_blank=True, max_length=64)
    grace_seconds = serializers.IntegerField(required=False, min_value=0, max_value=366 * 86400)
    severity = serializers.ChoiceField(choices=Incident.Severity.choices, required=False)
    enabled = serializers.BooleanField(required=False)


class HeartbeatPatchSerializer(HeartbeatWriteSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)


class HeartbeatSerializer(serializers.ModelSerializer):
    """A heartbeat as it is read: never with its token."""

    state = serializers.ChoiceField(source="standing", choices=Heartbeat.Standing.choices, read_only=True)
    incident: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    last_ping_at = UtcDateTimeField(read_only=True, allow_null=True)
    due_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Heartbeat
        fields = [
            "id", "name", "period_seconds", "cron", "time_zone", "grace_seconds", "severity", "enabled", "state",
            "last_ping_at", "due_at", "incident", "token_end", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class HeartbeatIssuedSerializer(HeartbeatSerializer):
    token = serializers.SerializerMethodField(help_text="Shown this once: only a digest is kept.")
    ping_url = serializers.SerializerMethodField(help_text="What the job calls when it is done.")

    class Meta(HeartbeatSerializer.Meta):
        fields = [*HeartbeatSerializer.Meta.fields, "token", "ping_url"]

    def get_token(self, heartbeat: Heartbeat) -> str:
        return self.context["token"]

    def get_ping_url(self, heartbeat: Heartbeat) -> str:
        return self.context["url"]


class PingSerializer(serializers.ModelSerializer):
    at = UtcDateTimeField(read_only=True)
    took_seconds = serializers.SerializerMethodField(help_text="null: it did not say that it began.")

    class Meta:
        model = Ping
        fields = ["id", "kind", "at", "took_seconds", "text", "address"]
        read_only_fields = fields

    def get_took_seconds(self, ping: Ping) -> int | None:
        return None if ping.took is None else round(ping.took.total_seconds())


class PingedSerializer(serializers.Serializer):
    status = serializers.CharField()
    kind = serializers.ChoiceField(choices=Ping.Kind.choices)
