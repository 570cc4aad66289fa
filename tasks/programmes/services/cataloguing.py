"""The catalogue of assignments."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import require
from attachments import services as attachments
from attachments.models import File
from tasks.models import Assignment
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

FIELDS = ("title", "text")


@transaction.atomic
def create_assignment(*, by: Actor, title: str, text: str = "", files: Sequence[File] = ()) -> Assignment:
    """Put an assignment into the catalogue, with its picture if there is one."""
    require(by.user, "assignment.create")
    assignment = Assignment(title=title.strip(), text=text.strip())
    assignment.clean_fields(exclude=["deleted_by"])
    assignment.save(force_insert=True)
    assignment.refresh_from_db()
    Event.record(assignment, by=by, verb="create-assignment", after={"title": assignment.title})
    if files:
        put_picture(assignment, by=by, files=files)
    return assignment


@transaction.atomic
def edit_assignment(
    assignment: Assignment, *, by: Actor, version: int | None = None, note: str = "", **fields: Any
) -> None:
    """Change its words; members who have it already are not told."""
    require(by.user, "assignment.edit", assignment)
    wanted = {name: value.strip() for name, value in fields.items() if name in FIELDS}
    assignment.change(verb="edit", by=by, note=note, version=version, **wanted)


@transaction.atomic
def put_picture(assignment: Assignment, *, by: Actor, files: Sequence[File]) -> None:
    """Show a received image with it from now on."""
    require(by.user, "assignment.edit", assignment)
    assignment.expect_present()
    if len(files) != 1 or not files[0].has_preview:
        raise invalid("file", _("Choose one image."))
    attachments.attach(assignment, files, by=by)


@transaction.atomic
def archive_assignment(assignment: Assignment, *, by: Actor, note: str = "") -> None:
    """Fill no more calendars from it; days that are planned keep it."""
    require(by.user, "assignment.edit", assignment)
    row = assignment.locked()
    if row.archived_at is not None:
        raise Conflict(row, _("It is archived already."))
    assignment.change(verb="archive", by=by, note=note, archived_at=timezone.now())


@transaction.atomic
def unarchive_assignment(assignment: Assignment, *, by: Actor, note: str = "") -> None:
    require(by.user, "assignment.edit", assignment)
    row = assignment.locked()
    if row.archived_at is None:
        raise Conflict(row, _("It is not archived."))
    assignment.change(verb="unarchive", by=by, note=note, archived_at=None)
