from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks import services
from tasks.models import ChecklistItem, Reminder, Task, TaskComment, TaskQuerySet
from tasks.pickers import executors
from tasks.programmes.admin import ProgrammeAdmin as ProgrammeAdmin
from workflow.actor import Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ReadOnlyInline):
    model = ChecklistItem
    fields = ["text", "done"]


class CommentInline(ReadOnlyInline):
    model = TaskComment
    fields = ["created_at", "author", "text"]


@admin.register(Task)
class TaskAdmin(RegisteredAdmin):
    list_display = ["number", "title", "status", "priority", "deadline", "executor", "author", "deleted_at"]
    list_display_links = ["number", "title"]
    list_filter = ["status", "priority", ("deleted_at", admin.EmptyFieldListFilter), "process"]
    list_select_related = ["executor", "author"]
    search_fields = ["id", "title", "description"]
    raw_id_fields = ["incident", "suspension"]
    fields = [
        "title", "description", "executor", "start", "deadline", "priority", "process", "incident", "suspension",
        "recurrence", "next_on", "status", "author", "asked_deadline", "returns", "created_at", "started_at", "done_at",
        "accepted_at", "cancelled_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = [
        "next_on", "status", "author", "asked_deadline", "returns", "created_at", "started_at", "done_at",
        "accepted_at", "cancelled_at", "deletion_note", "timeline",
    ]  # fmt: skip
    inlines = [StepInline, CommentInline]
    actions = [
        verb_action(services.start, pgettext_lazy("verb", "Start")),
        verb_action(services.report_done, _("Report done")),
        verb_action(services.accept, _("Accept")),
        verb_action(services.give_back, pgettext_lazy("verb", "Return")),
        verb_action(services.cancel, _("Cancel the task")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Restore")),
    ]

    @admin.display(description=_("number"), ordering="pk")
    def number(self, task: Task) -> str:
        return task.number

    def get_queryset(self, request: HttpRequest) -> TaskQuerySet:
        return Task.objects.visible_to(request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.ModelChoiceField:
        if db_field.name == "executor":
            kwargs["queryset"] = executors()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]

    def save_model(self, request: HttpRequest, obj: Task, form: forms.ModelForm, change: bool) -> None:
        """Hand what was typed to the services."""
        by = actor(request, Channel.ADMIN)
        if change:
            typed = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
            services.edit(Task.objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = services.create(by=by, **form.cleaned_data).pk
        obj.refresh_from_db()


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "stage", "user", "task", "on"]
    list_filter = ["stage"]
    list_select_related = ["user", "task"]
