"""Invitations; their link is shown once."""

from rest_framework import serializers

from accounts.models import Invitation
from accounts.serializers.people import PersonField
from workflow.fields import UtcDateTimeField


class InviteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invitation
        fields = ["email", "role", "department", "language"]
        extra_kwargs = {"language": {"required": False}}


class InvitationSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(choices=Invitation.State.choices, read_only=True)
    invited_by = PersonField(read_only=True)
    accepted_by = PersonField(read_only=True, allow_null=True)
    sent_at = UtcDateTimeField(read_only=True)
    expires_at = UtcDateTimeField(read_only=True)
    accepted_at = UtcDateTimeField(read_only=True, allow_null=True)
    withdrawn_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = Invitation
        fields = [
            "id", "email", "role", "department", "language", "state", "invited_by", "accepted_by", "sent_at",
            "times_sent", "expires_at", "accepted_at", "withdrawn_at", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class SentInvitationSerializer(InvitationSerializer):
    link = serializers.SerializerMethodField(help_text="The link that was mailed. Shown this once.")

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "link"]

    def get_link(self, invitation: Invitation) -> str:
        return self.context["link"]
