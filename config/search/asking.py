"""What page, suggestions and API ask alike."""

from collections.abc import Iterator
from typing import Any

from workflow.search.finding import Found
from workflow.search.nouns import directories, registered

PAGE_SIZE, MOST_ON_PAGE = 20, 100


def labels() -> dict[str, Any]:
    """Return the nouns that can be searched, for people: name -> words."""
    nouns = {name: noun.label for name, noun in registered.items()}
    return nouns | {name: directory.label for name, directory in directories.items()}


def count_of(found: Found, noun: str) -> tuple[int, bool]:
    """Return how many hits there are of a noun, or of all, and whether that is all of them."""
    if noun:
        return found.counts.get(noun, 0), noun not in found.bounded
    return sum(found.counts.values()), not found.bounded


def counted(found: Found) -> Iterator[tuple[str, Any, int, bool]]:
    """Return the nouns with hits: name, words, how many, and whether there are more."""
    for name, words in labels().items():
        if count := found.counts.get(name):
            yield name, words, count, name in found.bounded
