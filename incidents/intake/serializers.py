from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from incidents.intake.receiving import Replayed
from incidents.models import Incident, Integration, Message
from workflow.address import network_of
from workflow.fields import UtcDateTimeField


class NetworkField(serializers.CharField):
    default_error_messages = {"network": _("“{text}” is neither an address nor a network. Write it like 10.1.0.0/16.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if network_of(text) is None:
            self.fail("network", text=text[:60])
        return text


class IntegrationWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    format = serializers.ChoiceField(choices=Integration.Format.choices, required=False)
    source = serializers.ChoiceField(choices=Incident.Source.choices, required=False)
    severity = serializers.ChoiceField(
        choices=Incident.Severity.choices, required=False, help_text="Where the sender does not say."
    )
    rate_limit = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, help_text="Messages in 5 minutes; 300 unless said."
    )
    networks = serializers.ListField(
        child=NetworkField(max_length=64), required=False, max_length=100, help_text="Empty: from anywhere."
    )
    expires_at = UtcDateTimeField(required=False, allow_null=True, help_text="null: never.")
    enabled = serializers.BooleanField(required=False)


class IntegrationPatchSerializer(IntegrationWriteSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)


class IntegrationSerializer(serializers.ModelSerializer):
    """An integration as it is read: never with its token."""

    state = serializers.ChoiceField(choices=["active", "paused", "expired", "withdrawn"], read_only=True)
    networks = serializers.ListField(child=serializers.CharField(), read_only=True)
    refused_now = serializers.IntegerField(
        read_only=True, help_text="How many messages the rate limit has refused in the current 5 minutes."
    )
    expires_at = UtcDateTimeField(read_only=True, allow_null=True)
    last_used_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Integration
        fields = [
            "id", "name", "format", "source", "severity", "rate_limit", "networks", "expires_at", "enabled", "state",
            "token_end", "last_used_at", "refused_now", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class IssuedSerializer(IntegrationSerializer):
    token = serializers.SerializerMethodField(help_text="Shown this once: only a digest is kept.")
    url = serializers.SerializerMethodField(help_text="For tools that cannot set headers.")

    class Meta(IntegrationSerializer.Meta):
        fields = [*IntegrationSerializer.Meta.fields, "token", "url"]

    def get_token(self, integration: Integration) -> str:
        return self.context["token"]

    def get_url(self, integration: Integration) -> str:
        return self.context["url"]


class RotateSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=5000, default="")
    expires_at = UtcDateTimeField(required=False, allow_null=True, default=None)


class TryOutSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["firing", "resolved"], default="firing")


class ReceiptSerializer(serializers.Serializer):
    """What became of a message."""

    message = serializers.IntegerField(help_text="Its id, for whoever asks what became of it.")
    incident = serializers.IntegerField(allow_null=True, help_text="The first of `incidents`.")
    incidents = serializers.ListField(child=serializers.IntegerField())
    status = serializers.ChoiceField(choices=["created", "joined", "resolved", "ignored", "unparsed"])


def receipt(message: Message) -> dict[str, Any]:
    touched = list(dict.fromkeys(message.outcomes.values_list("incident_id", flat=True)))
    return {
        "message": message.pk,
        "incident": touched[0] if touched else None,
        "incidents": touched,
        "status": message.state,
    }


class OutcomeSerializer(serializers.Serializer):
    incident = serializers.IntegerField(source="incident_id")
    did = serializers.ChoiceField(choices=["created", "joined", "resolved"])


class MessageSerializer(serializers.ModelSerializer):
    """A message in the list: everything but its body."""

    integration: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    outcomes = OutcomeSerializer(many=True, read_only=True)
    received_at = UtcDateTimeField(read_only=True)
    worked_off_at = UtcDateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = [
            "id", "integration", "state", "fault", "detail", "received_at", "worked_off_at", "content_type",
            "address", "is_sample", "replays", "outcomes",
        ]  # fmt: skip
        read_only_fields = fields


class MessageBodySerializer(MessageSerializer):
    body = serializers.CharField(source="text", read_only=True, help_text="As text; what is none is replaced.")

    class Meta(MessageSerializer.Meta):
        fields = [*MessageSerializer.Meta.fields, "body"]


class ReplayAllSerializer(serializers.Serializer):
    since = UtcDateTimeField(required=False, help_text="Received from this moment on; all unless said.")
    integration: Any = serializers.PrimaryKeyRelatedField(queryset=Integration.objects.all(), required=False)


class ReplayedSerializer(serializers.Serializer):
    worked_off = serializers.IntegerField(help_text="Messages that became something.")
    unparsed = serializers.IntegerField(help_text="Messages still not understood.")
    left = serializers.IntegerField(help_text="Messages left for the next call: 500 are replayed at once.")


def replayed(result: Replayed) -> dict[str, int]:
    return {"worked_off": result.worked_off, "unparsed": result.unparsed, "left": result.left}
