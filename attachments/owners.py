"""Whose files they are: upper apps register the rows that tie files to their objects, and who may see which.

A file without such a row is nobody's: no one may download it.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from attachments.models import Attached

type Visible = Callable[[Any], QuerySet[Any, Any]]

OWNERS: dict[type["Attached"], Visible] = {}


def register(through: type["Attached"], visible: Visible) -> None:
    """Let whom `visible(user)` shows a row of `through` download its file."""
    OWNERS[through] = visible


def visible_rows(user: Any) -> Iterator[QuerySet[Any, Any]]:
    return (visible(user) for visible in OWNERS.values())


def all_rows() -> Iterator[QuerySet[Any, Any]]:
    return (through._default_manager.all() for through in OWNERS)
