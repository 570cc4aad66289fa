"""The policy table in words, for the page that shows it and for the description of the API."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from accounts.models import Role
from accounts.policy import POLICY, ROLES

NOUNS: dict[str, Any] = {
    "incident": _("Incidents"),
    "duty": _("Duty table"),
    "escalation": _("Escalation"),
    "response": _("Response times"),
    "suspension": _("Downtime"),
    "suspension_report": _("Reports of downtime"),
    "process": _("Business processes"),
    "limit": _("Limits"),
    "risk_source": _("Risk sources"),
    "risk": _("Risks"),
    "integration": _("Integrations"),
    "message": _("Messages of machines"),
    "task": _("Tasks"),
    "task_record": _("Analytics of tasks"),
    "programme": _("Programmes"),
    "assignment": _("Assignments of programmes"),
    "join_request": _("Requests to join"),
    "membership": _("Members of programmes"),
    "report": _("Photo reports"),
    "ticket": _("Tickets"),
    "ticket_category": _("Categories of tickets"),
    "ticket_record": _("Analytics of tickets"),
    "sla_target": _("Response targets"),
    "canned_reply": _("Canned replies"),
    "timeline": _("Timeline"),
    "attachment": _("Files"),
    "chat": _("Telegram"),
    "orphan": _("Lost files"),
    "probe": _("Probes"),
    "heartbeat": _("Heartbeats"),
    "backup": _("Backups"),
    "user": _("People"),
    "organisation": _("Organisation"),
    "calendar": _("Working calendar"),
    "schema": _("API"),
    "health": _("Health"),
    "admin": _("Django Admin"),
    "notification": _("Notices"),
    "outbox": _("Outbox"),
    "audit": _("Audit"),
    "policy": _("Permissions"),
    "takeout": _("Take everything out"),
}
# A verb has the same words for every noun unless it stands here with its noun.
VERBS: dict[str, Any] = {
    "see": pgettext_lazy("permission", "see"),
    "create": pgettext_lazy("permission", "create"),
    "comment": pgettext_lazy("permission", "comment"),
    "watch": pgettext_lazy("permission", "watch"),
    "attach": pgettext_lazy("permission", "attach files"),
    "edit": pgettext_lazy("permission", "change"),
    "take": pgettext_lazy("permission", "take"),
    "release": pgettext_lazy("permission", "give back"),
    "resolve": pgettext_lazy("permission", "resolve"),
    "snooze": pgettext_lazy("permission", "put off"),
    "close": pgettext_lazy("permission", "close"),
    "reopen": pgettext_lazy("permission", "reopen"),
    "assign": pgettext_lazy("permission", "hand to somebody"),
    "severity": pgettext_lazy("permission", "change the severity"),
    "delete": pgettext_lazy("permission", "delete with a reason"),
    "undelete": pgettext_lazy("permission", "restore"),
    "export": pgettext_lazy("permission", "export"),
    "suspension.restore": pgettext_lazy("permission", "mark restored"),
    "suspension.undelete": pgettext_lazy("permission", "bring back"),
    "call_off": pgettext_lazy("permission", "call off"),
    "suspension.export": pgettext_lazy("permission", "export the list they see"),
    "investigate": pgettext_lazy("permission", "investigate"),
    "plan": pgettext_lazy("permission", "classify as planned"),
    "regulate": pgettext_lazy("permission", "say what the regulator must hear"),
    "confirm": pgettext_lazy("permission", "take drafts into the journal"),
    "import": pgettext_lazy("permission", "import"),
    "propose": pgettext_lazy("permission", "propose"),
    "limit.approve": pgettext_lazy("permission", "approve what others proposed"),
    "probe.check": pgettext_lazy("permission", "check now"),
    "probe.test_url": pgettext_lazy("permission", "test an address"),
    "backup.create": pgettext_lazy("permission", "make"),
    "backup.verify": pgettext_lazy("permission", "verify"),
    "backup.download": pgettext_lazy("permission", "download"),
    "integration.edit": pgettext_lazy("permission", "change, pause, give a new token, try out"),
    "integration.delete": pgettext_lazy("permission", "withdraw with a reason"),
    "heartbeat.edit": pgettext_lazy("permission", "change, give a new address"),
    "message.replay": pgettext_lazy("permission", "replay"),
    "cancel": pgettext_lazy("permission", "cancel"),
    "accept": pgettext_lazy("permission", "accept"),
    "return": pgettext_lazy("permission", "return"),
    "decide_deadline": pgettext_lazy("permission", "decide about a later deadline"),
    "start": pgettext_lazy("permission", "start"),
    "done": pgettext_lazy("permission", "report done"),
    "ask_deadline": pgettext_lazy("permission", "ask for a later deadline"),
    "check": pgettext_lazy("permission", "tick off steps"),
    "programme.plan": pgettext_lazy("permission", "choose the assignments of days"),
    "programme.finish": pgettext_lazy("permission", "finish"),
    "programme.join": pgettext_lazy("permission", "ask to take part"),
    "assignment.edit": pgettext_lazy("permission", "change, archive"),
    "join_request.decide": pgettext_lazy("permission", "approve, decline"),
    "membership.exclude": pgettext_lazy("permission", "exclude, take back"),
    "report.review": pgettext_lazy("permission", "approve, decline"),
    "report.send": pgettext_lazy("permission", "send, skip a day"),
    "internal": pgettext_lazy("permission", "comment internally"),
    "priority": pgettext_lazy("permission", "change the priority"),
    "wait": pgettext_lazy("permission", "wait for the creator"),
    "escalate": pgettext_lazy("permission", "make an incident or a task of it"),
    "merge": pgettext_lazy("permission", "merge duplicates"),
    "rate": pgettext_lazy("permission", "say how content they are"),
    "ticket.close": pgettext_lazy("permission", "close, confirm that it helped"),
    "hand_over": pgettext_lazy("permission", "hand to somebody"),
    "timeline.internal": pgettext_lazy("permission", "see what is internal"),
    "user.see": pgettext_lazy("permission", "find by name"),
    "user.manage": pgettext_lazy("permission", "invite, approve, give roles, deactivate"),
    "user.audit": pgettext_lazy("permission", "see cards with role and standing"),
    "user.hand_over": pgettext_lazy("permission", "hand over the work of who leaves"),
    "user.profile": pgettext_lazy("permission", "keep their own profile, password and sessions"),
    "notification.own": pgettext_lazy("permission", "read them and choose what one is told"),
    "outbox.retry": pgettext_lazy("permission", "send again"),
    "orphan.remove": pgettext_lazy("permission", "remove with a reason"),
    "health.details": pgettext_lazy("permission", "see the details"),
    "takeout.make": pgettext_lazy("permission", "do"),
    "admin.see": pgettext_lazy("permission", "use"),
}
RELATIONS: dict[str, Any] = {
    "own": _("own"),
    "own_open": _("own while open"),
    "own_unclosed": _("own until closed"),
    "own_unresolved": _("own until resolved"),
    "own_manual": _("own, not the probe's"),
    "mine": pgettext_lazy("relation", "theirs to do"),
    "watched": pgettext_lazy("relation", "watched"),
    "unassigned": pgettext_lazy("relation", "unassigned"),
    "unclosed": _("until closed"),
}
# What a relation means, for the legend; those that follow from the words need none.
MEANINGS: dict[str, Any] = {"own": _("what the person reported or created")}
SHORT_ROLES: dict[str, Any] = {
    Role.USER: pgettext_lazy("short role", "Empl."),
    Role.TECHNICIAN: pgettext_lazy("short role", "Tech."),
    Role.MANAGER: pgettext_lazy("short role", "Mgr."),
    Role.ADMIN: pgettext_lazy("short role", "Admin"),
    Role.AUDITOR: pgettext_lazy("short role", "Aud."),
}


class Cell(NamedTuple):
    """What one role may: `words` is empty for all and for none."""

    role: str
    kind: str  # all, none, some
    words: str


class Row(NamedTuple):
    verb: str
    words: Any
    cells: list[Cell]


class Group(NamedTuple):
    noun: Any
    rows: list[Row]


def table() -> list[Group]:
    """Return the whole table, a group for each noun, in its order."""
    return [
        Group(NOUNS.get(noun, noun), [Row(verb, words_of(verb), cells(verb)) for verb in verbs])
        for noun, verbs in groupby(POLICY, key=lambda verb: verb.partition(".")[0])
    ]


def words_of(verb: str) -> Any:
    return VERBS.get(verb) or VERBS.get(verb.partition(".")[2], verb)


def cells(verb: str) -> list[Cell]:
    return [cell(role, POLICY[verb][role]) for role in ROLES]


def cell(role: Role, relations: frozenset[str]) -> Cell:
    if "all" in relations or not relations:
        return Cell(SHORT_ROLES[role], "all" if relations else "none", "")
    return Cell(SHORT_ROLES[role], "some", words_of_relations(relations))


def words_of_relations(relations: Iterable[str]) -> str:
    return ", ".join(str(RELATIONS.get(relation, relation)) for relation in sorted(relations))


def said(verbs: Iterable[str]) -> str:
    """Return who may do at least one of `verbs`, in English as the description of the API."""
    known = [verb for verb in verbs if verb in POLICY]
    if not known:
        return "Open to everybody, without signing in."
    if len(known) == 1:
        return f"Allowed to {roles_said(known[0])}."
    return " ".join(f"`{verb}`: {roles_said(verb)}." for verb in known)


def roles_said(verb: str) -> str:
    """Return the roles that may, with their relations: `manager`, `admin`, `user` (own)."""
    granted = POLICY[verb]
    if all("all" in relations for relations in granted.values()):
        return "everybody who is signed in"
    whole = [f"`{role}`" for role, relations in granted.items() if "all" in relations]
    with override("en"):
        partly = [(role, words_of_relations(granted[role] - {"all"})) for role in granted]
    return ", ".join(whole + [f"`{role}` ({words})" for role, words in partly if words]) or "nobody"
