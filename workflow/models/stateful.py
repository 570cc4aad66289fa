from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflow.actor import Actor
from workflow.models.event import Event
from workflow.refusals import invalid
from workflow.transactions import joined


class Conflict(Exception):
    """The request is well formed and allowed, but the object is no longer in the state that it needs."""

    def __init__(self, subject: models.Model, reason: str):
        super().__init__(reason)
        self.subject = subject


class MoveRefused(Conflict):
    """`subject` is not, or no longer, in a status from which it may go to `to`; `allowed` lists where it may go."""

    def __init__(self, subject: "Stateful", to: str, reason: str = ""):
        self.allowed = sorted(subject.open_moves)
        super().__init__(subject, reason or self.words(subject, to))

    def words(self, subject: "Stateful", to: str) -> str:
        if subject.deleted_at is not None:
            return deleted_words()
        names = dict(type(subject).status_choices())
        return gettext("The status is “%(status)s”: it cannot become “%(wanted)s”.") % {
            "status": names.get(subject.status, subject.status),
            "wanted": names.get(to, to),
        }


class StaleVersion(Exception):
    """Somebody changed the object after the caller read it; `subject` is the object as it stands now."""

    def __init__(self, subject: "Registered"):
        super().__init__(
            gettext("The object was changed meanwhile: it is at version %(version)s.") % {"version": subject.version}
        )
        self.subject = subject


def deleted_words() -> str:
    return gettext("It is deleted: restore it first.")


class RegisteredQuerySet[Model: "Registered"](models.QuerySet[Model]):
    """The vocabulary that all registered nouns share."""

    def present(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        return self.exclude(deleted_at=None)


@cache
def columns_of(kind: "type[Registered]") -> Any:
    return kind.objects.rows()  # type: ignore[attr-defined]


def plain_rows(kind: "type[Registered]") -> Any:
    """Return the `rows()` of all objects of a noun; which columns and joins that means is found out once."""
    return columns_of(kind).all()


class Registered(models.Model):
    """A noun that is never lost: versioned, dated, and hidden instead of deleted."""

    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    deletion_note = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    def locked(self) -> Self:
        """Return this object as it stands now, its row locked until the transaction ends."""
        return type(self)._base_manager.select_for_update(of=("self",)).get(pk=self.pk)

    def expect_version(self, version: int | None) -> None:
        """Raise StaleVersion unless `version` is None (the caller does not mind) or the current one."""
        if version is not None and version != self.version:
            raise StaleVersion(self)

    def expect_present(self) -> None:
        """Raise Conflict for a deleted object: nothing happens to it but that it is restored."""
        if self.deleted_at is not None:
            raise Conflict(self, deleted_words())

    def write(self, fields: dict[str, Any], *, where: Q | None = None, fresh: Iterable[str] | None = None) -> bool:
        """Store `fields` as the next version in one statement, which answers with what then stands in `fresh`.

        Everything is read back unless told. False, and nothing is stored, where the row is not, or no longer, as
        `where` wants it.
        """
        meta: Any = self._meta
        values = fields | {"version": F("version") + 1, "updated_at": Now()}
        columns = [meta.get_field(name) for name in fresh] if fresh else meta.concrete_fields
        rows: Any = type(self)._base_manager.using(self._state.db).filter(where or Q(), pk=self.pk)
        with transaction.mark_for_rollback_on_error(using=rows.db):
            found = rows._update([(meta.get_field(name), None, value) for name, value in values.items()], columns)
        for kept in found:
            for column, value in zip(columns, kept, strict=True):
                setattr(self, column.attname, value)  # which forgets whom a changed id meant
        return bool(found)

    @transaction.atomic
    def change(self, *, verb: str, by: Actor, note: str = "", version: int | None = None, **fields: Any) -> bool:
        """Store those `fields` that differ and record one event with the old and new values.

        The row is locked and only the changed columns are written, so that two writers of different fields both
        succeed. Nothing differs: nothing is written, False is returned. Raises StaleVersion, ValidationError, Conflict.
        """
        row = self.locked()
        row.expect_version(version)
        row.expect_present()
        changed = {name: value for name, value in fields.items() if differs(getattr(row, name), value)}
        if changed:
            before = {name: shown(getattr(row, name)) for name in changed}
            for name, value in changed.items():
                setattr(row, name, value)
            row.full_clean(exclude=untouched(row, changed))
            row.version += 1
            row.updated_at = Now()
            row.save(update_fields=[*changed, "version", "updated_at"])
            Event.record(
                row,
                by=by,
                verb=verb,
                before=before,
                after={name: shown(value) for name, value in changed.items()},
                note=note,
            )
        self.refresh_from_db()
        return bool(changed)

    def touch(self) -> None:
        """Count a change that lives in another table (a comment, a file) as a change of this object."""
        self.write({}, fresh=["version", "updated_at"])

    @transaction.atomic
    def hide(self, *, by: Actor, note: str) -> None:
        """Delete softly: hidden from every list, kept with its timeline. The reason is required. Raises Conflict."""
        if not note.strip():
            raise invalid("note", gettext("Say why: deleting needs a reason."), "required")
        hidden = {"deleted_at": Now(), "deleted_by": by.user, "deletion_note": note}
        if not self.write(hidden, where=Q(deleted_at=None)):
            raise Conflict(self, gettext("It is deleted already."))
        Event.record(self, by=by, verb="delete", after={"deleted": True}, note=note)

    @transaction.atomic
    def unhide(self, *, by: Actor, note: str = "") -> None:
        """Bring a deleted object back. Raises Conflict."""
        shown_again = {"deleted_at": None, "deleted_by": None, "deletion_note": ""}
        if not self.write(shown_again, where=Q(deleted_at__isnull=False)):
            raise Conflict(self, gettext("It is not deleted."))
        Event.record(self, by=by, verb="undelete", before={"deleted": True}, note=note)


class Stateful(Registered):
    """A registered noun with a `status` that changes only by `move()`, along its `MOVES` table."""

    MOVES: ClassVar[dict[str, set[str]]] = {}
    status: Any

    class Meta:
        abstract = True

    @classmethod
    def status_choices(cls) -> Iterable[tuple[str, str | Promise]]:
        return cls._meta.get_field("status").choices or ()  # type: ignore[union-attr, return-value]

    @property
    def open_moves(self) -> set[str]:
        """The statuses that it may go to from where it stands."""
        return self.MOVES.get(self.status, set()) if self.deleted_at is None else set()

    def can_move(self, to: str) -> bool:
        return to in self.open_moves

    @joined()
    def move(self, to: str, *, verb: str, by: Actor, note: str = "", **fields: Any) -> None:
        """Set `status` and `fields` in one guarded UPDATE and record the event.

        Of two concurrent moves exactly one wins: the loser's UPDATE matches no row. Raises MoveRefused.
        """
        before = self.status
        if not self.can_move(to):
            raise MoveRefused(self, to)
        was = {name: shown(getattr(self, name)) for name in ["status", *fields] if recorded(name)}
        computed = [name for name, value in fields.items() if hasattr(value, "resolve_expression")]
        fresh = ["status", "version", "updated_at", *computed]
        if not self.write({"status": to, **fields}, where=Q(status=before, deleted_at=None), fresh=fresh):
            self.refresh_from_db()  # changed by someone else meanwhile: say what is allowed now
            raise MoveRefused(self, to)
        for name in fields.keys() - set(computed):
            setattr(self, name, fields[name])
        now = {name: shown(getattr(self, name)) for name in was}
        same = {name for name in was if was[name] == now[name]}
        Event.record(self, by=by, verb=verb, before=without(was, same), after=without(now, same), note=note)


def recorded(name: str) -> bool:
    """Times and people of a move are what the event itself says; other fields belong into before and after."""
    return not name.endswith(("_at", "_by"))


def shown(value: Any) -> Any:
    """Return `value` as the timeline keeps it: people and other objects as {"id", "name"}, the rest as JSON."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    return value


def differs(kept: Any, given: Any) -> bool:
    """Say whether `given` is another value; a text that a form sends back differs in line ends and blanks around it."""
    if isinstance(kept, str) and isinstance(given, str):
        return kept.strip().splitlines() != given.strip().splitlines()
    return bool(kept != given)


def without(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def untouched(row: models.Model, changed: dict[str, Any]) -> set[str]:
    return {field.name for field in row._meta.fields} - set(changed)
