"""The desk's dictionaries in Django Admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from suspensions.admin import ServedAdmin
from tickets.desk import dictionaries
from tickets.desk.forms import assignees
from tickets.models import CannedReply, Category, SlaTarget, SlaWarning
from workflow.admin import ReadOnlyAdmin


@admin.register(SlaTarget)
class SlaTargetAdmin(ServedAdmin):
    edit = staticmethod(dictionaries.edit_target)
    list_display = ["priority", "response_minutes", "resolution_minutes", "warning_share"]
    readonly_fields = ["priority", "created_at", "updated_at", "timeline"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CannedReply)
class CannedReplyAdmin(ServedAdmin):
    create = staticmethod(dictionaries.create_reply)
    edit = staticmethod(dictionaries.edit_reply)
    list_display = ["title", "text", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["title", "text"]


@admin.register(Category)
class CategoryAdmin(ServedAdmin):
    create = staticmethod(dictionaries.create_category)
    edit = staticmethod(dictionaries.edit_category)
    list_display = ["name", "default_assignee", "is_active", "order"]
    list_filter = ["is_active"]
    list_select_related = ["default_assignee"]
    search_fields = ["name"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.ModelChoiceField:
        if db_field.name == "default_assignee":
            kwargs["queryset"] = assignees()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]


@admin.register(SlaWarning)
class SlaWarningAdmin(ReadOnlyAdmin):
    list_display = ["at", "ticket", "promise", "stage"]
    list_filter = ["promise", "stage"]
    list_select_related = ["ticket"]
