"""The entries of people in the menu."""

from typing import Any

from accounts.models import Standing, User
from accounts.policy import allows
from workflow.navigation import Counted


def waiting(user: Any) -> Counted | None:
    """Who waits to be let in: told to those who can do it."""
    people = User.objects.people().standing(Standing.WAITING)
    return Counted(people, hot=people) if allows(user, "user.manage") else None
