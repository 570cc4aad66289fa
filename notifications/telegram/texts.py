"""Messages as Telegram takes them: its HTML, and at most LIMIT units of UTF-16 once that is read."""

import unicodedata
from collections.abc import Iterable
from html import escape

from django.utils.translation import gettext as _

LIMIT = 4096
BUTTON_LIMIT = 64  # bytes behind a button
JOINERS = {"\u200d", "\ufe0f", "\u20e3"}


def units(text: str) -> int:
    """Return the length as Telegram counts it: a letter beyond U+FFFF counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """Return what JSON and Telegram can carry: no halves of letters, no control characters but line breaks and tabs."""
    return "".join(
        character
        for character in text
        if not "\ud800" <= character <= "\udfff" and (character >= " " or character in "\n\t") and character != "\x7f"
    )


def cut(text: str, limit: int) -> str:
    """Return `text`, or its beginning with “…”, in at most `limit` units: after a word, never within a letter."""
    if units(text) <= limit:
        return text
    end = fitting(text, limit - 1)
    while end > 0 and belongs_to_what_precedes(text, end):
        end -= 1
    kept = text[:end]
    word = max(kept.rfind(" "), kept.rfind("\n"))
    if word > len(kept) - 80 and word > 0:
        kept = kept[:word]
    return f"{kept.rstrip()}…"


def fitting(text: str, limit: int) -> int:
    """Return how many characters of a longer text have room in `limit` units."""
    taken = 0
    for place, character in enumerate(text):
        taken += 2 if character > "\uffff" else 1
        if taken > limit:
            return place
    return len(text)


def belongs_to_what_precedes(text: str, place: int) -> bool:
    """Say whether a cut before `place` would part a letter from its accent, or an emoji from its other half."""
    character, before = text[place], text[place - 1]
    modifier = "\U0001f3fb" <= character <= "\U0001f3ff"
    return character in JOINERS or before == "\u200d" or modifier or unicodedata.combining(character) > 0


def bold(text: str) -> str:
    return f"<b>{escape(text, quote=False)}</b>"


def plain(text: str) -> str:
    return escape(text, quote=False)


def link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words, quote=False)}</a>'


class Sheet:
    """A text that grows until it is full; what must not be missing reserves its room first."""

    def __init__(self, *, tail: str = "", tail_url: str = ""):
        self.parts: list[str] = []
        self.tail, self.tail_url = tail, tail_url
        self.room = LIMIT - (units(tail) + 2 if tail else 0)

    def add(self, text: str, *, strong: bool = False, before: str = "\n") -> None:
        text, lead = clean(text), before if self.parts else ""
        shown = cut(text, max(self.room - units(lead), 0)) if self.room > units(lead) + 1 else ""
        if shown:
            self.room -= units(lead) + units(shown)
            self.parts.append(lead + (bold(shown) if strong else plain(shown)))

    def html(self) -> str:
        end = f"\n\n{link(self.tail_url, self.tail)}" if self.tail else ""
        return "".join(self.parts) + end


def sheet(url: str) -> Sheet:
    return Sheet(tail=_("Open in Vakhta"), tail_url=url) if url else Sheet()


def keyboard(rows: Iterable[Iterable[tuple[str, str]]]) -> dict[str, list[list[dict[str, str]]]]:
    """Return rows of (words, data) as buttons under a message; data that is an address makes one that opens it."""
    made = [[button(str(words), data) for words, data in row if fits(data)] for row in rows]
    return {"inline_keyboard": [row for row in made if row]}


def fits(data: str) -> bool:
    return is_address(data) or len(data.encode()) <= BUTTON_LIMIT


def is_address(data: str) -> bool:
    return data.startswith("https://")


def button(words: str, data: str) -> dict[str, str]:
    return {"text": words, "url" if is_address(data) else "callback_data": data}
