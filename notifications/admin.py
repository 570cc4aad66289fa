"""Looking only: what people were told stays as it was written. The one thing to do is to try again."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications import services
from notifications.dispatch import dispatcher
from notifications.models import Attempt, BotUpdate, ChannelHealth, Chat, Delivery, Notice, Preference, QuietHours
from workflow.actor import Actor, Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action


def retry(delivery: Delivery, *, by: Actor, note: str = "") -> None:
    services.retry(delivery, by=by)


class AttemptInline(admin.TabularInline):
    model = Attempt
    fields = readonly_fields = ["started_at", "duration", "error"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["id", "title", "kind_label", "recipient", "critical", "created_at", "read_at"]
    list_filter = ["critical", "created_at"]
    list_select_related = ["recipient"]
    search_fields = ["title", "recipient__username", "recipient__last_name"]
    exclude = ["body"]  # may carry a link that opens something


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["id", "notice", "channel", "state", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["state", "channel"]
    list_select_related = ["notice__recipient"]
    search_fields = ["notice__title", "error"]
    inlines = [AttemptInline]
    actions = [verb_action(retry, _("Try again"))]


@admin.register(ChannelHealth)
class ChannelHealthAdmin(ReadOnlyAdmin):
    list_display = ["channel", "down_since", "failures", "error", "sent_at"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "channel", "enabled"]
    list_filter = ["channel", "enabled"]
    list_select_related = ["user"]


@admin.register(QuietHours)
class QuietHoursAdmin(ReadOnlyAdmin):
    list_display = ["user", "start", "end"]
    list_select_related = ["user"]


@admin.register(Chat)
class ChatAdmin(RegisteredAdmin):
    list_display = ["name", "telegram_id", "kind", "on_call", "accepts_reports", "closed_at", "error", "deleted_at"]
    list_filter = ["kind", "on_call", "accepts_reports", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["title", "telegram_id"]
    fields = [
        "telegram_id", "kind", "title", "thread", "language", "on_call", "accepts_reports", "closed_at", "error",
        "created_at", "updated_at", "deletion_note", "timeline",
    ]  # fmt: skip
    readonly_fields = ["kind", "closed_at", "error", "created_at", "updated_at", "deletion_note", "timeline"]
    actions = [
        verb_action(services.try_chat, _("Send a test")),
        verb_action(services.forget_chat, _("Write there no more")),
        verb_action(services.remember_chat, _("Restore")),
    ]

    def get_readonly_fields(self, request: Any, obj: Chat | None = None) -> list[str]:
        return [*self.readonly_fields, "telegram_id"] if obj else self.readonly_fields

    def save_model(self, request: Any, obj: Chat, form: Any, change: bool) -> None:
        by = actor(request, Channel.ADMIN)
        typed = {name: form.cleaned_data[name] for name in services.CHAT_FIELDS if name in form.changed_data}
        if change:
            services.edit_chat(Chat.objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = services.add_chat(by=by, telegram_id=form.cleaned_data["telegram_id"], **typed).pk
        obj.refresh_from_db()


@admin.register(BotUpdate)
class BotUpdateAdmin(ReadOnlyAdmin):
    list_display = ["update_id", "state", "attempts", "received_at", "handled_at", "error"]
    list_filter = ["state"]
    search_fields = ["update_id", "error"]
    actions = [verb_action(dispatcher.retry, _("Try again"))]
