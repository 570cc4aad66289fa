"""Who answers what: upper apps fill this in `AppConfig.ready()`; the bot itself knows none of them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils import timezone

from notifications.dispatch.calls import Call
from notifications.models import Question

type Run = Callable[[Call], None]
PATIENCE = timedelta(minutes=15)  # so long a question waits for its answer


@dataclass(frozen=True)
class Command:
    """A word with a slash. `open_to_strangers` ones answer people without an account too."""

    name: str
    words: Any
    run: Run
    order: int = 50
    open_to_strangers: bool = False


class Asked(NamedTuple):
    """What hears the answer to a question, how long it is waited for, and whether strangers are asked too."""

    run: Callable[[Call, Mapping[str, Any]], None]
    patience: timedelta
    open_to_strangers: bool


@dataclass(frozen=True)
class Ear:
    """An app that hears what is said outside a conversation before anybody else does, from strangers too.

    `wants` tells, without changing anything, whether the files of a message are for it; `hear` says whether it has
    answered.
    """

    wants: Callable[[Call], bool]
    hear: Callable[[Call], bool]


class Registry:
    commands: dict[str, Command] = {}
    buttons: dict[str, Callable[[Call, str, list[str]], None]] = {}  # noun -> answers a press: verb, what follows
    replies: dict[str, Callable[[Call, Any], None]] = {}  # model -> answers words about such an object
    albums: dict[str, Callable[[Call, Any], None]] = {}  # model -> takes the other pictures of an album
    public_buttons: set[str] = set()  # nouns whose buttons strangers press too
    questions: dict[str, Asked] = {}
    ears: list[Ear] = []
    starts: dict[str, Run] = {}  # what follows /start in a link -> answers it
    welcomes: list[Callable[[], str]] = []  # lines for strangers: what they may do without an account
    plain: Run | None = None  # words without a command
    stranger: Run | None = None  # words of somebody whose reports a chat accepts
    link_page = ""  # the name of the page on which people link their accounts
    received: Callable[..., AbstractContextManager[list[Any]]] | None = None  # how files come in


def add_command(command: Command) -> None:
    Registry.commands[command.name] = command


def answer_buttons(
    noun: str, run: Callable[[Call, str, list[str]], None], *, open_to_strangers: bool = False
) -> None:  # fmt: skip
    Registry.buttons[noun] = run
    if open_to_strangers:
        Registry.public_buttons.add(noun)


def answer_replies(model: type[Model], run: Callable[[Call, Any], None]) -> None:
    Registry.replies[model._meta.label_lower] = run


def complete_albums(model: type[Model], run: Callable[[Call, Any], None]) -> None:
    """Telegram sends each picture of an album by itself: let the others follow the one that became a `model`."""
    Registry.albums[model._meta.label_lower] = run


def on_question(
    name: str,
    run: Callable[[Call, Mapping[str, Any]], None],
    *,
    patience: timedelta = PATIENCE,
    open_to_strangers: bool = False,
) -> None:
    Registry.questions[name] = Asked(run, patience, open_to_strangers)


def listen_first(ear: Ear) -> None:
    Registry.ears.append(ear)


def on_start(word: str, run: Run) -> None:
    """Answer https://t.me/BOT?start=`word`."""
    Registry.starts[word] = run


def welcome_by(line: Callable[[], str]) -> None:
    Registry.welcomes.append(line)


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
