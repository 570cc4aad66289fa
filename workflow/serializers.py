from typing import Any

from rest_framework import serializers

from workflow.actor import Channel
from workflow.fields import UtcDateTimeField
from workflow.models import Event


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")
    attr = serializers.CharField(allow_null=True, help_text="The field at fault.")


class RefusalSerializer(serializers.Serializer):
    """The one shape of every refusal."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)
    allowed = serializers.ListField(child=serializers.CharField(), required=False, help_text="With 409 out of turn.")
    version = serializers.IntegerField(required=False, help_text="With 412: the current version.")


class NoteSerializer(serializers.Serializer):
    """The body of a verb that needs no more."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=5000, default="")


class EventActorSerializer(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True)
    username = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class EventSerializer(serializers.Serializer):
    """One line of a timeline."""

    id = serializers.IntegerField()
    at = UtcDateTimeField()
    actor = serializers.SerializerMethodField()
    channel = serializers.ChoiceField(choices=Channel)
    verb = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()
    note = serializers.CharField()

    def get_actor(self, event: Event) -> dict[str, Any]:
        """The person as they were called then."""
        username = event.actor.username if event.actor else None
        return {"id": event.actor_id, "username": username, "name": event.actor_label}


class ReasonSerializer(serializers.Serializer):
    """The body of a verb that needs a reason."""

    note = serializers.CharField(max_length=5000, help_text="The reason.")
