"""Moments in forms: typed to the minute, kept as exactly as they are known."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

TYPED = "%Y-%m-%dT%H:%M"
MINUTE = timedelta(minutes=1)


class MomentInput(forms.DateTimeInput):
    """A time that has passed: the page offers now and a while ago."""

    supports_microseconds = True  # the field knows what was cut off in showing it

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"type": "datetime-local", **(attrs or {})}, format=TYPED)


def ahead() -> forms.DateTimeInput:
    """Make the input of a time to come: the page offers in an hour, tomorrow, on Monday."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=TYPED)
    widget.supports_microseconds = True
    return widget


class MomentField(forms.DateTimeField):
    """A moment of which a page shows only the minute.

    What comes back as it was shown is the moment itself, to the microsecond: a form that nobody touched changes
    nothing. A typed minute in which one of the `edges` lies, moments that the object has already, means that one.
    In the hour that the clock goes through twice a typed minute is the first of the two.
    """

    widget = MomentInput
    edges: Sequence[datetime] = ()
    shown: Any = None

    def get_bound_field(self, form: Any, field_name: str) -> forms.BoundField:
        self.shown = form.get_initial_for_field(self, field_name)
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        if self.is_as_shown(value):
            return self.shown
        typed = super().clean(value)
        if typed is None or typed.second or typed.microsecond:
            return typed
        return max((edge for edge in self.edges if typed <= edge < typed + MINUTE), default=typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.is_as_shown(data) and super().has_changed(initial, data)

    def is_as_shown(self, value: Any) -> bool:
        if not isinstance(self.shown, datetime) or not isinstance(value, str):
            return False
        shown = self.widget.format_value(self.prepare_value(self.shown))  # type: ignore[call-arg]
        return bool(value.strip() == shown)

    def to_python(self, value: Any) -> Any:
        return first_of_two(value) or super().to_python(value)


def first_of_two(value: Any) -> datetime | None:
    """Return the moment that a local time means, the earlier one of two; None for what is no time or never was."""
    try:
        typed = parse_datetime(value.strip()) if isinstance(value, str) else None
        if typed is None or typed.tzinfo is not None:
            return None
        zone = timezone.get_current_timezone()
        found = typed.replace(tzinfo=zone).astimezone(UTC)
        there_is = found.astimezone(zone).replace(tzinfo=None) == typed
    except (ValueError, OverflowError):
        return None
    return found if there_is else None
