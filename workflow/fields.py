"""How the API writes times: UTC with `Z`, whatever the reader's zone; a time without a zone is refused."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


def utc(moment: datetime | None) -> str | None:
    """Return `moment` as ISO 8601 in UTC with `Z`, microseconds kept, None as None."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:  # as both databases give it; a page has hundreds of moments
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat().removesuffix('+00:00')}Z"


class UtcDateTimeField(serializers.DateTimeField):
    default_error_messages = {"naive": _("The time has no zone. Add Z or an offset, for example 2026-07-23T18:45:00Z.")}

    def to_representation(self, value: Any) -> str | None:
        return utc(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")


class IdField(serializers.PrimaryKeyRelatedField):
    """An object named by its id."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)
