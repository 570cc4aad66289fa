"""What happens under the bell."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from notifications.models import Notice


def read(notice: Notice, *, at: datetime | None = None) -> None:
    """Mark as read; the first time counts."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=at or timezone.now())
    notice.refresh_from_db(fields=["read_at"])


def read_all(user: Any, *, up_to: int | None = None, at: datetime | None = None) -> int:
    """Mark everything as read, `up_to` the newest notice the person has seen, and return how many were not."""
    notices = Notice.objects.of(user).unread()
    if up_to is not None:
        notices = notices.filter(pk__lte=up_to)
    return notices.update(read_at=at or timezone.now())
