from rest_framework import serializers

from accounts.serializers import PersonField, PersonSerializer
from tickets.models import CannedReply, Category, SlaTarget, Ticket
from tickets.models.category import NAME_LIMIT
from tickets.models.replies import TITLE_LIMIT
from tickets.models.targets import LONGEST
from workflow.fields import IdField, UtcDateTimeField
from workflow.models.comment import TEXT_LIMIT
from workflow.serializers import NoteSerializer


class SlaTargetSerializer(serializers.ModelSerializer):
    """How soon a ticket of one priority is answered and resolved, in working minutes. Null: nothing is promised."""

    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = SlaTarget
        fields = [
            "id", "priority", "response_minutes", "resolution_minutes", "warning_share", "created_at", "updated_at",
            "version",
        ]  # fmt: skip


class SlaTargetWriteSerializer(serializers.Serializer):
    response_minutes = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False, allow_null=True)
    resolution_minutes = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False, allow_null=True)
    warning_share = serializers.IntegerField(min_value=1, max_value=99, required=False, help_text="Per cent.")


class CannedReplySerializer(serializers.ModelSerializer):
    """A text that is written often, with variables."""

    active = serializers.BooleanField(source="is_active")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = CannedReply
        fields = ["id", "title", "text", "active", "created_at", "updated_at", "version"]


class CannedReplyWriteSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=TITLE_LIMIT)
    text = serializers.CharField(max_length=TEXT_LIMIT, help_text="May hold variables such as `{name}`.")
    active = serializers.BooleanField(source="is_active", required=False)


class CategorySerializer(serializers.ModelSerializer):
    """What tickets are about, and who gets the new ones."""

    default_assignee = PersonSerializer(allow_null=True)
    active = serializers.BooleanField(source="is_active")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Category
        fields = ["id", "name", "default_assignee", "active", "order", "created_at", "updated_at", "version"]


class CategoryWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=NAME_LIMIT)
    default_assignee = PersonField(required=False, allow_null=True, help_text="Id of a technician, manager or admin.")
    active = serializers.BooleanField(source="is_active", required=False)
    order = serializers.IntegerField(min_value=0, max_value=32767, required=False, help_text="Place in lists.")


class MergeSerializer(NoteSerializer):
    into = IdField(queryset=Ticket.objects.all(), help_text="Id of the ticket that goes on.")


class RateSerializer(NoteSerializer):
    satisfaction = serializers.IntegerField(min_value=1, max_value=5, help_text="5 is best.")


class DuplicateSerializer(serializers.ModelSerializer):
    """An open ticket that may be about the same."""

    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    creator = PersonSerializer()
    created_at = UtcDateTimeField()

    class Meta:
        model = Ticket
        fields = ["id", "title", "status", "creator", "created_at"]


class FilledReplySerializer(serializers.Serializer):
    """A canned reply with its variables filled in for one ticket and one writer."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
