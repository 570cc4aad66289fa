"""The entries of people in the menu."""

from typing import Any

from accounts.models import Standing, User
from accounts.policy import allows
from workflow.navigation import Count


def waiting(user: Any) -> Count | None:
    """How many wait to be let in: told to those who can do it."""
    if not allows(user, "user.manage"):
        return None
    number = User.objects.people().standing(Standing.WAITING).count()
    return Count(number, hot=number > 0)
