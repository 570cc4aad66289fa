"""Search: words inside a field whatever their case (`mentions`), and full text over the nouns that are registered."""

from workflow.search.mentions import MOST_LETTERS, MOST_WORDS, fold, words

__all__ = ["MOST_LETTERS", "MOST_WORDS", "fold", "words"]
