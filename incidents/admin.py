from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.policy import holders
from incidents import services
from incidents.intake.admin import IntegrationAdmin as IntegrationAdmin
from incidents.intake.admin import MessageAdmin as MessageAdmin
from incidents.models import Incident, IncidentComment, IncidentQuerySet
from incidents.oncall.admin import DutyAdmin as DutyAdmin
from workflow.actor import Channel, actor
from workflow.admin import RegisteredAdmin, verb_action


class CommentInline(admin.TabularInline):
    model = IncidentComment
    fields = ["created_at", "author", "text"]
    readonly_fields = ["created_at", "author", "text"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Incident)
class IncidentAdmin(RegisteredAdmin):
    list_display = [
        "number",
        "title",
        "status",
        "severity",
        "source",
        "assignee",
        "reporter",
        "created_at",
        "deleted_at",
    ]
    list_display_links = ["number", "title"]
    list_filter = ["status", "severity", "source", ("deleted_at", admin.EmptyFieldListFilter), "assignee"]
    list_select_related = ["assignee", "reporter"]
    search_fields = ["id", "title", "description"]
    fields = [
        "title", "description", "severity", "source", "assignee", "status", "reporter", "created_at", "updated_at",
        "acknowledged_at", "resolved_at", "closed_at", "snoozed_until", "occurrences", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = [
        "status", "reporter", "created_at", "updated_at", "acknowledged_at", "resolved_at", "closed_at",
        "snoozed_until", "occurrences", "deletion_note", "timeline",
    ]  # fmt: skip
    inlines = [CommentInline]
    actions = [
        verb_action(services.take, _("Take")),
        verb_action(services.release, _("Release")),
        verb_action(services.resolve, _("Resolve")),
        verb_action(services.close, _("Close")),
        verb_action(services.reopen, _("Reopen")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Restore")),
    ]

    def get_queryset(self, request: HttpRequest) -> IncidentQuerySet:
        return Incident.objects.visible_to(request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.ModelChoiceField:
        if db_field.name == "assignee":
            kwargs["queryset"] = holders("incident.resolve")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]

    def save_model(self, request: HttpRequest, obj: Incident, form: forms.ModelForm, change: bool) -> None:
        """Hand what was typed to the services: one event for each kind of change."""
        by = actor(request, Channel.ADMIN)
        typed = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
        if change:
            services.revise(Incident.objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = services.report(by=by, **typed).pk
        obj.refresh_from_db()
