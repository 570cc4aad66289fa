from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.intake import keeping, receiving
from incidents.intake.addresses import intake_url
from incidents.models import Integration, IntegrationQuerySet, Message, MessageOutcome, MessageQuerySet
from workflow.actor import Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


@admin.register(Integration)
class IntegrationAdmin(RegisteredAdmin):
    list_display = ["name", "format", "source", "shown_state", "last_used_at", "expires_at", "deleted_at"]
    list_filter = ["format", "source", "enabled", ("deleted_at", admin.EmptyFieldListFilter)]
    search_fields = ["name"]
    fields = [
        "name", "format", "source", "severity", "rate_limit", "networks", "expires_at", "enabled", "token_end",
        "last_used_at", "created_at", "updated_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = ["token_end", "last_used_at", "created_at", "updated_at", "deletion_note", "timeline"]

    @admin.display(description=_("state"))
    def shown_state(self, integration: Integration) -> str:
        return integration.state_words

    def get_queryset(self, request: HttpRequest) -> IntegrationQuerySet:
        return Integration.objects.visible_to(request.user)

    def save_model(self, request: HttpRequest, obj: Integration, form: forms.ModelForm, change: bool) -> None:
        """Hand what was typed to the services; a new integration shows its token in the message above the page."""
        by = actor(request, Channel.ADMIN)
        typed = {name: form.cleaned_data[name] for name in keeping.FIELDS if name in form.cleaned_data}
        if change:
            changed = {name: value for name, value in typed.items() if name in form.changed_data}
            keeping.edit(Integration.objects.get(pk=obj.pk), by=by, **changed)
        else:
            issued = keeping.create(by=by, **typed)
            obj.pk = issued.integration.pk
            show_token(request, issued)
        obj.refresh_from_db()

    @admin.action(description=_("Give a new token"))
    def rotate(self, request: HttpRequest, queryset: IntegrationQuerySet) -> None:
        for integration in queryset.present():
            show_token(request, keeping.rotate(integration, by=actor(request, Channel.ADMIN)))

    actions = [
        "rotate",
        verb_action(keeping.pause, _("Pause")),
        verb_action(keeping.resume, _("Switch on")),
        verb_action(receiving.try_out, _("Try it with a sample")),
        verb_action(keeping.withdraw, _("Withdraw with a reason")),
        verb_action(keeping.restore, _("Restore")),
    ]


def show_token(request: HttpRequest, issued: keeping.Issued) -> None:
    words = gettext("The token of %(name)s, shown this once:") % {"name": issued.integration}
    address = intake_url(request, issued.token)
    messages.warning(request, format_html("{} <code>{}</code> <code>{}</code>", words, issued.token, address))


class OutcomeInline(admin.TabularInline):
    model = MessageOutcome
    fields = readonly_fields = ["incident", "did"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["id", "integration", "state", "fault", "received_at", "replays"]
    list_filter = ["state", "fault", "integration", "is_sample"]
    list_select_related = ["integration"]
    date_hierarchy = "received_at"
    show_full_result_count = False
    fields = readonly_fields = [
        "integration", "state", "fault", "detail", "received_at", "worked_off_at", "address", "content_type",
        "replays", "shown_body",
    ]  # fmt: skip
    inlines = [OutcomeInline]
    actions = [verb_action(receiving.replay, _("Replay"))]

    def get_queryset(self, request: HttpRequest) -> MessageQuerySet:
        return Message.objects.visible_to(request.user)

    @admin.display(description=_("body"))
    def shown_body(self, message: Message) -> str:
        return message.text[:100_000]
