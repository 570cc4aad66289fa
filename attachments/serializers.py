from typing import Any

from django.urls import reverse
from rest_framework import serializers

from attachments.models import File
from workflow.fields import UtcDateTimeField


class UploaderSerializer(serializers.Serializer):
    """Who attached it."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class FileSerializer(serializers.ModelSerializer):
    """A file as it is read; its bytes are behind `url`."""

    size = serializers.IntegerField(help_text="In bytes.")
    content_type = serializers.CharField(help_text="Told by the bytes, not by the name.")
    sha256 = serializers.CharField(help_text="Of the bytes as they were received, in hex.")
    width = serializers.IntegerField(allow_null=True, help_text="In pixels, of an image.")
    height = serializers.IntegerField(allow_null=True)
    uploaded_by = UploaderSerializer()
    created_at = UtcDateTimeField(source="uploaded_at")
    url = serializers.SerializerMethodField(help_text="Where to download it.")
    preview_url = serializers.SerializerMethodField(help_text="A small WebP of an image, else null.")

    class Meta:
        model = File
        fields = [
            "id", "name", "size", "content_type", "sha256", "width", "height",
            "uploaded_by", "created_at", "url", "preview_url",
        ]  # fmt: skip

    def get_url(self, file: File) -> str:
        return reverse("attachment-download", args=[file.pk])

    def get_preview_url(self, file: File) -> str | None:
        return reverse("attachment-preview", args=[file.pk]) if file.has_preview else None


class UploadSerializer(serializers.Serializer):
    """What a form sends: one or several parts called `file`."""

    file = serializers.ListField(child=serializers.FileField(), help_text="Repeat the part for several files.")


def represent(file: File) -> dict[str, Any]:
    return dict(FileSerializer(file).data)


class LooseBytesSerializer(serializers.Serializer):
    """Bytes in the storage that no row knows."""

    key = serializers.CharField(help_text="What to name them by when they are removed.")
    size = serializers.IntegerField(help_text="In bytes.")
    modified_at = UtcDateTimeField()
    arriving = serializers.BooleanField(
        source="is_arriving", help_text="Younger than an hour: may still get a row, and is not removed."
    )


class LostFileSerializer(serializers.ModelSerializer):
    """A row whose bytes are gone."""

    uploaded_by = UploaderSerializer()
    created_at = UtcDateTimeField(source="uploaded_at")

    class Meta:
        model = File
        fields = ["id", "name", "size", "sha256", "uploaded_by", "created_at"]


class OrphansSerializer(serializers.Serializer):
    """All that lost its other half."""

    bytes_without_row = LooseBytesSerializer(many=True)
    rows_without_bytes = LostFileSerializer(many=True)


class RemoveOrphansSerializer(serializers.Serializer):
    """Which orphans go, and why."""

    keys = serializers.ListField(child=serializers.CharField(max_length=200), max_length=1000, default=list)
    files = serializers.ListField(child=serializers.UUIDField(), max_length=1000, default=list)
    note = serializers.CharField(max_length=500, help_text="Why; kept in the timelines.")


class RemovedSerializer(serializers.Serializer):
    """How many orphans went."""

    bytes_without_row = serializers.IntegerField()
    rows_without_bytes = serializers.IntegerField()
