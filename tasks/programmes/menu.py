"""What the menu says beside the entry of programmes."""

from typing import Any

from accounts.policy import allows
from tasks.models import Report
from workflow.navigation import Counted


def to_review(user: Any) -> Counted | None:
    """The photos that wait for a judgement: told to those who judge."""
    photos = Report.objects.to_review().exclude(pk__in=Report.objects.of(user))
    return Counted(photos, hot=photos) if allows(user, "report.review") else None
