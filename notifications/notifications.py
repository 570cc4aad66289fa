"""The messages that the outbox itself sends."""

from django.utils.translation import gettext_lazy as _

from notifications.kinds import APP, EMAIL, Kind

TEST = Kind(
    name="notifications.test",
    label=_("Test"),
    title=_("Test message"),
    body=_("You asked for it on the page of your notification settings. If you read this, the channel works."),
    channels=frozenset({EMAIL}),
    critical=True,
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
KINDS = [TEST, DEAD]
