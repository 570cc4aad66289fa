"""Looking only: what was received is evidence. Lost files are removed on their own page."""

from django.contrib import admin

from attachments.models import File
from workflow.admin import ReadOnlyAdmin


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    list_display = ["name", "content_type", "size", "uploaded_by", "uploaded_at", "sha256"]
    list_filter = ["content_type", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "sha256", "uploaded_by__username", "uploaded_by__last_name"]
    exclude = ["stored_name", "preview_name"]
