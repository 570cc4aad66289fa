"""What only the apps above know about people; accounts answers when it starts."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings


class Answers:
    """Until somebody answers, the environment's zone counts and nobody administers."""

    zone: Callable[[], str] = staticmethod(lambda: settings.TIME_ZONE)
    administrators: Callable[[], Iterable[Any]] = staticmethod(list)


def answer(*, zone: Callable[[], str], administrators: Callable[[], Iterable[Any]]) -> None:
    Answers.zone = staticmethod(zone)
    Answers.administrators = staticmethod(administrators)


def zone() -> str:
    """The zone of those who have not chosen their own."""
    return Answers.zone()


def administrators() -> Iterable[Any]:
    """Those who are told when a message cannot be delivered."""
    return Answers.administrators()
