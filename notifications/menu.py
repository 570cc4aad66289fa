from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications.models import Delivery, Notice
from workflow.navigation import Counted

RECENT = timedelta(days=7)
MANY = 100


def given_up(user: Any) -> Counted:
    """The messages of the last days that were given up, MANY at most: somebody should look."""
    dead = Delivery.objects.dead().filter(due_at__gt=timezone.now() - RECENT)
    return Counted(Delivery.objects.filter(pk__in=dead[:MANY].values("pk")), hot=dead)


def unread_of(user: Any) -> int:
    """How many notices wait under the bell; MANY stands for more."""
    return Notice.objects.of(user).unread()[:MANY].count() if user and user.is_authenticated else 0
