"""Telegram by its Bot API, configured by TELEGRAM_BOT_TOKEN."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from notifications import cards, posting
from notifications.channels.message import ChannelDown, Closed, Failed, Message, Refused, Undelivered
from notifications.kinds import TELEGRAM, WAYS, is_live
from notifications.models import Chat, Place, Post
from notifications.telegram import pictures, texts
from notifications.telegram.client import ApiError, BotApi, Unreachable

GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot was blocked", "group chat was deactivated")
PATIENCE = timedelta(seconds=5)  # where Telegram asks for some and does not say how much


class TelegramChannel:
    """One connection per run. A message about an object leaves a Post behind, by which it is edited and answered."""

    name: str = TELEGRAM
    label: str | Promise = WAYS[TELEGRAM]
    summary_limit = 20
    pause = 3.5

    def __init__(self) -> None:
        self.api: BotApi | None = None

    def is_offered(self) -> bool:
        return bool(settings.TELEGRAM_BOT_TOKEN)

    def problem(self) -> str:
        return "" if settings.TELEGRAM_BOT_TOKEN else _("Telegram is not configured: TELEGRAM_BOT_TOKEN is not set.")

    @cached_property
    def closed(self) -> set[int]:
        return set(Chat.objects.closed().values_list("telegram_id", flat=True))

    def address_of(self, user: Any) -> str:
        known = getattr(user, "telegram_id", None)
        return str(known) if known and known not in self.closed else ""

    def open(self) -> None:
        self.api = self.api or BotApi()

    def close(self) -> None:
        api, self.api = self.api, None
        if api:
            api.close()

    def send(self, message: Message) -> None:
        self.open()
        place = Place.parse(message.to)
        chat = Chat.objects.at(place)
        if chat.closed_at is not None:
            raise Closed(chat.error)
        try:
            self.carry(chat, place, message)
        except ApiError as error:
            raise verdict(error, chat) from None
        except Unreachable as error:
            raise ChannelDown(str(error)) from None

    def carry(self, chat: Chat, place: Place, message: Message) -> None:
        live = message.about is not None and is_live(message.lines[0].kind)
        if live and (post := live_post(chat, message)):
            posting.edit(self.connection, post)
            return
        version = posting.version_of(message.about)  # first: what changes meanwhile is shown by an edit
        reader = message.reader or owner_of(place)
        with message.reading():
            text, prefix = posting.text_of(message, live=live)
            markup = posting.keyboard_of(message.about, reader, message.options)
        picture = pictures.read(str(message.options.get("picture", "")))
        if picture and texts.units(text) > pictures.CAPTION_LIMIT:
            self.write(chat, place, "", picture)
            picture = None
        sent = self.write(chat, place, text, picture, reply_markup=markup, **answering(message))
        if message.about:
            remember(chat, sent, message, reader, live=live, prefix=prefix, version=version)

    @property
    def connection(self) -> BotApi:
        self.open()
        assert self.api is not None  # noqa: S101 - `open` has just made it
        return self.api

    def write(self, chat: Chat, place: Place, text: str, picture: bytes | None = None, **fields: Any) -> dict[str, Any]:
        """Send, and follow what Telegram says about where and how."""
        method, content = content_of(text, picture)
        try:
            return self.connection.call(
                method, chat_id=place.chat, message_thread_id=place.thread, parse_mode="HTML", **content, **fields
            )
        except ApiError as error:
            if error.migrated_to:
                moved = posting.follow(chat, error.migrated_to)
                return self.write(moved, Place(moved.telegram_id), text, picture, **fields)
            if place.thread and error.mentions("thread not found", "topic_closed", "topic_deleted"):
                return self.write(chat, Place(place.chat), text, picture, **fields)
            raise


def content_of(text: str, picture: bytes | None) -> tuple[str, dict[str, Any]]:
    """Return the method, and what it sends: a text, or a picture with the text under it."""
    if picture:
        return "sendPhoto", {"caption": text or None, "files": {"photo": ("picture.jpg", picture)}}
    return "sendMessage", {"text": text, "link_preview_options": {"is_disabled": True}}


def owner_of(place: Place) -> Any:
    """Return the person whose personal chat this is."""
    people: Any = get_user_model()._default_manager
    return people.filter(telegram_id=place.chat).first() if place.chat > 0 else None


def live_post(chat: Chat, message: Message) -> Post | None:
    kind, subject = message.about or (0, 0)
    return Post.objects.filter(chat=chat, subject_type=kind, subject_id=subject, live=True).first()


def answering(message: Message) -> dict[str, Any]:
    """Say which message this answers; one that is deleted by now is no obstacle."""
    asked = message.options.get("reply_to")
    if not asked:
        return {}
    return {"reply_parameters": {"message_id": asked, "allow_sending_without_reply": True}}


def remember(
    chat: Chat, sent: dict[str, Any], message: Message, reader: Any, *, live: bool, prefix: str, version: int
) -> None:
    kind, subject = message.about or (0, 0)
    model = ContentType.objects.get_for_id(kind).model_class()
    if cards.card_of(model) is None:
        return
    Post.objects.bulk_create(
        [
            Post(
                chat=chat, message_id=sent["message_id"], subject_type_id=kind, subject_id=subject, live=live,
                reader=reader, prefix=prefix, version=version, kind=message.lines[0].kind,
            )
        ],
        ignore_conflicts=True,  # a repeat after a lost mark: the first one counts
    )  # fmt: skip


def verdict(error: ApiError, chat: Chat) -> Undelivered:
    """What a refusal means: for this chat, for the whole bot, or for this text alone."""
    if error.code == 429:
        return Failed(str(error), error.retry_after or PATIENCE)
    if error.code == 403 or error.mentions(*GONE):
        chat.close(str(error), timezone.now())
        return Closed(str(error))
    if error.code in {401, 404}:
        return ChannelDown(_("Telegram does not know the bot: TELEGRAM_BOT_TOKEN is wrong. (%s)") % error)
    return ChannelDown(str(error)) if error.code >= 500 else Refused(str(error))
