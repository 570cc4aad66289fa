"""What somebody typed into a search box, read once for both databases and for the highlights."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from workflow.search.mentions import MOST_LETTERS, MOST_WORDS, fold

WORD = re.compile(r"[^\W_]+")
SHORTEST_PREFIX = 3  # letters: a shorter beginning of a word would mean nearly every text
# Those of PostgreSQL's own dictionaries, so that both databases skip the same ones.
STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what all forms of a folded word share: Latin words are taken for English, others for Russian."""
    # A new one each time: a stemmer keeps its word in itself, and threads share.
    return str(snowballstemmer.stemmer("english" if word.isascii() else "russian").stemWord(word))


@dataclass(frozen=True)
class Word:
    """One word that is to be found, folded; `begun`: it may be only the beginning of one."""

    text: str
    begun: bool = False

    @property
    def stem(self) -> str:
        return stem(self.text)

    def is_form_of(self, folded: str) -> bool:
        """Say whether a word of a text is another form of this one."""
        if folded[:2] != self.text[:2]:
            return False  # most are told apart here; stems are dear
        return folded == self.text or (self.begun and folded.startswith(self.text)) or stem(folded) == self.stem


@dataclass(frozen=True)
class Typed:
    """What was typed: as text, and as the words that count."""

    text: str
    words: tuple[Word, ...]

    @property
    def is_bare_number(self) -> bool:
        return self.text.isdigit()

    @property
    def says_something(self) -> bool:
        return bool(WORD.search(self.text))


def read(text: str) -> Typed:
    """Read what was typed. Stop words count for nothing; the last word, not closed by a space, may be only begun."""
    storable = text[:MOST_LETTERS].replace("\0", " ").encode(errors="ignore").decode()  # half surrogate pairs go
    text = unicodedata.normalize("NFC", storable)
    found = WORD.findall(fold(text))[:MOST_WORDS]
    telling = [word for word in found if word not in STOP_WORDS]
    last = len(telling) - 1
    begun = (
        bool(telling) and telling[-1] == found[-1] and len(telling[-1]) >= SHORTEST_PREFIX and not text[-1:].isspace()
    )
    words = tuple(Word(word, begun=begun and place == last) for place, word in enumerate(telling))
    return Typed(text.strip(), words)
