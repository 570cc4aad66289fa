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
