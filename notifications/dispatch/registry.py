"""Who answers what: upper apps fill this in `AppConfig.ready()`; the bot itself knows none of them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone

from notifications.dispatch.calls import Call
from notifications.models import Question

type Run = Callable[[Call], None]


@dataclass(frozen=True)
class Command:
    """A word with a slash. `open_to_strangers` ones answer people without an account too."""

    name: str
    words: Any
    run: Run
    order: int = 50
    open_to_strangers: bool = False


class Registry:
    commands: dict[str, Command] = {}
    buttons: dict[str, Callable[[Call, str, list[str]], None]] = {}  # noun -> answers a press: verb, what follows
    replies: dict[str, Callable[[Call, Any], None]] = {}  # model -> answers words about such an object
    albums: dict[str, Callable[[Call, Any], None]] = {}  # model -> takes the other pictures of an album
    questions: dict[str, Callable[[Call, Mapping[str, Any]], None]] = {}
    plain: Run | None = None  # words without a command
    stranger: Run | None = None  # words of somebody whose reports a chat accepts
    link_page = ""  # the name of the page on which people link their accounts
    received: Callable[..., AbstractContextManager[list[Any]]] | None = None  # how files come in


def add_command(command: Command) -> None:
    Registry.commands[command.name] = command


def answer_buttons(noun: str, run: Callable[[Call, str, list[str]], None]) -> None:
    Registry.buttons[noun] = run


def answer_replies(model: type[Model], run: Callable[[Call, Any], None]) -> None:
    Registry.replies[model._meta.label_lower] = run


def complete_albums(model: type[Model], run: Callable[[Call, Any], None]) -> None:
    """Telegram sends each picture of an album by itself: let the others follow the one that became a `model`."""
    Registry.albums[model._meta.label_lower] = run


def on_question(name: str, run: Callable[[Call, Mapping[str, Any]], None]) -> None:
    Registry.questions[name] = run


def hear(*, plain: Run, stranger: Run) -> None:
    Registry.plain, Registry.stranger = staticmethod(plain), staticmethod(stranger)


def link_at(url_name: str) -> None:
    Registry.link_page = url_name


def receive_files_by(received: Callable[..., AbstractContextManager[list[Any]]]) -> None:
    Registry.received = staticmethod(received)


def ask(call: Call, name: str, **data: Any) -> None:
    """Let the sender's next words in this chat answer the question `name`; asking again replaces it."""
    asked = {"name": name, "data": data, "asked_at": timezone.now()}
    Question.objects.update_or_create(chat=call.chat, sender_id=call.sender.id, defaults=asked)
