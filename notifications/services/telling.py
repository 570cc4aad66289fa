"""Writing into the outbox, in the transaction of the change that is announced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.functional import cached_property

from notifications import people
from notifications.channels import Channel, offered
from notifications.kinds import APP, EMAIL, TELEGRAM, Kind, Text
from notifications.models import Chat, Delivery, Notice, Preference, QuietHours
from notifications.nudge import nudge
from workflow.actor import Actor

GIVE_UP_AFTER = timedelta(days=1)
FALL_BACK_AFTER = timedelta(minutes=3)  # what Telegram has not taken by then goes by letter as well


@dataclass(frozen=True)
class Outsider:
    """Somebody, or some place, without an account."""

    address: str
    channel: str = EMAIL
    language: str = ""
    time_zone: str = ""
    options: Mapping[str, Any] = field(default_factory=dict, compare=False)  # for the channel

    @classmethod
    def chat(cls, chat: Chat, **options: Any) -> "Outsider":
        return cls(str(chat.place), TELEGRAM, chat.language, options=options)


class Reader(NamedTuple):
    """In what words and times somebody reads."""

    language: str
    time_zone: str

    @classmethod
    def of(cls, person: Any) -> "Reader":
        return cls(person.language or settings.LANGUAGE_CODE, person.time_zone or people.zone())

    def text(self, kind: Kind, context: Mapping[str, Any]) -> Text:
        with translation.override(self.language), timezone.override(ZoneInfo(self.time_zone)):
            return kind.text(context)


@transaction.atomic(savepoint=False)
def notify(
    recipients: Iterable[Any],
    *,
    kind: Kind,
    subject: models.Model | None = None,
    context: Mapping[str, Any] | None = None,
    by: Actor | None = None,
    url: str = "",
    at: datetime | None = None,
) -> list[Notice]:
    """Tell people (or an Outsider) something; a rolled-back change announces nothing.

    Whoever did it (`by`), has left, or does not want to know is left out. `context` fills the words of the kind;
    `url` is a path, the page of `subject` unless given. The number of queries does not depend on that of recipients.
    """
    at = at or timezone.now()
    told = list(dict.fromkeys(person for person in recipients if is_told(person, by)))
    if not told:
        return []
    wishes = Wishes(told, kind)
    readers = {Reader.of(person) for person in told}
    texts = {reader: reader.text(kind, context or {}) for reader in readers}
    about = page_and_pointer(subject, url)
    notices = [draft(person, kind, texts, at, in_app=wishes.in_app(person), **about) for person in told]
    deliveries = [
        delivery
        for person, notice in zip(told, notices, strict=True)
        for delivery in deliveries_of(notice, person, kind, wishes)
    ]
    going_out = {id(delivery.notice) for delivery in deliveries}
    notices = Notice.objects.bulk_create(notice for notice in notices if notice.in_app or id(notice) in going_out)
    if deliveries:
        store(deliveries)
        transaction.on_commit(lambda: nudge("notifications.jobs.deliver"), robust=True)
    return notices


def store(deliveries: list[Delivery]) -> None:
    """Write what goes first, then what goes only if that does not."""
    Delivery.objects.bulk_create([delivery for delivery in deliveries if delivery.instead_of is None])
    fallbacks = [delivery for delivery in deliveries if delivery.instead_of is not None]
    for fallback in fallbacks:
        fallback.instead_of = fallback.instead_of  # its key is known only now
    Delivery.objects.bulk_create(fallbacks)


class Wishes:
    """What the recipients have said about a kind of message: at most two queries, however many they are."""

    def __init__(self, recipients: list[Any], kind: Kind):
        self.kind = kind
        self.ways: dict[str, Channel] = {name: make() for name, make in offered().items()}
        self.users = [person.pk for person in recipients if not isinstance(person, Outsider)]

    @cached_property
    def said(self) -> dict[tuple[int, str], bool]:
        if self.kind.is_fixed:
            return {}
        wishes = Preference.objects.filter(user__in=self.users, kind=self.kind.name)
        return {(wish.user_id, wish.channel): wish.enabled for wish in wishes}

    @cached_property
    def quiet(self) -> dict[int, QuietHours]:
        """Asked for only when something leaves the house."""
        return {} if self.kind.is_fixed else QuietHours.objects.in_bulk(self.users)

    def in_app(self, person: Any) -> bool:
        return not isinstance(person, Outsider) and self.wants(person, APP)

    def wants(self, person: Any, channel: str) -> bool:
        return self.said.get((person.pk, channel), channel in self.kind.ways)

    def channels(self, person: Any) -> list[str]:
        """Return the ways out of the house by which this person is told."""
        if isinstance(person, Outsider):
            return [person.channel]
        return [name for name, way in self.ways.items() if self.wants(person, name) and way.address_of(person)]

    def quiet_until(self, person: Any, at: datetime) -> datetime | None:
        hours = None if isinstance(person, Outsider) else self.quiet.get(person.pk)
        return hours.end_after(at, Reader.of(person).time_zone) if hours else None


def is_told(person: Any, by: Actor | None) -> bool:
    if isinstance(person, Outsider):
        return True
    return person.is_active and not person.is_system and (by is None or person.pk != by.user.pk)


def page_and_pointer(subject: models.Model | None, url: str) -> dict[str, Any]:
    if subject is None:
        return {"url": url}
    page = url or subject.get_absolute_url()  # type: ignore[attr-defined]
    return {"url": page, "subject_type": ContentType.objects.get_for_model(subject), "subject_id": subject.pk}


def draft(person: Any, kind: Kind, texts: Mapping[Reader, Text], at: datetime, **fields: Any) -> Notice:
    reader = Reader.of(person)
    text = texts[reader]
    return Notice(
        recipient=None if isinstance(person, Outsider) else person,
        kind=kind.name,
        critical=kind.critical,
        private=kind.private,
        title=text.title,
        body=text.body,
        language=reader.language,
        time_zone=reader.time_zone,
        created_at=at,
        **fields,
    )


def deliveries_of(notice: Notice, person: Any, kind: Kind, wishes: Wishes) -> list[Delivery]:
    channels = wishes.channels(person)
    due = (channels and wishes.quiet_until(person, notice.created_at)) or notice.created_at
    outsider = person if isinstance(person, Outsider) else None
    address = outsider.address if outsider else ""
    deliveries = {
        channel: Delivery(
            notice=notice,
            channel=channel,
            address=address,
            wanted_at=due,
            due_at=due,
            give_up_at=due + GIVE_UP_AFTER,
            patient=not kind.is_fixed,
            options=outsider.options if outsider else {},
            gather=gather_key(channel, notice, kind, held=due > notice.created_at, address=address),
        )
        for channel in channels
    }
    if kind.has_fallback and deliveries.keys() >= {TELEGRAM, EMAIL}:
        letter = deliveries[EMAIL]
        letter.instead_of, letter.due_at = deliveries[TELEGRAM], due + FALL_BACK_AFTER
    return list(deliveries.values())


def gather_key(channel: str, notice: Notice, kind: Kind, *, held: bool, address: str = "") -> str:
    """Return what must agree for two notices to share a message: the same reader, and quiet hours or the kind."""
    if kind.private or not kind.group:
        return ""
    if notice.recipient_id is None:
        return f"{channel}:@{address}:{kind.name}" if channel == TELEGRAM else ""
    return Delivery.digest_key(channel, notice.recipient_id) if held else f"{channel}:{notice.recipient_id}:{kind.name}"
