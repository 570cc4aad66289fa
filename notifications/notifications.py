"""The messages that the outbox itself sends."""

from django.utils.translation import gettext_lazy as _

from notifications.kinds import APP, EMAIL, TELEGRAM, Kind

TEST = Kind(
    name="notifications.test",
    label=_("Test"),
    title=_("Test message"),
    body=_("You asked for it on the page of your notification settings. If you read this, the channel works."),
    channels=frozenset({EMAIL, TELEGRAM}),
    required=True,
    group=False,
    shown_to=lambda user: False,
)
DEAD = Kind(
    name="notifications.dead",
    label=_("Message given up"),
    title=_("A message to %(who)s was given up"),
    body=_("“%(title)s” could not be sent by %(channel)s: %(error)s"),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    shown_to=lambda user: user.is_staff,
    example={"who": "Илья Орлов", "title": "INC-1042", "channel": "e-mail", "error": "550 No such user"},
)
REPLY = Kind(
    name="notifications.reply",
    label=_("Answer of the bot"),
    title="%(title)s",
    body="%(body)s",
    channels=frozenset({TELEGRAM}),
    required=True,
    group=False,
    shown_to=lambda user: False,
    example={"title": _("Answer of the bot"), "body": "No exchange with the depositary"},
)
CHAT_TEST = Kind(
    name="notifications.chat-test",
    label=_("Test in a chat"),
    title=_("Test message"),
    body=_("%(who)s asked for it. If you read this, the bot reaches this chat."),
    channels=frozenset({TELEGRAM}),
    required=True,
    group=False,
    shown_to=lambda user: False,
    example={"who": "Илья Орлов"},
)
KINDS = [TEST, CHAT_TEST, DEAD, REPLY]
