"""Who may do what: the one table behind permissions, visible querysets, buttons and the test matrix.

A cell names the relations that open the door: `all`, `-` for nobody, or relations such as `own` and `mine`,
joined by `+`. What a relation means for a noun is said by its model in `relations(user)`.
"""

from collections.abc import Callable
from typing import Any, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User

ROLES = [Role.USER, Role.TECHNICIAN, Role.MANAGER, Role.ADMIN, Role.AUDITOR]

#                                user            technician  manager  admin  auditor
TABLE = """
incident.see                     all             all         all      all    all
incident.create                  all             all         all      all    -
incident.comment                 all             all         all      all    -
incident.attach                  all             all         all      all    -
incident.watch                   all             all         all      all    -
incident.edit                    own_open        all         all      all    -
incident.take                    -               all         all      all    -
incident.release                 -               all         all      all    -
incident.resolve                 -               all         all      all    -
incident.snooze                  -               all         all      all    -
incident.close                   own             all         all      all    -
incident.reopen                  own_unclosed    unclosed    all      all    -
incident.assign                  -               all         all      all    -
incident.severity                -               all         all      all    -
incident.delete                  -               -           -        all    -
incident.undelete                -               -           -        all    -
incident.export                  all             all         all      all    all
duty.see                         -               all         all      all    all
duty.edit                        -               -           all      all    -
duty.export                      -               all         all      all    all
escalation.see                   -               all         all      all    all
escalation.edit                  -               -           all      all    -
response.see                     -               -           all      all    all
response.export                  -               -           all      all    all
suspension.see                   all             all         all      all    all
suspension.create                all             all         all      all    -
suspension.comment               all             all         all      all    -
suspension.attach                all             all         all      all    -
suspension.edit                  own_manual      own_manual  own_manual  all  -
suspension.restore               own_manual      own_manual  own_manual  all  -
suspension.investigate           -               -           all      all    -
suspension.close                 -               -           all      all    -
suspension.reopen                -               -           all      all    -
suspension.plan                  -               -           all      all    -
suspension.call_off              own_manual      own_manual  all      all    -
suspension.regulate              -               -           all      all    -
suspension.confirm               -               -           all      all    -
suspension.import                -               -           all      all    -
suspension.delete                -               -           -        all    -
suspension.undelete              -               -           -        all    -
suspension.export                all             all         all      all    all
suspension_report.export         -               -           all      all    all
process.see                      all             all         all      all    all
process.edit                     -               -           -        all    -
limit.see                        all             all         all      all    all
limit.propose                    -               -           all      all    -
limit.approve                    -               -           all      all    -
risk_source.see                  all             all         all      all    all
risk_source.edit                 -               -           -        all    -
risk.see                         -               -           all      all    all
risk.edit                        -               -           all      all    -
risk.delete                      -               -           -        all    -
risk.undelete                    -               -           -        all    -
risk.export                      -               -           all      all    all
integration.see                  -               -           all      all    all
integration.create               -               -           -        all    -
integration.edit                 -               -           -        all    -
integration.delete               -               -           -        all    -
integration.undelete             -               -           -        all    -
message.see                      -               -           all      all    all
message.replay                   -               -           -        all    -
task.see                         own+mine+watched  own+mine+watched  all  all  all
task.create                      all             all         all      all    -
task.comment                     own+mine+watched  own+mine+watched  all  all  -
task.attach                      own+mine+watched  own+mine+watched  all  all  -
task.watch                       own+mine+watched  own+mine+watched  all  all  -
task.edit                        own             own         own      all    -
task.cancel                      own             own         own      all    -
task.accept                      own             own         own      all    -
task.return                      own             own         own      all    -
task.decide_deadline             own             own         own      all    -
task.start                       mine            mine        mine     mine   -
task.done                        mine            mine        mine     mine   -
task.ask_deadline                mine            mine        mine     mine   -
task.check                       own+mine        own+mine    own+mine  all   -
task.hand_over                   -               -           all      all    -
task.delete                      -               -           -        all    -
task.undelete                    -               -           -        all    -
task.export                      all             all         all      all    all
task_record.see                  own             own         all      all    all
programme.see                    -               -           all      all    all
programme.create                 -               -           all      all    -
programme.edit                   -               -           all      all    -
programme.plan                   -               -           all      all    -
programme.start                  -               -           all      all    -
programme.finish                 -               -           all      all    -
programme.cancel                 -               -           all      all    -
programme.delete                 -               -           -        all    -
programme.undelete               -               -           -        all    -
programme.export                 -               -           all      all    all
programme.join                   all             all         all      all    -
assignment.see                   -               -           all      all    all
assignment.create                -               -           all      all    -
assignment.edit                  -               -           all      all    -
join_request.see                 -               -           all      all    all
join_request.decide              -               -           all      all    -
membership.see                   -               -           all      all    all
membership.edit                  -               -           all      all    -
membership.exclude               -               -           all      all    -
membership.export                -               -           all      all    all
report.see                       -               -           all      all    all
report.review                    -               -           all      all    -
report.export                    -               -           all      all    all
report.send                      all             all         all      all    -
ticket.see                       own+watched  own+mine+unassigned+watched  all  all  all
ticket.create                    all             all         all      all    -
ticket.comment                   own+watched  own+mine+unassigned+watched  all  all  -
ticket.internal                  -            own+mine+unassigned+watched  all  all  -
ticket.attach                    own+watched  own+mine+unassigned+watched  all  all  -
ticket.watch                     own+watched  own+mine+unassigned+watched  all  all  -
ticket.edit                      own_unresolved  -           all      all    -
ticket.priority                  -               -           all      all    -
ticket.assign                    -               -           all      all    -
ticket.accept                    -            mine+unassigned  all    all    -
ticket.start                     -            mine+unassigned  all    all    -
ticket.wait                      -            mine+unassigned  all    all    -
ticket.resolve                   -            mine+unassigned  all    all    -
ticket.escalate                  -            mine+unassigned  all    all    -
ticket.close                     own             own         all      all    -
ticket.reopen                    own             own         all      all    -
ticket.cancel                    own_unresolved  own_unresolved  all  all    -
ticket.merge                     -               -           all      all    -
ticket.rate                      own             own         own      own    -
ticket.delete                    -               -           -        all    -
ticket.undelete                  -               -           -        all    -
ticket.export                    all             all         all      all    all
ticket_category.see              all             all         all      all    all
ticket_category.edit             -               -           all      all    -
ticket_record.see                -               own         all      all    all
sla_target.see                   all             all         all      all    all
sla_target.edit                  -               -           -        all    -
canned_reply.see                 -               all         all      all    all
canned_reply.edit                -               -           all      all    -
attachment.see                   all             all         all      all    all
chat.see                         -               -           -        all    -
chat.edit                        -               -           -        all    -
orphan.see                       -               -           -        all    -
orphan.remove                    -               -           -        all    -
timeline.see                     all             all         all      all    all
timeline.internal                -               all         all      all    all
probe.see                        -               all         all      all    all
probe.create                     -               -           -        all    -
probe.edit                       -               -           -        all    -
probe.check                      -               -           -        all    -
probe.test_url                   -               -           -        all    -
probe.delete                     -               -           -        all    -
probe.undelete                   -               -           -        all    -
probe.export                     -               all         all      all    all
heartbeat.see                    -               all         all      all    all
heartbeat.create                 -               -           -        all    -
heartbeat.edit                   -               -           -        all    -
heartbeat.delete                 -               -           -        all    -
heartbeat.undelete               -               -           -        all    -
heartbeat.export                 -               all         all      all    all
backup.see                       -               -           -        all    all
backup.create                    -               -           -        all    -
backup.verify                    -               -           -        all    -
backup.download                  -               -           -        all    -
backup.delete                    -               -           -        all    -
user.see                         all             all         all      all    all
user.manage                      -               -           -        all    -
user.audit                       -               -           -        all    all
user.hand_over                   -               -           all      all    -
user.profile                     all             all         all      all    all
organisation.see                 all             all         all      all    all
organisation.edit                -               -           -        all    -
calendar.see                     all             all         all      all    all
calendar.edit                    -               -           -        all    -
notification.own                 own             own         own      own    own
outbox.see                       -               -           -        all    -
outbox.retry                     -               -           -        all    -
audit.see                        -               -           -        all    all
audit.export                     -               -           -        all    all
policy.see                       -               -           -        all    all
takeout.make                     -               -           -        all    -
schema.see                       all             all         all      all    all
health.see                       all             all         all      all    all
health.details                   -               -           -        all    -
admin.see                        -               -           -        all    -
"""


class Related(Protocol):
    """A model that says what `own`, `mine` and the like mean: relation -> field lookups that must all hold."""

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]: ...


def parse(table: str) -> dict[str, dict[str, frozenset[str]]]:
    """Return verb -> role -> relations; an empty set is nobody."""
    rows = (line.split() for line in table.strip().splitlines())
    return {
        verb: {
            role: frozenset() if cell == "-" else frozenset(cell.split("+"))
            for role, cell in zip(ROLES, cells, strict=True)
        }
        for verb, *cells in rows
    }


POLICY = parse(TABLE)


def grants(user: Any, verb: str) -> frozenset[str]:
    """Return the relations through which `user` may do `verb`; anonymous and inactive people have none.

    The system, as whom jobs and probes act, may what administrators may: nobody can sign in as it.
    """
    role = getattr(user, "role", None)
    if role is None or not user.is_active:
        return frozenset()
    role = Role.ADMIN if getattr(user, "is_system", False) else role
    return POLICY[verb][role]


def allows(user: Any, verb: str, subject: Model | None = None) -> bool:
    """Say whether `user` may do `verb` to `subject`; without a subject, whether to any at all."""
    relations = grants(user, verb)
    if "all" in relations or subject is None:
        return bool(relations)
    meaning = cast("Related", subject).relations(user) if relations else {}
    return any(holds(subject, meaning[relation]) for relation in relations)


def sees_all(verb: str) -> Callable[[Any], bool]:
    """Return the question whether a person may do `verb` to whatever there is."""
    return lambda user: "all" in grants(user, verb)


def holders(verb: str) -> QuerySet[User]:
    """Return the people who may do `verb`, to some objects at least."""
    return User.objects.active().people().filter(role__in=[role for role in ROLES if POLICY[verb][role]])


def require(user: Any, verb: str, subject: Model | None = None) -> None:
    """Raise PermissionDenied unless `allows`."""
    if not allows(user, verb, subject):
        raise PermissionDenied(_("Your role does not allow this."))


def visible[Rows: QuerySet[Any, Any]](rows: Rows, user: Any, verb: str) -> Rows:
    """Return those of `rows` to which `user` may do `verb`."""
    relations = grants(user, verb)
    if "all" in relations:
        return rows
    meaning = rows.model.relations(user) if relations else {}
    conditions = [Q(**meaning[relation]) for relation in sorted(relations)]
    return rows.filter(Q(*conditions, _connector=Q.OR)) if conditions else rows.none()


def holds(subject: Model, lookups: dict[str, Any]) -> bool:
    for name, wanted in lookups.items():
        field, _separator, lookup = name.partition("__")
        value = getattr(subject, field)
        if (value not in wanted) if lookup in {"in", "among"} else (value != wanted):
            return False
    return True
