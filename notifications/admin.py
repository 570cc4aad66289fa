"""Looking only: what people were told stays as it was written. The one thing to do is to try again."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications import services
from notifications.models import Attempt, ChannelHealth, Delivery, Notice, Preference, QuietHours
from workflow.actor import Actor
from workflow.admin import ReadOnlyAdmin, verb_action


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
