"""What people add to a downtime case, and hiding it."""

from collections.abc import Sequence

from django.db import transaction

from accounts.policy import require
from attachments import services as attachments
from attachments.models import File
from suspensions.models import Suspension, SuspensionComment
from suspensions.notifications import tell_commented
from workflow.actor import Actor
from workflow.models import Event


@transaction.atomic
def comment(suspension: Suspension, *, by: Actor, text: str) -> SuspensionComment:
    require(by.user, "suspension.comment", suspension)
    suspension.expect_present()
    said = SuspensionComment(suspension=suspension, author=by.user, text=text.strip())
    said.clean_fields(exclude=["suspension", "author"])
    said.save()
    Event.record(suspension, by=by, verb="comment", after={"comment": said.pk}, note=said.text)
    suspension.touch()
    tell_commented(suspension, by=by, text=said.text)
    return said


@transaction.atomic
def attach(suspension: Suspension, *, by: Actor, files: Sequence[File]) -> None:
    """Put received files on the case."""
    require(by.user, "suspension.attach", suspension)
    suspension.expect_present()
    attachments.attach(suspension, files, by=by)


def delete(suspension: Suspension, *, by: Actor, note: str) -> None:
    """Hide it from everybody and from every figure, for a reason; an administrator can bring it back."""
    require(by.user, "suspension.delete", suspension)
    suspension.hide(by=by, note=note)


def undelete(suspension: Suspension, *, by: Actor, note: str = "") -> None:
    require(by.user, "suspension.undelete", suspension)
    suspension.unhide(by=by, note=note)
