"""The policy table, compared with what the organisation decided, and what its cells mean."""

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import policy
from accounts.models import Role, User
from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# Written down a second time on purpose: who opens a door changes two places, and says so in review.
#                             user, technician, manager, admin, auditor
EVERYBODY = "all all all all all"
ALL_BUT_AUDITORS = "all all all all -"
RESPONDERS = "- all all all -"
MANAGERS = "- - all all -"
ADMINS = "- - - all -"
ADMINS_AND_AUDITORS = "- - - all all"
DECIDED = {
    "incident.see": EVERYBODY,
    "incident.export": EVERYBODY,
    "incident.create": ALL_BUT_AUDITORS,
    "incident.comment": ALL_BUT_AUDITORS,
    "incident.attach": ALL_BUT_AUDITORS,
    "incident.watch": ALL_BUT_AUDITORS,
    "incident.edit": "own_open all all all -",
    "incident.take": RESPONDERS,
    "incident.release": RESPONDERS,
    "incident.resolve": RESPONDERS,
    "incident.snooze": RESPONDERS,
    "incident.assign": RESPONDERS,
    "incident.severity": RESPONDERS,
    "incident.close": "own all all all -",
    "incident.reopen": "own_unclosed unclosed all all -",
    "incident.delete": ADMINS,
    "incident.undelete": ADMINS,
    "duty.see": "- all all all all",
    "duty.edit": MANAGERS,
    "duty.export": "- all all all all",
    "escalation.see": "- all all all all",
    "escalation.edit": MANAGERS,
    "response.see": "- - all all all",
    "response.export": "- - all all all",
    "suspension.export": EVERYBODY,
    "suspension_report.export": "- - all all all",
    "integration.see": "- - all all all",
    "integration.create": ADMINS,
    "integration.edit": ADMINS,
    "integration.delete": ADMINS,
    "integration.undelete": ADMINS,
    "message.see": "- - all all all",
    "message.replay": ADMINS,
    "programme.see": "- - all all all",
    "programme.create": MANAGERS,
    "programme.edit": MANAGERS,
    "programme.plan": MANAGERS,
    "programme.start": MANAGERS,
    "programme.finish": MANAGERS,
    "programme.cancel": MANAGERS,
    "programme.delete": ADMINS,
    "programme.undelete": ADMINS,
    "programme.export": "- - all all all",
    "programme.join": ALL_BUT_AUDITORS,
    "assignment.see": "- - all all all",
    "assignment.create": MANAGERS,
    "assignment.edit": MANAGERS,
    "join_request.see": "- - all all all",
    "join_request.decide": MANAGERS,
    "membership.see": "- - all all all",
    "membership.edit": MANAGERS,
    "membership.exclude": MANAGERS,
    "membership.export": "- - all all all",
    "report.see": "- - all all all",
    "report.review": MANAGERS,
    "report.export": "- - all all all",
    "report.send": ALL_BUT_AUDITORS,
    "ticket.see": "own+watched own+mine+unassigned+watched all all all",
    "ticket.create": ALL_BUT_AUDITORS,
    "ticket.comment": "own+watched own+mine+unassigned+watched all all -",
    "ticket.internal": "- own+mine+unassigned+watched all all -",
    "ticket.attach": "own+watched own+mine+unassigned+watched all all -",
    "ticket.watch": "own+watched own+mine+unassigned+watched all all -",
    "ticket.edit": "own_unresolved - all all -",
    "ticket.priority": MANAGERS,
    "ticket.assign": MANAGERS,
    "ticket.accept": "- mine+unassigned all all -",
    "ticket.start": "- mine+unassigned all all -",
    "ticket.wait": "- mine+unassigned all all -",
    "ticket.resolve": "- mine+unassigned all all -",
    "ticket.escalate": "- mine+unassigned all all -",
    "ticket.close": "own own all all -",
    "ticket.reopen": "own own all all -",
    "ticket.cancel": "own_unresolved own_unresolved all all -",
    "ticket.merge": MANAGERS,
    "ticket.rate": "own own own own -",
    "ticket.delete": ADMINS,
    "ticket.undelete": ADMINS,
    "ticket.export": EVERYBODY,
    "ticket_category.see": EVERYBODY,
    "ticket_category.edit": MANAGERS,
    "ticket_record.see": "- own all all all",
    "sla_target.see": EVERYBODY,
    "sla_target.edit": ADMINS,
    "canned_reply.see": "- all all all all",
    "canned_reply.edit": MANAGERS,
    "timeline.see": EVERYBODY,
    "probe.see": "- all all all all",
    "probe.export": "- all all all all",
    "probe.create": ADMINS,
    "probe.edit": ADMINS,
    "probe.check": ADMINS,
    "probe.test_url": ADMINS,
    "probe.delete": ADMINS,
    "probe.undelete": ADMINS,
    "heartbeat.see": "- all all all all",
    "heartbeat.export": "- all all all all",
    "heartbeat.create": ADMINS,
    "heartbeat.edit": ADMINS,
    "heartbeat.delete": ADMINS,
    "heartbeat.undelete": ADMINS,
    "backup.see": ADMINS_AND_AUDITORS,
    "backup.create": ADMINS,
    "backup.verify": ADMINS,
    "backup.download": ADMINS,
    "backup.delete": ADMINS,
    "user.see": EVERYBODY,
    "user.profile": EVERYBODY,
    "user.manage": ADMINS,
    "user.audit": ADMINS_AND_AUDITORS,
    "user.hand_over": MANAGERS,
    "admin.see": ADMINS,
    "health.see": EVERYBODY,
    "health.details": ADMINS,
    "outbox.see": ADMINS,
    "outbox.retry": ADMINS,
}


@pytest.mark.parametrize(("verb", "row"), DECIDED.items())
def test_the_table_says_what_was_decided(verb, row):
    cells = {
        role: frozenset() if cell == "-" else frozenset(cell.split("+"))
        for role, cell in zip(policy.ROLES, row.split(), strict=True)
    }

    assert policy.POLICY[verb] == cells


def test_auditors_change_nothing():
    reading = {"see", "export", "audit", "internal"}
    own = {"user.profile", "notification.own"}
    doing = [verb for verb, row in policy.POLICY.items() if row[Role.AUDITOR] and verb.split(".")[1] not in reading]

    assert set(doing) <= own


@pytest.mark.parametrize("verb", policy.POLICY)
def test_administrators_do_everything(verb):
    assert policy.POLICY[verb][Role.ADMIN]


@pytest.mark.parametrize("who", [{"inactive": True}, {"is_active": False, "role": Role.ADMIN}])
def test_deactivated_people_may_nothing(who):
    user = UserFactory(**who)

    assert [verb for verb in policy.POLICY if policy.allows(user, verb)] == []
    assert not policy.visible(Incident.objects.all(), user, "incident.see").exists()


@pytest.mark.parametrize(
    ("verb", "state", "own", "may"),
    [
        ("incident.edit", {}, True, True),
        ("incident.edit", {"in_progress": True}, True, False),
        ("incident.edit", {}, False, False),
        ("incident.close", {"resolved": True}, True, True),
        ("incident.close", {"resolved": True}, False, False),
        ("incident.reopen", {"resolved": True}, True, True),
        ("incident.reopen", {"closed": True}, True, False),
        ("incident.reopen", {"resolved": True}, False, False),
        ("incident.resolve", {"in_progress": True}, True, False),
    ],
)
def test_what_an_employee_may_depends_on_whose_it_is_and_how_it_stands(verb, state, own, may):
    user = UserFactory()
    incident = IncidentFactory(**state, **({"reporter": user} if own else {}))

    assert policy.allows(user, verb, incident) is may
    assert policy.visible(Incident.objects.all(), user, verb).filter(pk=incident.pk).exists() is may


@pytest.mark.parametrize(("state", "may"), [({"resolved": True}, True), ({"closed": True}, False)])
def test_a_technician_reopens_what_is_not_closed(state, may):
    assert policy.allows(UserFactory(technician=True), "incident.reopen", IncidentFactory(**state)) is may


def test_what_is_not_allowed_is_refused_aloud():
    with pytest.raises(PermissionDenied):
        policy.require(UserFactory(), "incident.take", IncidentFactory())


@pytest.mark.parametrize("role", policy.ROLES)
def test_only_administrators_enter_the_admin(client, role):
    client.force_login(UserFactory(role=role))
    names = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]

    statuses = {client.get(reverse(name)).status_code for name in ["admin:index", *names]}

    assert statuses == {200 if role == Role.ADMIN else 302}


@pytest.mark.parametrize("trait", ["inactive", "unapproved"])
def test_people_who_may_not_come_in_are_strangers(client, trait):
    client.force_login(UserFactory(admin=True, **{trait: True}))

    assert client.get("/api/v1/incidents/").status_code == 401
    assert client.get("/incidents/").status_code == 302


def test_the_system_may_what_administrators_may():
    system = User.objects.system()

    assert [verb for verb in policy.POLICY if not policy.allows(system, verb)] == []
