"""Saying no in words that people and programs understand."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def invalid(field: str, reason: "str | _StrPromise", code: str | None = None) -> ValidationError:
    """Return the error to raise for one field. `ValidationError({field: reason}, code=…)` would lose the code.

    Without a code the API says `invalid`. Said here, it would let the forms of Django Admin put their own words in the
    reason's place, as they do with each code for which a field has words.
    """
    return ValidationError({field: ValidationError(reason, code=code)})
