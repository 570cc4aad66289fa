"""What one look at one part of the installation found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Check:
    """What one look found; `detail` is for administrators, said in the language of whoever reads it."""

    ok: bool
    detail: Any


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
