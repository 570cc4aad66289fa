"""The bot by long polling: one process holds the lease and asks Telegram, others wait for it."""

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from notifications import services
from notifications.dispatch import dispatcher, talking
from notifications.dispatch.hearing import note_heard
from notifications.models import BotState
from notifications.models.bot import ONLY
from notifications.telegram.client import ApiError, BotApi, Unreachable

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=90)
POLL = 25  # seconds that Telegram holds a question open
MOST = 100  # updates in one answer
PAUSE = 5  # seconds after a failure, and between two looks at somebody else's lease
WANTED = ["message", "callback_query", "my_chat_member"]


def mark_round() -> None:
    """Show whoever watches the process that it lives; a full disk must not end it."""
    with suppress(OSError):
        (settings.DATA_DIR / "bot-round").touch()


class Listener:
    """One process that would listen. `step` does one round and says for how many seconds to rest."""

    def __init__(self, poll: float = POLL):
        self.name, self.poll = uuid.uuid4().hex, poll
        self.api: BotApi | None = None
        self.offset: int | None = None

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        try:
            while goes_on():
                close_old_connections()
                mark_round()
                time.sleep(self.rest())
        finally:
            self.let_go()

    def rest(self) -> float:
        """Do one round, whatever fails, and return how long to wait."""
        try:
            return self.step()
        except (ApiError, Unreachable) as error:
            logger.warning("Telegram does not answer the bot: %s", error)
        except DatabaseError as error:
            logger.warning("The database does not answer the bot: %s", error)
        return PAUSE

    def step(self) -> float:
        if not self.holds():
            self.hang_up()
            return PAUSE
        api = self.api or self.introduced()
        asked_at = timezone.now()
        wanted: dict[str, Any] = {"limit": MOST, "timeout": self.poll, "allowed_updates": WANTED}
        found = api.call("getUpdates", wait=self.poll, offset=self.offset, **wanted)
        for update in found:
            dispatcher.keep(update)
            self.offset = update["update_id"] + 1
        if len(found) < MOST:
            note_heard(asked_at)
        dispatcher.work_off(api)
        services.deliver_telegram()
        return 0

    def holds(self) -> bool:
        """Take or prolong the lease by compare-and-set."""
        now = timezone.now()
        BotState.objects.get_or_create(pk=ONLY)
        free = Q(holder=self.name) | Q(lease_until=None) | Q(lease_until__lte=now)
        mine = {"holder": self.name, "lease_until": now + LEASE}
        return bool(BotState.objects.filter(free, pk=ONLY).update(**mine))

    def introduced(self) -> BotApi:
        """Learn the bot's name, and take back a webhook: Telegram answers questions only without one."""
        self.hang_up()
        self.api = api = BotApi()
        try:
            name = api.call("getMe").get("username", "")
            api.call("deleteWebhook")
            offer_commands(api)
        except (ApiError, Unreachable):
            self.hang_up()
            raise
        BotState.objects.filter(pk=ONLY).update(username=name)
        services.from_environment()
        return api

    def hang_up(self) -> None:
        api, self.api = self.api, None
        if api:
            api.close()

    def let_go(self) -> None:
        """Hand the lease over at once; one that is killed keeps it until it runs out."""
        self.hang_up()
        BotState.objects.filter(pk=ONLY, holder=self.name).update(lease_until=None)


def offer_commands(api: BotApi) -> None:
    """Let Telegram show the commands in the language of whoever opens the chat. One that cannot still hears them."""
    for code, _name in settings.LANGUAGES:
        own: dict[str, Any] = {} if code == settings.LANGUAGE_CODE else {"language_code": code}
        with translation.override(code), suppress(ApiError):
            api.call("setMyCommands", commands=talking.menu(), **own)


def webhook_secret() -> str:
    return salted_hmac("notifications.webhook", settings.TELEGRAM_BOT_TOKEN, algorithm="sha256").hexdigest()


def set_webhook(url: str) -> dict[str, Any]:
    """Let Telegram call `url`. Raises ApiError, Unreachable."""
    with BotApi() as api:
        me = api.call("getMe")
        BotState.objects.get_or_create(pk=ONLY)
        BotState.objects.filter(pk=ONLY).update(username=me.get("username", ""))
        api.call("setWebhook", url=url, secret_token=webhook_secret(), allowed_updates=WANTED)
        offer_commands(api)
    services.from_environment()
    return me
