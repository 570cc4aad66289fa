"""How objects look in a chat: upper apps register a card for their noun in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

type Buttons = list[list[tuple[str, str]]]  # rows of (words, data); data is `noun:verb:id` and proves nothing


class Shown(NamedTuple):
    """A card as it stands now, in the active language."""

    title: str
    body: str
    url: str


@dataclass(frozen=True)
class Card:
    """What a message about an object shows, and the buttons for this reader; None is whoever is in the chat."""

    shown: Callable[[Any], Shown]
    buttons: Callable[[Any, Any], Buttons]


_cards: dict[str, Card] = {}


def register(model: type[Model], card: Card) -> None:
    _cards[model._meta.label_lower] = card


def card_of(model: type[Model] | None) -> Card | None:
    return _cards.get(model._meta.label_lower) if model else None


def models() -> list[type[Model]]:
    """Return what has a card."""
    return [apps.get_model(label) for label in _cards]


def find(type_id: int, subject_id: int) -> tuple[Card, Any] | None:
    """Return the card of an object and the object; None without one, or when it is hidden by now."""
    model = ContentType.objects.get_for_id(type_id).model_class()
    card = card_of(model)
    subject = model._base_manager.filter(pk=subject_id).first() if model and card else None
    return (card, subject) if card and subject is not None else None
