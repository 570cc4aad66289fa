"""What one look at one part of the installation found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """What one look found; `detail` is for administrators."""

    ok: bool
    detail: str


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
