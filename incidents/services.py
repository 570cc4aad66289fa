"""Everything that can happen to an incident.

Pages, API, admin, bot and jobs change incidents only through this module.
Raises PermissionDenied, ValidationError, Conflict (MoveRefused with the allowed list) or StaleVersion.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import allows, require
from attachments import services as attachments
from attachments.models import File
from incidents.models import TITLE_LIMIT, Incident, IncidentComment, IncidentWatcher
from incidents.notifications import (
    CLOSED,
    COMMENTED,
    ESCALATED,
    OPENED,
    REOPENED,
    RESOLVED,
    TAKEN,
    tell_assignee,
    tell_followers,
    tell_responders_if_urgent,
    tell_woken,
)  # fmt: skip
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, MoveRefused
from workflow.refusals import invalid
from workflow.transactions import joined

Status = Incident.Status
FINISHED = {Status.RESOLVED, Status.CLOSED}


def report(
    *,
    by: Actor,
    description: str,
    title: str = "",
    assignee: User | None = None,
    files: Sequence[File] = (),
    told: bool = True,
    **fields: Any,
) -> Incident:
    """Open an incident in the name of `by`; without a title the first line of the description is it.

    Not `told`: the caller announces it, alone or together with others.
    """
    with transaction.atomic() if files else joined():  # files may be refused after the incident is written
        require(by.user, "incident.create")
        if assignee:
            require(by.user, "incident.assign")
            require_responder(assignee)
        incident = Incident(
            reporter=by.user,
            description=description,
            title=title.strip() or first_line(description),
            assignee=assignee,
            **fields,
        )
        incident.clean_fields(exclude=[field.name for field in Incident._meta.fields if field.is_relation])
        incident.save(force_insert=True)
        Event.record(incident, by=by, verb="report", after={"status": incident.status, "severity": incident.severity})
        if files:
            attach(incident, by=by, files=files)
        if told:
            tell_responders_if_urgent(OPENED, incident, by=by)
        tell_assignee(incident, by=by)
        return incident


@transaction.atomic
def revise(incident: Incident, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change several things at once, each by its own verb: text, severity, status, assignee. All or nothing.

    `version` is the one the caller read, None when it does not mind. What is so already is ignored beside other
    changes; a status that is so already is refused alone. The assignee comes last: taking names the taker.
    """
    alone = fields.keys() == {"status"}
    if alone and version is None:  # a move happens from the status that was judged, or not at all: it needs no lock
        require_revision(incident, by=by, wanted=fields)
        to_status(incident, fields["status"], by=by, note=note)
        return
    row = incident.locked()
    require_revision(row, by=by, wanted=fields)
    row.expect_version(version)
    for names, verb in PARTS:
        part = {name: fields[name] for name in names & fields.keys() if alone or not is_so(row, name, fields[name])}
        if part:
            verb(incident, by=by, note=note, **part)


def require_revision(incident: Incident, *, by: Actor, wanted: Mapping[str, Any]) -> None:
    """Raise PermissionDenied unless `by` may make all these changes, given as values or as a client wrote them."""
    for name, verb in VERB_OF.items():
        if name in wanted and not is_so(incident, name, wanted[name]):
            require(by.user, verb, incident)
    status = str(wanted.get("status", ""))
    if status in VERBS and (status != incident.status or wanted.keys() == {"status"}):
        starting = "take" if incident.status == Status.OPEN else "reopen"
        name = starting if status == Status.IN_PROGRESS else VERBS[status].__name__
        require(by.user, f"incident.{name}", incident)


def is_so(incident: Incident, name: str, wanted: Any) -> bool:
    """Say whether a field has the wanted value already; people are compared by id."""
    current = getattr(incident, f"{name}_id" if name == "assignee" else name)
    return str(current) == str(getattr(wanted, "pk", wanted))


def to_status(incident: Incident, status: str, *, by: Actor, note: str = "") -> None:
    """Do the verb that leads from the current status to the wanted one."""
    VERBS[status](incident, by=by, note=note)


@transaction.atomic
def edit(incident: Incident, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change title, description or source."""
    require(by.user, "incident.edit", incident.locked())
    if "title" in fields and not fields["title"].strip():
        fields["title"] = first_line(fields.get("description", incident.description))
    incident.change(verb="edit", by=by, note=note, version=version, **fields)


@transaction.atomic
def set_severity(incident: Incident, *, by: Actor, severity: str, note: str = "") -> None:
    """Judge anew how bad it is; whoever may help is told when it became urgent."""
    require(by.user, "incident.severity", incident)
    before = incident.locked().severity
    if incident.change(verb="severity", by=by, note=note, severity=severity) and is_worse(severity, than=before):
        tell_responders_if_urgent(ESCALATED, incident, by=by)


@transaction.atomic
def assign(incident: Incident, *, by: Actor, assignee: User | None, note: str = "") -> None:
    """Hand the incident to a responder; whether it is taken is for that person to say."""
    require(by.user, "incident.assign", incident)
    if assignee is None and incident.locked().status == Status.IN_PROGRESS:
        raise Conflict(incident, _("Somebody works on it. Release it instead."))
    if assignee:
        require_responder(assignee)
    if incident.change(verb="assign", by=by, note=note, assignee=assignee):
        tell_assignee(incident, by=by, note=note)


def hand_over(incident: Incident, *, by: Actor, to: User, note: str = "") -> None:
    """Give it to somebody else together with whatever else its assignee had open."""
    assign(incident, by=by, assignee=to, note=note)


@joined()
def take(incident: Incident, *, by: Actor, note: str = "") -> None:
    """Say “I am on it”. The first taking is the acknowledgement."""
    require(by.user, "incident.take", incident)
    if incident.status in FINISHED:
        raise MoveRefused(incident, Status.IN_PROGRESS, _("It is finished. Reopen it instead of taking it."))
    incident.move(
        Status.IN_PROGRESS, verb="take", by=by, note=note, assignee=by.user, snoozed_until=None,
        acknowledged_at=Coalesce("acknowledged_at", Now()), acknowledged_by=Coalesce("acknowledged_by", by.user.pk),
    )  # fmt: skip
    tell_followers(TAKEN, incident, by=by, note=note)


def release(incident: Incident, *, by: Actor, note: str = "") -> None:
    """Give it back to whoever takes it next."""
    require(by.user, "incident.release", incident)
    incident.move(Status.OPEN, verb="release", by=by, note=note, assignee=None)


@joined()
def resolve(incident: Incident, *, by: Actor, note: str = "", told: bool = True) -> None:
    """Mark the repair done; it waits for a check. Not `told`: the caller tells people, once it is sure."""
    require(by.user, "incident.resolve", incident)
    incident.move(
        Status.RESOLVED, verb="resolve", by=by, note=note, assignee=Coalesce("assignee", by.user.pk),
        resolved_at=Now(), resolved_by=by.user, snoozed_until=None,
    )  # fmt: skip
    if told:
        tell_followers(RESOLVED, incident, by=by, note=note)


@transaction.atomic
def resolve_by_signal(incident: Incident, *, by: Actor, note: str = "") -> None:
    """What opened it says that all is well again. Whoever had it has it, if it comes to reopening."""
    incident.move(
        Status.RESOLVED, verb="resolve", by=by, note=note, resolved_at=Now(), resolved_by=by.user, snoozed_until=None
    )
    tell_followers(RESOLVED, incident, by=by, note=note)


@joined()
def close(incident: Incident, *, by: Actor, note: str = "") -> None:
    """Confirm that nothing is left to do."""
    require(by.user, "incident.close", incident)
    incident.move(Status.CLOSED, verb="close", by=by, note=note, closed_at=Now(), closed_by=by.user, snoozed_until=None)
    tell_followers(CLOSED, incident, by=by, note=note)


@joined()
def reopen(incident: Incident, *, by: Actor, note: str = "", told: bool = True) -> None:
    """Take a resolved or closed incident up again; whoever had it has it."""
    require(by.user, "incident.reopen", incident)
    if incident.status not in FINISHED:
        raise MoveRefused(incident, Status.IN_PROGRESS, _("It is not finished: there is nothing to reopen."))
    require_no_recurrence(incident)
    incident.move(
        Status.IN_PROGRESS, verb="reopen", by=by, note=note, assignee=Coalesce("assignee", by.user.pk),
        resolved_at=None, resolved_by=None, closed_at=None, closed_by=None,
    )  # fmt: skip
    if told:
        tell_followers(REOPENED, incident, by=by, note=note)


@transaction.atomic
def snooze(incident: Incident, *, by: Actor, until: datetime, note: str) -> None:
    """Keep quiet about an active incident until a moment, for a reason. Taking, resolving or closing ends it."""
    require_snooze(incident, by=by)
    if not note.strip():
        raise invalid("note", _("Say why it can wait."), "required")
    if until <= timezone.now():
        raise invalid("until", _("The end of the pause lies in the past."))
    incident.change(verb="snooze", by=by, note=note, snoozed_until=until)


@transaction.atomic
def require_snooze(incident: Incident, *, by: Actor) -> None:
    """Raise PermissionDenied or Conflict unless `by` may put it off now; doors that ask step by step ask first."""
    require(by.user, "incident.snooze", incident)
    if not incident.locked().is_active:
        raise Conflict(incident, _("Only an open incident can be snoozed."))


@transaction.atomic
def comment(incident: Incident, *, by: Actor, text: str) -> IncidentComment:
    require(by.user, "incident.comment", incident)
    incident.expect_present()
    said = IncidentComment(incident=incident, author=by.user, text=text.strip())
    said.clean_fields(exclude=["incident", "author"])
    said.save()
    Event.record(incident, by=by, verb="comment", after={"comment": said.pk}, note=said.text)
    incident.touch()
    tell_followers(COMMENTED, incident, by=by, note=said.text)
    return said


@transaction.atomic
def attach(incident: Incident, *, by: Actor, files: Sequence[File]) -> None:
    """Put received files on the incident."""
    require(by.user, "incident.attach", incident)
    incident.expect_present()
    attachments.attach(incident, files, by=by)


@transaction.atomic
def watch(incident: Incident, *, by: Actor) -> None:
    """“Me too”: be told what happens. Asking twice changes nothing."""
    require(by.user, "incident.watch", incident)
    incident.expect_present()
    _watching, new = IncidentWatcher.objects.get_or_create(incident=incident, user=by.user)
    if new:
        Event.record(incident, by=by, verb="watch")


@transaction.atomic
def unwatch(incident: Incident, *, by: Actor) -> None:
    require(by.user, "incident.watch", incident)
    if IncidentWatcher.objects.filter(incident=incident, user=by.user).delete()[0]:
        Event.record(incident, by=by, verb="unwatch")


def delete(incident: Incident, *, by: Actor, note: str) -> None:
    """Hide it from everybody, for a reason; an administrator can bring it back."""
    require(by.user, "incident.delete", incident)
    incident.hide(by=by, note=note)


def undelete(incident: Incident, *, by: Actor, note: str = "") -> None:
    require(by.user, "incident.undelete", incident)
    if incident.status not in FINISHED:
        require_no_recurrence(incident)
    incident.unhide(by=by, note=note)


def wake_snoozed(*, at: datetime) -> int:
    """End the pauses that are over at `at` and return how many; safe to run twice at once."""
    by = Actor(User.objects.system(), Channel.JOB)
    return sum(wake(incident, by=by, at=at) for incident in Incident.objects.present().snooze_over(at))


@transaction.atomic
def wake(incident: Incident, *, by: Actor, at: datetime) -> bool:
    """End the pause unless it was ended or prolonged meanwhile, and tell; say whether this call did."""
    row = incident.locked()
    over = row.deleted_at is None and row.snoozed_until is not None and row.snoozed_until <= at
    if not over or not row.change(verb="wake", by=by, snoozed_until=None):
        return False
    tell_woken(row, by=by)
    return True


def is_worse(severity: str, *, than: str) -> bool:
    ranks = Incident.Severity.values
    return ranks.index(severity) > ranks.index(than)


def require_no_recurrence(incident: Incident) -> None:
    """Raise Conflict while another incident of the same signal is active: there is one at a time."""
    others = Incident.objects.of_signal(incident.integration_id, incident.dedup_key).active().exclude(pk=incident.pk)
    if other := others.first():
        raise Conflict(
            incident, _("The same signal has opened %(number)s since. Go on there.") % {"number": other.number}
        )


def require_responder(user: User) -> None:
    if not allows(user, "incident.resolve"):
        raise invalid("assignee", _("%(name)s does not work on incidents.") % {"name": user.name})


def first_line(text: str) -> str:
    """Return the first line that says something, cut to the length of a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= TITLE_LIMIT else f"{line[: TITLE_LIMIT - 1]}…"


def start(incident: Incident, *, by: Actor, note: str = "") -> None:
    """Bring to “in progress” from wherever it stands: an open one is taken, a finished one reopened."""
    (take if incident.status == Status.OPEN else reopen)(incident, by=by, note=note)


VERB_OF = {
    **dict.fromkeys(["title", "description", "source"], "incident.edit"),
    "severity": "incident.severity",
    "assignee": "incident.assign",
}
PARTS: list[tuple[set[str], Callable[..., None]]] = [
    ({"title", "description", "source"}, edit),
    ({"severity"}, set_severity),
    ({"status"}, to_status),
    ({"assignee"}, assign),
]
VERBS: dict[str, Callable[..., None]] = {
    Status.OPEN: release,
    Status.IN_PROGRESS: start,
    Status.RESOLVED: resolve,
    Status.CLOSED: close,
}
