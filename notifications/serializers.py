from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifications.models import Attempt, Delivery, Notice
from workflow.fields import UtcDateTimeField


class SubjectSerializer(serializers.Serializer):
    noun = serializers.CharField(help_text="For example `incident`.")
    id = serializers.IntegerField()


class NoticeSerializer(serializers.ModelSerializer):
    """What the caller was told."""

    subject = serializers.SerializerMethodField(help_text="What it is about, null for nothing in particular.")
    created_at = UtcDateTimeField()
    read_at = UtcDateTimeField(allow_null=True)

    class Meta:
        model = Notice
        fields = ["id", "kind", "critical", "title", "body", "url", "subject", "created_at", "read_at"]
        read_only_fields = fields

    @extend_schema_field(SubjectSerializer(allow_null=True))
    def get_subject(self, notice: Notice) -> dict[str, Any] | None:
        return {"noun": notice.noun, "id": notice.subject_id} if notice.noun else None


class ReadAllSerializer(serializers.Serializer):
    up_to = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Id of the newest notice seen; without it, all."
    )


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField()


class WholeSerializer(serializers.Serializer):
    """A part that is stated whole or not at all, inside a PATCH too."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        absent = [name for name, field in self.fields.items() if not field.read_only and name not in attrs]
        if absent:
            raise serializers.ValidationError({name: self.fields[name].error_messages["required"] for name in absent})
        return attrs


class QuietHoursSerializer(WholeSerializer):
    """In the person's own zone; they may span midnight."""

    start = serializers.TimeField(format="%H:%M")
    end = serializers.TimeField(format="%H:%M")


class KindPreferenceSerializer(WholeSerializer):
    kind = serializers.CharField()
    label = serializers.CharField(read_only=True)
    fixed = serializers.BooleanField(read_only=True, help_text="It always comes and cannot be switched.")
    channels = serializers.DictField(child=serializers.BooleanField(), help_text="Channel -> on or off.")


class PreferencesSerializer(serializers.Serializer):
    quiet_hours = QuietHoursSerializer(allow_null=True, help_text="Only what is critical is sent then; null for none.")
    kinds = KindPreferenceSerializer(many=True, help_text="Every kind of message that may reach the caller.")

    def as_arguments(self) -> dict[str, Any]:
        """Return the valid input as the service takes it; what was not mentioned is absent."""
        given = self.validated_data
        arguments: dict[str, Any] = {}
        if "kinds" in given:
            arguments["switches"] = {kind["kind"]: kind["channels"] for kind in given["kinds"]}
        if "quiet_hours" in given:
            hours = given["quiet_hours"]
            arguments["quiet_hours"] = hours and (hours["start"], hours["end"])
        return arguments


class TestResultSerializer(serializers.Serializer):
    channel = serializers.CharField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    error = serializers.CharField(help_text="In the words of the other side; empty when it was sent.")


class TestResultsSerializer(serializers.Serializer):
    results = TestResultSerializer(many=True)


class ReaderSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class DeliverySerializer(serializers.ModelSerializer):
    """A message on its way, without its text."""

    kind = serializers.CharField(source="notice.kind")
    title = serializers.CharField(source="notice.title")
    critical = serializers.BooleanField(source="notice.critical")
    recipient = ReaderSerializer(source="notice.recipient", allow_null=True, help_text="Null for an outsider.")
    address = serializers.CharField(help_text="Of an outsider; empty: the recipient's own.")
    created_at = UtcDateTimeField(source="notice.created_at")
    due_at = UtcDateTimeField(help_text="Of the next attempt.")
    sent_at = UtcDateTimeField(allow_null=True)
    delayed_minutes = serializers.SerializerMethodField(help_text="Null when it was in time.")

    class Meta:
        model = Delivery
        fields = [
            "id", "state", "channel", "kind", "title", "critical", "recipient", "address", "created_at", "due_at",
            "sent_at", "delayed_minutes", "attempts", "error", "message_id",
        ]  # fmt: skip
        read_only_fields = fields

    def get_delayed_minutes(self, delivery: Delivery) -> int | None:
        return int(delivery.delay.total_seconds()) // 60 if delivery.delay else None


class AttemptSerializer(serializers.ModelSerializer):
    started_at = UtcDateTimeField()
    seconds = serializers.SerializerMethodField(help_text="Null while it runs, and for good if its worker died.")

    class Meta:
        model = Attempt
        fields = ["started_at", "seconds", "error"]

    def get_seconds(self, attempt: Attempt) -> float | None:
        return None if attempt.duration is None else round(attempt.duration.total_seconds(), 3)


class DeliveryCardSerializer(DeliverySerializer):
    tries = AttemptSerializer(many=True, help_text="Every attempt, oldest first.")

    class Meta(DeliverySerializer.Meta):
        fields: Any = [*DeliverySerializer.Meta.fields, "tries"]
        read_only_fields = fields


class ChannelStateSerializer(serializers.Serializer):
    channel = serializers.CharField(source="name")
    label = serializers.CharField()
    works = serializers.BooleanField()
    error = serializers.CharField(help_text="Why it does not work.")
    down_since = UtcDateTimeField(source="health.down_since", allow_null=True)
    sent_at = UtcDateTimeField(source="health.sent_at", allow_null=True, help_text="When it last worked.")
    waiting = serializers.IntegerField()
    dead = serializers.IntegerField()
