from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("notifications")

    def ready(self):
        from notifications import kinds, notifications
        from notifications.menu import given_up
        from workflow.navigation import Entry, register
        from workflow.wording import VERBS, Wording

        VERBS["notification-preferences"] = Wording(_("changed what to be told"), "bell")
        VERBS["retry"] = Wording(_("had it sent again"), "repeat")
        VERBS["add-chat"] = Wording(_("added the chat"), "send")
        VERBS["test-chat"] = Wording(_("sent a test into the chat"), "send")
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
        VERBS["retry"] = Wording(_("sent it again"), "repeat")
        VERBS["notification-preferences"] = Wording(_("chose what to be told"), "bell")
