"""Fills a database with generated Russian tickets for the benchmark of the search.

Words are drawn with the frequencies of a language (Zipf): a few common ones, a long tail; and three stand by
themselves: one in every second ticket, one in every thousandth, one in a single ticket.
"""

import itertools
import os
import random
import sys
from collections.abc import Iterator

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - apps need the setup above

from accounts.models import User  # noqa: E402
from tickets.models import Ticket  # noqa: E402

SYLLABLES = "ба во ги до же за ка ли мо ну пе ра со ту фи хо це ша эл ям ков тор лин ник ров"
DESK = (
    "не работает принтер в бухгалтерии печать договоров выходит пустой лист просьба прислать техника картридж меняли "
    "неделе компьютер зависает монитор мышь клавиатура почта пароль доступ программа обновление ошибка сеть телефон"
)
EVERY = {2: "сбой", 1000: "кондиционер"}
ONCE = "жираф"


def texts(rows: int) -> Iterator[list[str]]:
    draw = random.Random(1)  # noqa: S311 - the same tickets each time
    syllables, desk = SYLLABLES.split(), DESK.split()
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(20_000)]
    weights = list(itertools.accumulate(1 / (place + 5) for place in range(len(words))))
    for number in range(rows):
        found = draw.choices(words, cum_weights=weights, k=30) + draw.choices(desk, k=10)
        found += [word for nth, word in EVERY.items() if number % nth == 0]
        found += [ONCE] if number == rows // 3 else []
        draw.shuffle(found)
        yield found


def prepare(rows: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    password = os.environ["BENCH_PASSWORD"]
    creator = User.objects.create_user("bench", "bench@example.org", password, role="manager")
    technicians = [
        User.objects.create_user(name, f"{name}@example.org", password, role="technician")
        for name in ("technician", "colleague")
    ]
    made = (
        Ticket(title=" ".join(text[:5]), description=" ".join(text[5:]), creator=creator, **state(number, technicians))
        for number, text in enumerate(texts(rows))
    )
    for some in itertools.batched(made, 5000):
        Ticket.objects.bulk_create(some, batch_size=1000)


def state(number: int, technicians: list[User]) -> dict[str, object]:
    """A third is nobody's, the others are shared by two: a technician searches among a part of all."""
    if number % 3 == 0:
        return {}
    return {"status": Ticket.Status.ASSIGNED, "assignee": technicians[number % 3 - 1]}


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
