"""What one look at an installation found, and what to do about it."""

from dataclasses import dataclass

WELL, NOTE, ILL = "ok", "note", "ill"


@dataclass(frozen=True)
class Finding:
    """`ill` keeps the product from working as it is set up; a `note` is worth knowing."""

    state: str
    name: str
    words: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.state:<5} {self.name:<11} {self.words}{f' — {self.cure}' if self.cure else ''}"
