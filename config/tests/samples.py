"""One object for every pattern of an address that names one. A new noun adds its line to SAMPLES."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Invitation, SignIn, User
from accounts.tests.factories import UserFactory
from attachments.services import attach, received
from attachments.tests.samples import image, upload
from config.tests.routes import Route
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory
from incidents.models import Duty, EscalationPolicy
from incidents.oncall.tests.factories import WEEK, DutyFactory
from incidents.tests.factories import IncidentFactory
from monitoring.models import Backup, MaintenanceWindow, Outage
from monitoring.tests.factories import GroupFactory, HeartbeatFactory
from notifications.models import BotUpdate, Chat, Delivery
from notifications.tests.factories import tell
from suspensions.tests.factories import (
    ProcessLimitFactory,
    RiskFactory,
    RiskSourceFactory,
    SuspensionFactory,
    TechProcessFactory,
)
from tasks.models import Programme
from tasks.programmes.tests.factories import (
    AssignmentFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
)
from tasks.tests.factories import TaskFactory
from tickets.models import CannedReply, SavedView, SlaTarget
from tickets.tests.factories import CategoryFactory, TicketFactory
from workflow.tests.actors import actor_of

type Sample = tuple[dict[str, Any], Any]  # the keys of the address, and the object that they name


def incident(user: User) -> Sample:
    found = IncidentFactory()
    return {"pk": found.pk}, found


def own_incident(user: User) -> Sample:
    found = IncidentFactory(reporter=user)
    return {"pk": found.pk}, found


def suspension(user: User) -> Sample:
    found = SuspensionFactory()
    return {"pk": found.pk}, found


def process(user: User) -> Sample:
    found = TechProcessFactory()
    return {"pk": found.pk}, found


def duty(user: User) -> Sample:
    found = DutyFactory(start=timezone.now() + Duty.objects.count() * WEEK)
    return {"pk": found.pk}, found


def chain(user: User) -> Sample:
    steps = [{"after": 10, "whom": "duty"}]
    found = EscalationPolicy.objects.get_or_create(severity="low", deleted_at=None, defaults={"steps": steps})[0]
    return {"pk": found.pk}, found


def integration(user: User) -> Sample:
    found = IntegrationFactory()
    return {"pk": found.pk}, found


def token(user: User) -> Sample:
    return {"token": "vkh_unknown"}, None


def message(user: User) -> Sample:
    found = MessageFactory()
    return {"pk": found.pk}, found


def own_suspension(user: User) -> Sample:
    found = SuspensionFactory(author=user)
    return {"pk": found.pk}, found


def limit(user: User) -> Sample:
    found = ProcessLimitFactory()
    return {"pk": found.pk}, found


def risk_source(user: User) -> Sample:
    return {"pk": RiskSourceFactory().pk}, None


def risk(user: User) -> Sample:
    return {"pk": RiskFactory().pk}, None


def task(user: User) -> Sample:
    found = TaskFactory()
    return {"pk": found.pk}, found


def own_task(user: User) -> Sample:
    found = TaskFactory(author=user)
    return {"pk": found.pk}, found


def programme(user: User) -> Sample:
    """One that is over: any number of them may stand side by side."""
    found = ProgrammeFactory(finished=True)
    return {"pk": found.pk, "number": 1}, found


def running() -> Programme:
    return Programme.objects.running().first() or ProgrammeFactory(started=True)


def assignment(user: User) -> Sample:
    found = AssignmentFactory()
    return {"pk": found.pk}, found


def member(user: User) -> Sample:
    found = MemberFactory()
    return {"pk": found.pk}, found


def join_request(user: User) -> Sample:
    found = JoinRequestFactory(programme=running())
    return {"pk": found.pk}, found


def membership(user: User) -> Sample:
    found = MembershipFactory(programme=running())
    return {"pk": found.pk}, found


def report(user: User) -> Sample:
    found = ReportFactory(membership__programme=ProgrammeFactory(finished=True), reviewing=True)
    return {"pk": found.pk}, found


def ticket(user: User) -> Sample:
    found = TicketFactory()
    return {"pk": found.pk}, found


def ticket_category(user: User) -> Sample:
    return {"pk": CategoryFactory().pk}, None


def canned_reply(user: User) -> Sample:
    return {"pk": CannedReply.objects.create(title=UserFactory().username, text="Hello {name}").pk}, None


def sla_target(user: User) -> Sample:
    return {"pk": SlaTarget.objects.get_or_create(priority="high")[0].pk}, None


def own_ticket(user: User) -> Sample:
    found = TicketFactory(creator=user)
    return {"pk": found.pk}, found


def saved_view(user: User) -> Sample:
    return {"pk": SavedView.objects.create(user=user, name=f"Urgent {SavedView.objects.count()}").pk}, None


def picture(user: User) -> Sample:
    with received([upload("photo.png", image())]) as files:
        attach(IncidentFactory(), files, by=actor_of(UserFactory()))
    return {"pk": files[0].pk}, files[0]


def person(user: User) -> Sample:
    found = UserFactory()
    return {"pk": found.pk}, found


def invitation(user: User) -> Sample:
    now, digest = timezone.now(), UserFactory().username
    dates = {"sent_at": now, "expires_at": now + timedelta(days=1)}
    found = Invitation.objects.create(
        email=f"{digest}@example.com", language="en", digest=digest, invited_by=UserFactory(admin=True), **dates
    )
    return {"pk": found.pk}, found


def session(user: User) -> Sample:
    found = SignIn.objects.create(user=user, kind=SignIn.Kind.API)
    return {"sid": found.pk}, None


def day(user: User) -> Sample:
    return {"date": "2026-05-09"}, None


def notice(user: User) -> Sample:
    return {"pk": tell(user)[0].pk}, None


def delivery(user: User) -> Sample:
    return {"pk": Delivery.objects.filter(notice__in=tell(UserFactory())).latest("pk").pk}, None


def chat(user: User) -> Sample:
    number = -Chat.objects.count() - 1
    return {"pk": Chat.objects.create(telegram_id=number, title="On call").pk}, None


def update(user: User) -> Sample:
    made = BotUpdate.objects.create(update_id=BotUpdate.objects.count() + 1, payload={}, state="failed", error="broken")
    return {"pk": made.pk}, None


def probe(user: User) -> Sample:
    """A group without targets: what is pressed here sends nothing anywhere."""
    found = GroupFactory(addresses=[])
    return {"pk": found.pk}, found


def heartbeat(user: User) -> Sample:
    found = HeartbeatFactory()
    return {"pk": found.pk}, found


def ping(user: User) -> Sample:
    return {"token": "nobody-has-this-token"}, None


def target(user: User) -> Sample:
    found = GroupFactory()
    return {"pk": found.targets.latest("pk").pk}, found


def window(user: User) -> Sample:
    found, now = GroupFactory(addresses=[]), timezone.now()
    times = {"start": now + timedelta(hours=1), "finish": now + timedelta(hours=2)}
    made = MaintenanceWindow.objects.create(group=found, note="Router", created_by=UserFactory(), **times)
    return {"pk": made.pk}, found


def window_of_probe(user: User) -> Sample:
    keys, found = window(user)
    return {"pk": found.pk, "window": keys["pk"]}, found


def backup(user: User) -> Sample:
    found = Backup.objects.create(made_by=UserFactory(), state=Backup.State.MISSING)
    return {"pk": found.pk}, found


def outage(user: User) -> Sample:
    found = Outage.objects.create(group=GroupFactory(), start=timezone.now())
    return {"pk": found.pk}, None


SAMPLES = {
    "notifications/chats/": chat,
    "notifications/chats/updates/": update,
    "api/v1/chats/": chat,
    "incidents/": incident,
    "api/v1/incidents/": incident,
    "suspensions/": suspension,
    "suspensions/processes/": process,
    "oncall/": duty,
    "oncall/escalation/": chain,
    "api/v1/oncall/duties/": duty,
    "api/v1/oncall/policies/": chain,
    "integrations/": integration,
    "integrations/messages/": message,
    "api/v1/integrations/": integration,
    "api/v1/intake/": token,
    "api/v1/intake/incidents/": incident,
    "api/v1/intake-messages/": message,
    "suspensions/limits/": limit,
    "suspensions/risk-sources/": risk_source,
    "suspensions/risks/": risk,
    "api/v1/suspensions/": suspension,
    "api/v1/processes/": process,
    "api/v1/limits/": limit,
    "api/v1/risk-sources/": risk_source,
    "api/v1/risks/": risk,
    "tasks/": task,
    "api/v1/tasks/": task,
    "api/v1/programmes/": programme,
    "api/v1/assignments/": assignment,
    "api/v1/members/": member,
    "api/v1/join-requests/": join_request,
    "api/v1/memberships/": membership,
    "api/v1/reports/": report,
    "programmes/": programme,
    "programmes/assignments/": assignment,
    "programmes/join/": token,
    "programmes/members/": member,
    "programmes/memberships/": membership,
    "programmes/reports/": report,
    "programmes/requests/": join_request,
    "tickets/": ticket,
    "tickets/views/": saved_view,
    "tickets/categories/": ticket_category,
    "tickets/canned-replies/": canned_reply,
    "tickets/targets/": sla_target,
    "api/v1/ticket-categories/": ticket_category,
    "api/v1/canned-replies/": canned_reply,
    "api/v1/sla-targets/": sla_target,
    "api/v1/tickets/": ticket,
    "people/": person,
    "people/invitations/": invitation,
    "profile/sessions/": session,
    "attachments/": picture,
    "notifications/": notice,
    "notifications/outbox/": delivery,
    "api/v1/attachments/": picture,
    "api/v1/invitations/": invitation,
    "api/v1/notifications/": notice,
    "api/v1/notifications/outbox/": delivery,
    "api/v1/outages/": outage,
    "api/v1/probes/": probe,
    "api/v1/probes/%(pk)s/windows/%(window)s/": window_of_probe,
    "api/v1/backups/": backup,
    "backups/": backup,
    "probes/": probe,
    "heartbeats/": heartbeat,
    "api/v1/heartbeats/": heartbeat,
    "api/v1/ping/": ping,
    "probes/targets/": target,
    "probes/windows/": window,
    "api/v1/users/": person,
    "api/v1/users/me/sessions/": session,
    "api/v1/calendar/days/": day,
}

# The same objects, but the user's own, where the policy knows a difference.
OWN_SAMPLES = {
    "incidents/": own_incident,
    "api/v1/incidents/": own_incident,
    "suspensions/": own_suspension,
    "api/v1/suspensions/": own_suspension,
    "tasks/": own_task,
    "api/v1/tasks/": own_task,
    "tickets/": own_ticket,
    "api/v1/tickets/": own_ticket,
}


def sample(route: Route, user: User, samples: Any = None) -> Sample:
    """Make the object that the pattern of `route` names, for `user` where it is theirs alone."""
    if "%(" not in route.path:
        return {}, None
    return (SAMPLES | (samples or {}))[prefix_of(route)](user)


def prefix_of(route: Route) -> str:
    known = [prefix for prefix in SAMPLES if route.path.startswith(prefix)]
    assert known, f"{route.path}: config/tests/samples.py knows no such object"
    return max(known, key=len)


def concerned(routes: list[Route], samples: Any) -> list[Route]:
    """Return the routes that `samples` give another object; all where there are none."""
    if not samples:
        return routes
    keyed = [one for one in routes if "%(" in one.path and one.path.startswith(tuple(samples))]
    return [one for one in keyed if prefix_of(one) in samples]


def address(route: Route, user: User) -> str:
    """Return where `route` is found, with the keys of a fresh sample."""
    return route.at(**sample(route, user)[0])
