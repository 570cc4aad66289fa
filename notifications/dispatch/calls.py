"""One thing that somebody said or pressed, in the terms of this product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from notifications import people
from notifications.dispatch.hearing import written_at
from notifications.kinds import TELEGRAM
from notifications.models import BotUpdate, Chat, Place, Post
from notifications.notifications import REPLY
from notifications.services import Outsider, notify
from workflow.actor import Actor, Channel

NAME_LIMIT = 100
# Content with words of its own or none: what is said when it comes where words are wanted.
WORDLESS = (
    "sticker", "location", "venue", "contact", "voice", "video_note", "video", "animation", "audio", "poll", "dice",
    "story", "paid_media", "game",
)  # fmt: skip


class Sender(NamedTuple):
    """Who wrote, as Telegram knows them."""

    id: int
    name: str
    language: str


class Enclosure(NamedTuple):
    """A photo or document in a message, still at Telegram."""

    file_id: str
    name: str
    size: int


@dataclass
class Call:
    """A message or a press of a button. `answer` writes into the outbox, `toast` shows above the chat at once."""

    update: BotUpdate
    chat: Chat
    sender: Sender
    person: Any  # whose account it is, None for a stranger
    message_id: int
    thread: int | None = None
    text: str = ""
    command: str = ""
    args: str = ""
    replied_to: int | None = None
    quoted: str = ""
    forwarded_from: str = ""
    wordless: str = ""
    enclosures: list[Enclosure] = field(default_factory=list)
    data: str = ""
    callback_id: str = ""
    files: list[Any] = field(default_factory=list)  # received, not attached yet
    troubles: list[str] = field(default_factory=list)  # why a file did not come along
    toast: str = ""

    @property
    def by(self) -> Actor:
        """Who acts: the person, else the system in the name of a stranger."""
        if self.person:
            return Actor(self.person, Channel.TELEGRAM, request_id=f"telegram-{self.update.pk}")
        system = get_user_model()._default_manager.system()
        label = _("%(name)s (Telegram, no account)") % {"name": self.sender.name}
        return Actor(system, Channel.TELEGRAM, label=label, request_id=f"telegram-{self.update.pk}")

    @property
    def written_at(self) -> datetime:
        """When it was written, however long it waited to be heard."""
        return written_at(self.update)

    @property
    def language(self) -> str:
        own = getattr(self.person, "language", "")
        told = self.chat.language if self.chat.is_group else ""
        known = {code for code, _name in settings.LANGUAGES}
        theirs = self.sender.language if self.sender.language in known else ""
        return told or own or self.chat.language or theirs or settings.LANGUAGE_CODE

    @property
    def zone(self) -> str:
        return getattr(self.person, "time_zone", "") or people.zone()

    @property
    def place(self) -> Place:
        return Place(self.chat.telegram_id, self.thread)

    @property
    def replied_post(self) -> Post | None:
        """The message answered to, where it is about an object."""
        if self.replied_to is None:
            return None
        return Post.objects.filter(chat=self.chat, message_id=self.replied_to).first()

    @property
    def replied_kind(self) -> str:
        """The kind of notice that is answered; an answer to several pictures is one answer."""
        if self.replied_to is None:
            others = BotUpdate.objects.album_of(self.update).values_list("payload", flat=True)
            asked = [payload["message"].get("reply_to_message") or {} for payload in others]
            numbers = [message["message_id"] for message in asked if message.get("message_id")]
            post = Post.objects.filter(chat=self.chat, message_id__in=numbers).first()
        else:
            post = self.replied_post
        return post.kind if post else ""

    @property
    def replied_subject(self) -> Model | None:
        """The object that the message answered to is about."""
        post = self.replied_post
        model = post.subject_type.model_class() if post else None
        return model._base_manager.filter(pk=post.subject_id).first() if model and post else None

    @property
    def album_subject(self) -> Model | None:
        """What another picture of the same album has become."""
        others = BotUpdate.objects.album_of(self.update).exclude(subject_id=None).order_by("update_id")
        first = others.first()
        return first.subject if first else None

    def answer(self, title: str, body: str = "", *, about: Model | None = None, **options: Any) -> None:
        """Reply to the message. `about` brings its page and buttons, `buttons` others, `ask` a field to type in."""
        chosen: Mapping[str, Any] = {"reply_to": self.message_id, **options}
        if about is not None and not self.person:
            chosen = {"buttons": [], **chosen}
        reader = Outsider(str(self.place), TELEGRAM, self.language, self.zone, options=dict(chosen))
        words = {"title": title, "body": "\n".join(filter(None, [body, *self.troubles]))}
        notify([reader], kind=REPLY, subject=about, context=words)

    def refuse(self, reason: str) -> None:
        """Say no: above the chat where a button was pressed, as a reply otherwise."""
        if self.callback_id:
            self.toast = reason
        else:
            self.answer(_("That did not work"), reason)

    def became(self, subject: Model) -> None:
        """Remember what the message turned into."""
        self.update.subject_type = ContentType.objects.get_for_model(subject)
        self.update.subject_id = subject.pk


def call_of(update: BotUpdate, bot_name: str) -> Call | None:
    """Return what an update says to the bot; None when it is not for the bot or says nothing."""
    payload = update.payload
    if "callback_query" in payload:
        return pressed(update, payload["callback_query"])
    message = payload.get("message") or {}
    if not message.get("from") or message["from"].get("is_bot"):
        return None
    call = said(update, message, bot_name)
    if call.chat.is_group and not is_addressed(call, message, bot_name) and not goes_on(update):
        return None
    return call


def goes_on(update: BotUpdate) -> bool:
    """Say whether it is a further picture of an album that did speak to the bot."""
    return BotUpdate.objects.album_of(update).exists()


def pressed(update: BotUpdate, query: Mapping[str, Any]) -> Call | None:
    message = query.get("message") or {}
    if not message.get("chat"):
        return None
    call = begun(update, message, query["from"])
    call.callback_id, call.data = str(query["id"]), str(query.get("data", ""))
    return call


def said(update: BotUpdate, message: Mapping[str, Any], bot_name: str) -> Call:
    call = begun(update, message, message["from"])
    call.text = (message.get("text") or message.get("caption") or "").strip()
    if call.text.startswith("/"):
        word, *rest = call.text[1:].split(maxsplit=1) or [""]
        call.command, call.args = word.partition("@")[0].lower() or "help", rest[0] if rest else ""
    elif bot_name:
        call.text = call.text.replace(f"@{bot_name}", "").strip()
    replied = message.get("reply_to_message") or {}
    call.replied_to = replied.get("message_id")
    call.quoted = (replied.get("text") or replied.get("caption") or "").strip()
    call.forwarded_from = origin_of(message.get("forward_origin") or {})
    call.wordless = next((name for name in WORDLESS if name in message), "")
    call.enclosures = enclosures_of(message)
    return call


def begun(update: BotUpdate, message: Mapping[str, Any], sender: Mapping[str, Any]) -> Call:
    chat = chat_of(message["chat"])
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    return Call(
        update=update,
        chat=chat,
        sender=Sender(sender["id"], name_of(sender), str(sender.get("language_code") or "")[:2]),
        person=person_of(sender["id"]),
        message_id=message["message_id"],
        thread=thread,
    )


def chat_of(told: Mapping[str, Any]) -> Chat:
    """Return the chat, made or let in again: somebody speaks there."""
    kind = told.get("type", Chat.Kind.GROUP)
    title = str(told.get("title") or name_of(told))[:255]
    chat, new = Chat.objects.get_or_create(telegram_id=told["id"], defaults={"kind": kind, "title": title})
    chat.reopen()
    fresh = {"kind": kind} if chat.kind != kind else {}
    fresh |= {} if chat.title else {"title": title}
    if fresh and not new:
        Chat.objects.filter(pk=chat.pk).update(**fresh)
        chat.refresh_from_db()
    return chat


def person_of(telegram_id: int) -> Any:
    people_of_all_times: Any = get_user_model()._default_manager
    return people_of_all_times.active().filter(telegram_id=telegram_id).first()


def name_of(person: Mapping[str, Any]) -> str:
    names = [str(person.get(part) or "") for part in ("first_name", "last_name")]
    return " ".join(" ".join(names).split())[:NAME_LIMIT] or str(person.get("username") or person.get("id"))


def origin_of(origin: Mapping[str, Any]) -> str:
    if not origin:
        return ""
    chat = origin.get("sender_chat") or origin.get("chat") or {}
    sender = origin.get("sender_user")
    return str((name_of(sender) if sender else "") or origin.get("sender_user_name") or chat.get("title") or "?")


def enclosures_of(message: Mapping[str, Any]) -> list[Enclosure]:
    if sizes := message.get("photo"):
        best = max(sizes, key=lambda size: size.get("file_size", 0))
        return [Enclosure(best["file_id"], f"photo-{message['message_id']}.jpg", best.get("file_size", 0))]
    if (document := message.get("document")) and "animation" not in message:
        name = str(document.get("file_name") or f"document-{message['message_id']}")
        return [Enclosure(document["file_id"], name, document.get("file_size", 0))]
    return []


def is_addressed(call: Call, message: Mapping[str, Any], bot_name: str) -> bool:
    """In a group: a command, a mention of the bot, or a reply to it; not what people say to each other."""
    text = message.get("text") or message.get("caption") or ""
    if text.startswith("/"):
        target = text.split()[0].partition("@")[2]
        return not target or target.lower() == bot_name.lower()
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    mentioned = bool(bot_name) and f"@{bot_name}".lower() in text.lower()
    return mentioned or (bool(answered.get("is_bot")) and answered.get("username") == bot_name)
