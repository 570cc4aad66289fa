from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import handover
from accounts.services import hand_over
from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from tickets import services
from tickets.models import Ticket
from tickets.tests.factories import CategoryFactory, TicketFactory
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Ticket.Status
STATES = ["assigned", "in_progress", "resolved", "closed", "cancelled"]


@pytest.fixture
def technician():
    return UserFactory(technician=True, username="technician")


@pytest.fixture
def manager():
    return UserFactory(manager=True, username="manager")


def filed(creator=None, **fields):
    fields = {"title": "The printer does not print"} | fields
    return services.create(by=actor_of(creator or UserFactory()), **fields)


def told():
    """Who was told what, the oldest first."""
    return list(Notice.objects.order_by("pk").values_list("recipient__username", "kind"))


def verbs(ticket):
    return list(Event.objects.about(ticket).values_list("verb", flat=True))


def test_the_story_of_a_ticket_and_who_hears_of_it(technician, manager):
    creator = UserFactory(username="creator")
    asked, works, leads = actor_of(creator), actor_of(technician), actor_of(manager)
    ticket = filed(creator)

    services.assign(ticket, by=leads, assignee=technician)
    services.accept(ticket, by=works)
    services.start(ticket, by=works)
    services.resolve(ticket, by=works, note="The drum was stuck.")
    services.reopen(ticket, by=asked, note="It is stuck again.")
    services.resolve(ticket, by=works)
    services.close(ticket, by=asked)

    assert ticket.status == Status.CLOSED
    assert verbs(ticket) == ["file", "assign", "accept", "start", "resolve", "reopen", "resolve", "close"]
    assert told() == [
        ("manager", "ticket.filed"), ("technician", "ticket.filed"),
        ("creator", "ticket.assigned"), ("technician", "ticket.assigned"), ("creator", "ticket.started"),
        ("creator", "ticket.started"), ("creator", "ticket.resolved"), ("technician", "ticket.reopened"),
        ("creator", "ticket.resolved"), ("technician", "ticket.closed"),
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["start", "resolve", "close", "reopen"])
def test_a_new_ticket_cannot_skip_its_turn(verb, manager):
    ticket = TicketFactory()

    with pytest.raises(MoveRefused) as refused:
        getattr(services, verb)(ticket, by=actor_of(manager))

    assert refused.value.allowed == [Status.ASSIGNED, Status.CANCELLED]
    assert verbs(ticket) == []


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ("assigned", ["close", "reopen"]),
        ("in_progress", ["accept", "start", "close", "reopen"]),
        ("resolved", ["accept", "start", "resolve", "cancel"]),
        ("closed", ["accept", "start", "resolve", "close", "cancel"]),
        ("cancelled", ["accept", "start", "resolve", "close", "reopen", "cancel"]),
    ],
)
def test_out_of_turn_nothing_moves(state, refused, manager):
    for verb in refused:
        ticket = TicketFactory(**{state: True})
        with pytest.raises(MoveRefused):
            getattr(services, verb)(ticket, by=actor_of(manager))
        ticket.refresh_from_db()
        assert ticket.status == state


@pytest.mark.parametrize("state", ["resolved", "closed", "cancelled"])
def test_what_is_over_is_not_assigned(state, manager, technician):
    with pytest.raises(MoveRefused):
        services.assign(TicketFactory(**{state: True}), by=actor_of(manager), assignee=technician)


@pytest.mark.parametrize("traits", [{}, {"auditor": True}, {"technician": True, "inactive": True}])
def test_only_active_technicians_are_assigned(traits, manager):
    ticket, person = TicketFactory(), UserFactory(**traits)

    with pytest.raises(ValidationError) as refused:
        services.assign(ticket, by=actor_of(manager), assignee=person)

    assert list(refused.value.message_dict) == ["assignee"]
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_whoever_has_it_next_accepts_and_starts_anew(manager, technician):
    ticket = TicketFactory(in_progress=True)
    before = ticket.assignee

    services.assign(ticket, by=actor_of(manager), assignee=technician, note="You know the model.")

    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, technician)
    assert (ticket.accepted_at, ticket.started_at) == (None, None)
    event = Event.objects.about(ticket).get()
    assert event.before["assignee"]["id"] == before.pk
    assert event.after["assignee"]["id"] == technician.pk


def test_from_one_technician_to_another_before_anybody_began(manager, technician):
    ticket = TicketFactory(assigned=True, accepted_at=timezone.now())

    services.assign(ticket, by=actor_of(manager), assignee=technician)

    assert (ticket.status, ticket.assignee, ticket.accepted_at) == (Status.ASSIGNED, technician, None)
    assert verbs(ticket) == ["assign"]


def test_back_to_the_queue(manager):
    ticket = TicketFactory(in_progress=True)

    services.assign(ticket, by=actor_of(manager), assignee=None)

    assert (ticket.status, ticket.assignee, ticket.assigned_at) == (Status.NEW, None, None)


def test_assigning_to_whoever_has_it_is_refused(manager):
    ticket = TicketFactory(assigned=True)

    with pytest.raises(Conflict):
        services.assign(ticket, by=actor_of(manager), assignee=ticket.assignee)


def test_a_technician_takes_what_nobody_has(technician):
    ticket = TicketFactory()

    services.accept(ticket, by=actor_of(technician))

    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, technician)
    assert None not in (ticket.accepted_at, ticket.first_response_at)


def test_accepting_twice_is_refused(technician):
    ticket = TicketFactory()
    services.accept(ticket, by=actor_of(technician))

    with pytest.raises(MoveRefused):
        services.accept(ticket, by=actor_of(technician))


def test_a_technician_leaves_the_work_of_others_alone(technician):
    for verb in ["accept", "start", "resolve", "wait"]:
        with pytest.raises(PermissionDenied):
            getattr(services, verb)(TicketFactory(assigned=True), by=actor_of(technician))


def test_a_stale_copy_loses(technician):
    ticket = TicketFactory()
    stale = Ticket.objects.get(pk=ticket.pk)
    services.accept(ticket, by=actor_of(technician))

    with pytest.raises(MoveRefused):
        services.accept(stale, by=actor_of(UserFactory(technician=True)))

    ticket.refresh_from_db()
    assert ticket.assignee == technician


def test_reopened_work_of_somebody_who_left_returns_to_the_queue():
    ticket = TicketFactory(resolved=True, assignee=UserFactory(technician=True, inactive=True))

    services.reopen(ticket, by=actor_of(ticket.creator), note="Again.")

    assert (ticket.status, ticket.assignee, ticket.resolved_at) == (Status.NEW, None, None)


def test_the_category_assigns_what_is_filed(technician):
    ticket = filed(category=CategoryFactory(default_assignee=technician))

    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, technician)
    assert verbs(ticket) == ["file", "assign"]


def test_a_default_assignee_who_left_gets_nothing():
    gone = UserFactory(technician=True, inactive=True)

    assert filed(category=CategoryFactory(default_assignee=gone)).status == Status.NEW


def test_an_unused_category_is_not_given():
    with pytest.raises(ValidationError):
        filed(category=CategoryFactory(is_active=False))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "),
        ("title", "x" * 201),
        ("description", "x" * 5001),
        ("priority", "urgent"),
        ("location", "x" * 201),
    ],
)
def test_what_is_filed_has_limits(field, value):
    with pytest.raises(ValidationError) as refused:
        filed(**{field: value})

    assert list(refused.value.message_dict) == [field]
    assert not Ticket.objects.exists()


def test_a_creator_corrects_it_until_it_is_resolved():
    ticket = TicketFactory(in_progress=True)
    services.edit(ticket, by=actor_of(ticket.creator), title="The scanner does not scan")
    assert ticket.title == "The scanner does not scan"

    done = TicketFactory(resolved=True)
    with pytest.raises(PermissionDenied):
        services.edit(done, by=actor_of(done.creator), title="Another")


def test_of_priority_the_manager_decides(manager):
    ticket = filed(priority="high")

    with pytest.raises(PermissionDenied):
        services.revise(ticket, by=actor_of(ticket.creator), title="Another", priority="critical")
    services.revise(ticket, by=actor_of(manager), title="Another", priority="low")

    assert (ticket.title, ticket.priority) == ("Another", "low")
    assert verbs(ticket) == ["file", "priority", "edit"]


def test_a_correction_of_an_old_version_is_refused(manager):
    ticket = TicketFactory(version=3)

    with pytest.raises(StaleVersion):
        services.revise(ticket, by=actor_of(manager), version=2, priority="low", title="Another")


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_what_is_over_stays_as_it_is(state, manager):
    with pytest.raises(Conflict):
        services.edit(TicketFactory(**{state: True}), by=actor_of(manager), title="Another")


def test_an_incident_that_is_deleted_is_not_linked():
    with pytest.raises(ValidationError):
        filed(incident=IncidentFactory(deleted=True))


def test_while_the_creator_is_waited_for_a_pause_lasts(technician):
    ticket = TicketFactory(in_progress=True, assignee=technician)

    services.wait(ticket, by=actor_of(technician), note="Which printer is it?")
    assert ticket.waiting_since is not None
    services.comment(ticket, by=actor_of(ticket.creator), text="The one by the door.")

    pause = ticket.pauses.get()
    assert ticket.waiting_since is None
    assert pause.start <= pause.finish
    assert verbs(ticket) == ["wait", "comment", "resume"]


@pytest.mark.parametrize("verb", ["resolve", "cancel", "resume"])
def test_a_pause_ends_with_the_work(verb, manager):
    ticket = TicketFactory(in_progress=True)
    services.wait(ticket, by=actor_of(manager))

    getattr(services, verb)(ticket, by=actor_of(manager))

    assert ticket.waiting_since is None
    assert ticket.pauses.get().finish is not None


def test_a_pause_ends_when_somebody_else_has_it(manager, technician):
    ticket = TicketFactory(in_progress=True)
    services.wait(ticket, by=actor_of(manager))

    services.assign(ticket, by=actor_of(manager), assignee=technician)

    assert ticket.waiting_since is None
    assert ticket.pauses.get().finish is not None


def test_waiting_twice_and_before_the_work_is_refused(manager):
    ticket = TicketFactory(in_progress=True)
    services.wait(ticket, by=actor_of(manager))

    for waiting in (ticket, TicketFactory(), TicketFactory(resolved=True)):
        with pytest.raises(Conflict):
            services.wait(waiting, by=actor_of(manager))


def test_the_first_answer_of_the_desk_is_the_first_response(technician):
    ticket = TicketFactory()

    services.comment(ticket, by=actor_of(ticket.creator), text="It is urgent.")
    services.comment(ticket, by=actor_of(technician), text="Ask the supplier?", internal=True)
    assert ticket.first_response_at is None
    services.comment(ticket, by=actor_of(technician), text="Which one is it?")

    first = ticket.first_response_at
    services.accept(ticket, by=actor_of(technician))
    assert first is not None
    assert ticket.first_response_at == first


def test_an_internal_word_leaves_no_trace_for_the_creator(technician):
    ticket = TicketFactory(assigned=True, assignee=technician, creator__username="creator")
    services.watch(ticket, by=actor_of(UserFactory(manager=True, username="chief")))
    before = (ticket.version, ticket.updated_at)

    services.comment(ticket, by=actor_of(technician), text="He broke it himself.", internal=True)

    ticket.refresh_from_db()
    assert (ticket.version, ticket.updated_at) == before
    assert told() == [("chief", "ticket.noted")]
    assert [event.verb for event in Event.objects.about(ticket).readable_by_all()] == ["watch-ticket"]


def test_a_plain_user_writes_nothing_internal():
    ticket = TicketFactory()

    with pytest.raises(PermissionDenied):
        services.comment(ticket, by=actor_of(ticket.creator), text="Secret.", internal=True)


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_a_comment_says_something_and_not_too_much(text):
    ticket = TicketFactory()

    with pytest.raises(ValidationError):
        services.comment(ticket, by=actor_of(ticket.creator), text=text)


def test_a_watcher_is_told_and_may_speak(technician):
    friend = UserFactory(username="friend")
    ticket = filed(watchers=[friend])

    services.comment(ticket, by=actor_of(technician), text="Which one is it?")
    services.comment(ticket, by=actor_of(friend), text="The one by the door.")

    assert ("friend", "ticket.commented") in told()
    assert Ticket.objects.visible_to(friend).get() == ticket


@pytest.mark.parametrize("state", [{"deleted": True}, {"merged": True}])
def test_deleted_and_merged_tickets_are_left_alone(state, technician):
    admin = actor_of(UserFactory(admin=True))
    arguments = {
        "assign": {"assignee": technician}, "comment": {"text": "Hello."}, "edit": {"title": "Another"},
        "set_priority": {"priority": "low"}, "attach": {"files": []}, "make_incident": {},
        "make_task": {"executor": technician, "deadline": timezone.localdate() + timedelta(days=1)},
    }  # fmt: skip
    bare = ["accept", "start", "resolve", "close", "reopen", "cancel", "wait", "resume", "watch"]
    for verb, more in {**arguments, **{verb: {} for verb in bare}}.items():
        with pytest.raises(Conflict):
            getattr(services, verb)(TicketFactory(**state), by=admin, **more)

    assert not Event.objects.exclude(verb="file").exists()


def test_deleting_needs_a_reason_and_can_be_undone():
    admin, ticket = actor_of(UserFactory(admin=True)), TicketFactory()

    with pytest.raises(ValidationError):
        services.delete(ticket, by=admin, note=" ")
    services.delete(ticket, by=admin, note="Filed twice.")
    assert not Ticket.objects.visible_to(ticket.creator).exists()
    services.undelete(ticket, by=admin)

    assert Ticket.objects.visible_to(ticket.creator).get() == ticket


def test_an_incident_grows_out_of_a_ticket_and_stays_tied(technician):
    ticket = TicketFactory(priority="critical", description="Nothing prints on the whole floor.")

    incident = services.make_incident(ticket, by=actor_of(technician))

    assert (ticket.incident, incident.severity, incident.reporter) == (incident, "critical", technician)
    assert incident.title == ticket.title
    assert "Nothing prints on the whole floor." in incident.description
    assert "Room 412" in incident.description
    with pytest.raises(Conflict):
        services.make_incident(ticket, by=actor_of(technician))


def test_a_task_grows_out_of_a_ticket(manager, technician):
    ticket, tomorrow = TicketFactory(priority="high"), timezone.localdate() + timedelta(days=1)

    task = services.make_task(ticket, by=actor_of(manager), executor=technician, deadline=tomorrow)

    assert (task.title, task.priority, task.author, task.executor) == (ticket.title, "high", manager, technician)
    assert [row.task for row in ticket.grown_tasks.all()] == [task]
    assert verbs(ticket) == ["grow-task"]


def test_the_work_of_who_leaves_is_handed_over(manager, technician):
    leaver = UserFactory(technician=True)
    tickets = [TicketFactory(assigned=True, assignee=leaver), TicketFactory(in_progress=True, assignee=leaver)]
    TicketFactory(closed=True, assignee=leaver)
    leaver.is_active = False
    leaver.save()

    assert handover.count(leaver)["tickets"] == 2
    moved = hand_over(leaver, by=actor_of(manager), to=technician)

    assert moved["tickets"] == 2
    assert {Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets} == {technician}


@pytest.mark.parametrize("over", ["closed", "cancelled"])
def test_nothing_grows_out_of_a_ticket_that_is_over(over, technician, manager):
    ticket, tomorrow = TicketFactory(**{over: True}), timezone.localdate() + timedelta(days=1)

    with pytest.raises(MoveRefused, match="over"):
        services.make_incident(ticket, by=actor_of(manager))
    with pytest.raises(MoveRefused, match="over"):
        services.make_task(ticket, by=actor_of(manager), executor=technician, deadline=tomorrow)
    assert not ticket.grown_tasks.exists()
