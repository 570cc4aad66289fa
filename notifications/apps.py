from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("notifications")

    def ready(self):
        from notifications import kinds, notifications, wording
        from notifications.menu import given_up
        from workflow.navigation import Entry, register
        from workflow.wording import register as register_wording

        register_wording(wording.VERBS)
        kinds.register(*notifications.KINDS)
        register(
            Entry(
                "chats",
                "Telegram",
                "send",
                "notifications:chats",
                order=71,
                group=_("Administration"),
                shown_to=lambda user: user.is_staff,
            )
        )
        register(
            Entry(
                "outbox",
                _("Outbox"),
                "send",
                "notifications:outbox",
                order=70,
                group=_("Administration"),
                shown_to=lambda user: user.is_staff,
                count=given_up,
            )
        )
