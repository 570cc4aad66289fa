"""How timelines say what happened to messages and chats."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "notification-preferences": Wording(_("chose what to be told"), "bell"),
    "retry": Wording(_("sent it again"), "repeat"),
    "add-chat": Wording(_("added the chat"), "send"),
    "test-chat": Wording(_("sent a test into the chat"), "send"),
}
