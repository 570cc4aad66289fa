"""Where in a text the found words stand: escaped, with <mark> around them. The same for both databases."""

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from workflow.search.mentions import fold
from workflow.search.typed import WORD, Word

WINDOW, BEFORE = 220, 60  # characters of an excerpt, and how many of them stand before the first word found
LONGEST = 20_000  # characters of a text that are looked through


def spans(text: str, words: Sequence[Word]) -> list[tuple[int, int, Word]]:
    """Return start, end and the wanted word of every place where one stands."""
    found = []
    for match in WORD.finditer(text, 0, LONGEST):
        folded = fold(match[0])
        for word in words:
            if word.is_form_of(folded):
                found.append((match.start(), match.end(), word))
                break
    return found


def marked(text: str, words: Sequence[Word], start: int = 0, end: int | None = None) -> SafeString:
    """Return `text` from `start` to `end` as HTML with the wanted words marked."""
    end = len(text) if end is None else end
    parts, at = [], start
    for first, last, _word in spans(text, words):
        if start <= first and last <= end:
            parts += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    return mark_safe("".join([*parts, escape(text[at:end])]))  # noqa: S308  every part is escaped


def excerpt(texts: Iterable[str], words: Sequence[Word]) -> SafeString:
    """Return the piece of that text which says most of the wanted words, the first text's beginning where none does."""
    best, most, at = "", -1, 0
    for text in texts:
        found = spans(text, words)
        told = len({word for _first, _last, word in found})
        if text.strip() and told > most:
            best, most, at = text, told, found[0][0] if found else 0
    start = max(0, at - BEFORE)
    start = best.find(" ", start) + 1 if start and best.find(" ", start, at) >= 0 else start
    end = min(len(best), start + WINDOW)
    piece = marked(best, words, start, end)
    return mark_safe(f"{'…' if start else ''}{piece}{'…' if end < len(best) else ''}")  # noqa: S308  escaped above
