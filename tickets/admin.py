from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets import services
from tickets.models import Ticket, TicketComment, TicketQuerySet
from workflow.actor import Channel, actor
from workflow.admin import RegisteredAdmin, verb_action


class CommentInline(admin.TabularInline):
    model = TicketComment
    fields = ["created_at", "author", "internal", "text"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Ticket)
class TicketAdmin(RegisteredAdmin):
    list_display = ["number", "title", "status", "priority", "category", "assignee", "creator", "deleted_at"]
    list_display_links = ["number", "title"]
    list_filter = ["status", "priority", ("deleted_at", admin.EmptyFieldListFilter), "category"]
    list_select_related = ["assignee", "creator", "category"]
    search_fields = ["id", "title", "description"]
    raw_id_fields = ["incident"]
    fields = [
        "title", "description", "category", "location", "priority", "incident", "status", "creator", "assignee",
        "merged_into", "satisfaction", "created_at", "assigned_at", "accepted_at", "started_at", "first_response_at",
        "waiting_since", "resolved_at", "closed_at", "cancelled_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = list(fields[fields.index("status") :])
    inlines = [CommentInline]
    actions = [
        verb_action(services.accept, _("Accept")),
        verb_action(services.start, pgettext_lazy("verb", "Start")),
        verb_action(services.resolve, _("Resolve")),
        verb_action(services.close, _("Close")),
        verb_action(services.reopen, _("Reopen")),
        verb_action(services.cancel, _("Cancel the ticket")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Restore")),
    ]

    def get_queryset(self, request: HttpRequest) -> TicketQuerySet:
        return Ticket.objects.visible_to(request.user)

    def save_model(self, request: HttpRequest, obj: Ticket, form: forms.ModelForm, change: bool) -> None:
        """Hand what was typed to the services."""
        by = actor(request, Channel.ADMIN)
        if change:
            typed = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
            services.revise(Ticket.objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = services.create(by=by, **form.cleaned_data).pk
        obj.refresh_from_db()
