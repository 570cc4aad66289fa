"""Playing a user of the bot: what they write, what they read, what they press."""

from notifications import services
from notifications.dispatch import dispatcher
from notifications.models import BotState, Chat
from notifications.models.bot import ONLY
from notifications.telegram.client import BotApi
from notifications.tests.telegram import ANNA, BOT, pressed, private, said


class Player:
    """One person with Telegram on the phone. Everything goes the way it goes in life: update, outbox, chat."""

    def __init__(self, telegram, person=ANNA):
        self.telegram, self.id, self.person = telegram, person["id"], person
        self.numbers = iter(range(1, 10_000))
        BotState.objects.get_or_create(pk=ONLY, defaults={"username": BOT["username"]})

    def says(self, text="", *, chat=None, **content):
        update = said(text, person=self.person, chat=chat, number=next(self.numbers), **content)
        return self.goes(update, chat)

    def presses(self, words, *, chat=None, message=None):
        message = message or next(found for found in reversed(self.seen(chat)) if words in found.buttons)
        update = pressed(message.buttons[words], person=self.person, chat=chat, number=message.id)
        self.goes(update, chat)
        return self.telegram.toasts[-1] if self.telegram.toasts else ""

    def forges(self, data, *, chat=None):
        self.goes(pressed(data, person=self.person, chat=chat), chat)
        return self.telegram.toasts[-1]

    def goes(self, update, chat):
        before = len(self.telegram.messages)
        received = self.telegram.receives(**update)
        play(received)
        fresh = [message for message in self.telegram.messages[before:] if message.chat == self.where(chat)]
        return fresh[-1] if fresh else None

    def where(self, chat):
        return (chat or private(self.person))["id"]

    def seen(self, chat=None):
        return self.telegram.in_chat(self.where(chat))


def play(*updates):
    """Let the bot hear updates and its answers go out; the pace is for other tests."""
    with BotApi() as api:
        for update in updates:
            dispatcher.keep(update)
        dispatcher.work_off(api)
    Chat.objects.update(recent=[])
    services.deliver_telegram()
    Chat.objects.update(recent=[])
    services.deliver_telegram()
