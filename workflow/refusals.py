"""Saying no in words that people and programs understand."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def invalid(field: str, reason: "str | _StrPromise", code: str = "invalid") -> ValidationError:
    """Return the error to raise for one field. `ValidationError({field: reason}, code=…)` would lose the code."""
    return ValidationError({field: ValidationError(reason, code=code)})
