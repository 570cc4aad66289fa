from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from monitoring import services
from monitoring.heartbeats import services as heartbeats
from monitoring.models import (
    Backup,
    Heartbeat,
    HeartbeatQuerySet,
    MaintenanceWindow,
    Outage,
    Target,
    TargetGroup,
    TargetGroupQuerySet,
)
from workflow.actor import Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


class TargetInline(admin.TabularInline):
    """For looking: what is looked at changes on the probe's own page, where it is judged."""

    model = Target
    fields = ["kind", "address", "expect", "last_at", "last_ok", "last_error", "last_ms"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WindowInline(TargetInline):
    model = MaintenanceWindow
    fields = ["start", "finish", "weekly", "note", "created_by", "cancelled_at"]
    readonly_fields = fields


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(RegisteredAdmin):
    """Agreed on here as on the page of a probe, and taken back by an action; nothing else of it changes."""

    date_hierarchy = "start"
    list_display = ["group", "start", "finish", "weekly", "note", "created_by", "cancelled_at"]
    list_filter = ["group", "weekly", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["group", "created_by"]
    fields = ["group", "start", "finish", "weekly", "note"]
    actions = [verb_action(services.cancel_window, _("Take back"))]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["group", "start", "finish", "weekly", "note"] if obj else []

    def save_model(self, request: HttpRequest, obj: MaintenanceWindow, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.pk = services.add_window(by=actor(request, Channel.ADMIN), **form.cleaned_data).pk
            obj.refresh_from_db()


@admin.register(TargetGroup)
class TargetGroupAdmin(RegisteredAdmin):
    list_display = ["name", "process", "risk_source", "enabled", "standing_words", "deleted_at"]
    list_filter = ["enabled", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["process", "risk_source", "watch", "watch__outage"]
    search_fields = ["name"]
    fields = [
        "name", "process", "risk_source", "more_processes", "quorum", "interval_seconds", "open_after", "close_after",
        "enabled", "standing_words", "created_at", "updated_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name != "enabled"]
    inlines = [TargetInline, WindowInline]
    actions = [
        verb_action(services.switch_on, _("Watch")),
        verb_action(services.switch_off, _("Switch off")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Restore")),
    ]

    def get_queryset(self, request: HttpRequest) -> TargetGroupQuerySet:
        return TargetGroup.objects.visible_to(request.user).prefetch_related("targets")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: TargetGroup, form: forms.ModelForm, change: bool) -> None:
        """Only watching can be switched here; all else is changed on the probe's own page, where it is judged."""
        group = TargetGroup.objects.get(pk=obj.pk)
        services.edit(group, by=actor(request, Channel.ADMIN), enabled=form.cleaned_data["enabled"])
        obj.refresh_from_db()

    @admin.display(description=_("state"))
    def standing_words(self, group: TargetGroup) -> str:
        return group.get_standing_display()


@admin.register(Outage)
class OutageAdmin(ReadOnlyAdmin):
    list_display = ["group", "start", "finish", "cause", "suspension", "incident"]
    list_filter = ["group", "cause", ("finish", admin.EmptyFieldListFilter)]
    list_select_related = ["group", "suspension", "suspension__process", "incident"]
    date_hierarchy = "start"
    show_full_result_count = False


@admin.register(Heartbeat)
class HeartbeatAdmin(RegisteredAdmin):
    list_display = ["name", "standing_words", "last_ping_at", "due_at", "enabled", "deleted_at"]
    list_filter = ["enabled", "is_down", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["incident"]
    search_fields = ["name"]
    fields = [
        "name", "period_seconds", "cron", "time_zone", "grace_seconds", "severity", "enabled", "standing_words",
        "last_ping_at", "due_at", "incident", "created_at", "updated_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name != "enabled"]
    actions = [
        verb_action(heartbeats.delete, _("Delete with a reason")),
        verb_action(heartbeats.undelete, _("Restore")),
    ]

    def get_queryset(self, request: HttpRequest) -> HeartbeatQuerySet:
        return Heartbeat.objects.visible_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Heartbeat, form: forms.ModelForm, change: bool) -> None:
        """Only watching can be switched here; a plan is changed on the heartbeat's own page, where it is judged."""
        heartbeat = Heartbeat.objects.get(pk=obj.pk)
        heartbeats.edit(heartbeat, by=actor(request, Channel.ADMIN), enabled=form.cleaned_data["enabled"])
        obj.refresh_from_db()

    @admin.display(description=_("state"))
    def standing_words(self, heartbeat: Heartbeat) -> str:
        return heartbeat.get_standing_display()


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "taken_at", "size", "verified_at", "rehearsed_at", "copied_at", "deleted_at"]
    list_filter = ["state", ("deleted_at", admin.EmptyFieldListFilter)]
    date_hierarchy = "created_at"
    show_full_result_count = False
