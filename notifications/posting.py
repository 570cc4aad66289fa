"""How a message about an object is written into a chat, and rewritten while the object changes."""

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from notifications import cards, people
from notifications.channels.message import Line, Message, link_to
from notifications.models import Chat, Delivery, Place, Post
from notifications.telegram import texts
from notifications.telegram.client import ApiError, BotApi

LINE_LIMIT = 170  # units of a title in a summary: twenty of them fit


def text_of(message: Message, *, live: bool) -> tuple[str, str]:
    """Return the text in the reader's language, and what stands above it for good."""
    prefix = delayed(message.delay) if message.delay else ""
    found = cards.find(*message.about) if live and message.about else None
    if found:
        card, subject = found
        return card_text(card.shown(subject), prefix), prefix
    return (summary(message, prefix) if message.is_summary else single(message.lines[0], prefix)), prefix


def version_of(about: tuple[int, int] | None) -> int:
    found = cards.find(*about) if about else None
    return found[1].version if found else 0


def delayed(by: timedelta) -> str:
    return f"⏱ {render_to_string('notifications/telegram/delayed.txt', {'delay': by})}"


def single(line: Line, prefix: str) -> str:
    return card_text(cards.Shown(line.title, line.body, line.url), prefix)


def card_text(shown: cards.Shown, prefix: str = "") -> str:
    page = texts.sheet(link_to(shown.url))
    if prefix:
        page.add(prefix)
    page.add(shown.title, strong=True)
    if shown.body:
        page.add(shown.body, before="\n\n")
    return page.html()


def summary(message: Message, prefix: str) -> str:
    """Every notice is named, however many there are."""
    page = texts.sheet(link_to(reverse("notifications:list")))
    if prefix:
        page.add(prefix)
    for line in message.lines:
        page.add(f"• {texts.cut(line.title, LINE_LIMIT)}")
    return page.html()


def keyboard_of(about: tuple[int, int] | None, reader: Any, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the buttons that the sender chose, else those of the object."""
    rows: Any = options.get("buttons")
    if options.get("ask"):
        return {"force_reply": True, "selective": True}
    if rows is None and about and (found := cards.find(*about)):
        card, subject = found
        rows = card.buttons(subject, reader)
    return texts.keyboard(rows) if rows else None


def edit(api: BotApi, post: Post) -> None:
    """Make a message show how things stand; one that does already is left alone. Raises ApiError, Unreachable."""
    found = cards.find(post.subject_type_id, post.subject_id)
    if found is None:
        return
    card, subject = found
    with reading(post):
        markup = texts.keyboard(card.buttons(subject, post.reader))
        text = card_text(card.shown(subject), post.prefix) if post.live else ""
    digest = hashlib.sha256(f"{text}{markup}".encode(errors="replace")).hexdigest()
    if digest != post.shown:
        put(api, post, text, markup)
    Post.objects.filter(pk=post.pk).update(shown=digest, version=subject.version, lease_until=None, error="")


def reading(post: Post) -> AbstractContextManager[Any]:
    """Activate the language and zone of whom the message is for."""
    language = post.reader.language if post.reader else post.chat.language
    zone = getattr(post.reader, "time_zone", "") or people.zone()
    stack = ExitStack()
    stack.enter_context(translation.override(language or settings.LANGUAGE_CODE))
    stack.enter_context(timezone.override(ZoneInfo(zone)))
    return stack


def put(api: BotApi, post: Post, text: str, markup: dict[str, Any]) -> None:
    where: dict[str, Any] = {"chat_id": post.chat.telegram_id, "message_id": post.message_id, "reply_markup": markup}
    try:
        if post.live:
            preview = {"is_disabled": True}
            api.call("editMessageText", text=text, parse_mode="HTML", link_preview_options=preview, **where)
        else:
            api.call("editMessageReplyMarkup", **where)
    except ApiError as error:
        if not error.mentions("not modified"):
            raise


@transaction.atomic
def follow(chat: Chat, new_id: int) -> Chat:
    """A group became a supergroup: it has another number from now on, and everything that waits for it goes there."""
    former = str(chat.telegram_id)
    other = Chat.objects.filter(telegram_id=new_id).exclude(pk=chat.pk).first()
    if other:  # made when somebody spoke there first
        other.delete()
    Chat.objects.filter(pk=chat.pk).update(telegram_id=new_id, kind=Chat.Kind.SUPERGROUP, closed_at=None, error="")
    waiting = Delivery.objects.waiting().filter(channel="telegram")
    waiting.filter(address=former).update(address=str(new_id))
    for delivery in waiting.filter(address__startswith=f"{former}/"):
        place = Place(new_id, Place.parse(delivery.address).thread)
        Delivery.objects.filter(pk=delivery.pk).update(address=str(place))
    chat.refresh_from_db()
    return chat
