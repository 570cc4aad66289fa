"""Saying no in words that people and programs understand."""

from django.core.exceptions import ValidationError


def invalid(field: str, reason: str, code: str = "invalid") -> ValidationError:
    """Return the error to raise for one field. `ValidationError({field: reason}, code=…)` would lose the code."""
    return ValidationError({field: ValidationError(reason, code=code)})
