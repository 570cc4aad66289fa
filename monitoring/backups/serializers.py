from rest_framework import serializers

from monitoring.models import Backup
from workflow.fields import UtcDateTimeField


class MakerSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class BackupSerializer(serializers.ModelSerializer):
    """A backup: whether it can be relied on, and how far it is while it is being made."""

    state = serializers.ChoiceField(choices=Backup.State.choices)
    made_by = MakerSerializer()
    phase = serializers.ChoiceField(choices=Backup.Phase.choices, help_text="What is being done; empty for nothing.")
    percent = serializers.IntegerField(allow_null=True, help_text="Of the phase; null where nobody can know.")
    encrypted = serializers.BooleanField(source="is_encrypted")
    taken_at = UtcDateTimeField(allow_null=True, help_text="The moment that the archive shows.")
    finished_at = UtcDateTimeField(allow_null=True)
    verified_at = UtcDateTimeField(allow_null=True, help_text="When it was last read through and compared.")
    rehearsed_at = UtcDateTimeField(allow_null=True, help_text="When it was last restored into a scratch database.")
    copied_at = UtcDateTimeField(allow_null=True, help_text="When it reached the other storage.")
    lost = serializers.IntegerField(help_text="Files that a row names and whose bytes were gone or changed.")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Backup
        fields = [
            "id", "state", "name", "made_by", "phase", "percent", "taken_at", "finished_at", "size", "sha256",
            "engine", "application_version", "encrypted", "rows", "files", "lost", "verified_at", "rehearsed_at",
            "rehearsal_error", "copied_at", "copy_error", "error", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields
