"""Each verb of an incident: what it changes, who may not, when not, that a stale copy loses, and the line it leaves."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.intake.tests.factories import IntegrationFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from incidents.tests.standing import kept, standing, verbs
from workflow.models import Conflict, Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Incident.Status
MOVES = [
    # verb             where it starts      where it leads      where it makes no sense
    (services.take, Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED),
    (services.release, Status.IN_PROGRESS, Status.OPEN, Status.RESOLVED),
    (services.resolve, Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED),
    (services.close, Status.RESOLVED, Status.CLOSED, Status.IN_PROGRESS),
    (services.reopen, Status.RESOLVED, Status.IN_PROGRESS, Status.OPEN),
]
each_move = pytest.mark.parametrize(
    ("verb", "start", "end", "elsewhere"), MOVES, ids=[verb.__name__ for verb, *_rest in MOVES]
)


@pytest.fixture
def technician():
    return actor_of(UserFactory(technician=True))


@pytest.fixture
def admin():
    return actor_of(UserFactory(admin=True))


class TestEveryMove:
    @each_move
    def test_leads_where_it_should_and_says_who_when_and_why(self, verb, start, end, elsewhere, technician):
        incident = standing(start)

        verb(incident, by=technician, note="As agreed.")

        event = Event.objects.about(incident).get()
        assert (kept(incident).status, incident.version) == (end, 2)
        assert (event.verb, event.note, event.actor) == (verb.__name__, "As agreed.", technician.user)
        assert (event.before["status"], event.after["status"]) == (start, end)
        assert (event.channel, event.request_id) == ("api", "test")

    @each_move
    @pytest.mark.parametrize("trait", [{}, {"auditor": True}])
    def test_is_refused_to_who_does_not_respond(self, verb, start, end, elsewhere, trait):
        incident = standing(start)

        with pytest.raises(PermissionDenied):
            verb(incident, by=actor_of(UserFactory(**trait)))

        assert (kept(incident).status, verbs(incident)) == (start, [])

    @each_move
    def test_is_refused_out_of_turn_with_what_is_allowed(self, verb, start, end, elsewhere):
        incident = standing(elsewhere)

        with pytest.raises(MoveRefused) as refused:
            verb(incident, by=actor_of(UserFactory(manager=True)))

        assert refused.value.allowed == sorted(Incident.MOVES[elsewhere])
        assert (kept(incident).status, verbs(incident)) == (elsewhere, [])

    @each_move
    def test_wins_once_and_the_stale_copy_loses(self, verb, start, end, elsewhere, technician):
        incident = standing(start)
        stale = kept(incident)
        verb(incident, by=technician, note="First.")

        with pytest.raises(MoveRefused) as refused:
            verb(stale, by=technician, note="Second.")

        assert refused.value.allowed == sorted(Incident.MOVES[end])
        assert Event.objects.about(incident).get().note == "First."

    @each_move
    def test_does_nothing_to_what_is_deleted(self, verb, start, end, elsewhere, admin):
        incident = standing(start, deleted=True)

        with pytest.raises(MoveRefused) as refused:
            verb(incident, by=admin)

        assert refused.value.allowed == []
        assert (kept(incident).status, verbs(incident)) == (start, [])


@pytest.mark.parametrize("status", Status)
def test_a_button_is_offered_exactly_where_its_verb_succeeds(status, admin):
    worked = set()
    for verb in [verb for verb, *_rest in MOVES]:
        try:
            verb(standing(status), by=admin)
            worked.add(verb.__name__)
        except MoveRefused:
            pass

    assert worked == standing(status).possible_verbs() & {verb.__name__ for verb, *_rest in MOVES}


class TestReporting:
    def test_the_first_line_that_says_something_is_the_title(self):
        incident = services.report(by=actor_of(UserFactory()), description="\n  Queue stands \nsince noon")

        assert (incident.title, incident.status, incident.version) == ("Queue stands", Status.OPEN, 1)
        assert Event.objects.about(incident).get().after == {"status": "open", "severity": "medium"}

    def test_a_long_first_line_is_cut_to_a_title(self):
        incident = services.report(by=actor_of(UserFactory()), description="x" * 300)

        assert (len(incident.title), incident.title[-1], len(incident.description)) == (200, "…", 300)

    @pytest.mark.parametrize("fields", [{"description": ""}, {"description": "x" * 5001}, {"severity": "awful"}])
    def test_what_cannot_be_stored_is_refused_at_its_field(self, fields):
        with pytest.raises(ValidationError) as refused:
            services.report(by=actor_of(UserFactory()), **({"description": "All is down"} | fields))

        assert list(refused.value.message_dict) == list(fields)
        assert not Incident.objects.exists()

    def test_an_auditor_reports_nothing(self):
        with pytest.raises(PermissionDenied):
            services.report(by=actor_of(UserFactory(auditor=True)), description="All is down")

    def test_only_who_may_assign_names_an_assignee(self, technician):
        with pytest.raises(PermissionDenied):
            services.report(by=actor_of(UserFactory()), description="Down", assignee=technician.user)

        incident = services.report(by=technician, description="Down", assignee=technician.user)

        assert (incident.assignee, incident.status) == (technician.user, Status.OPEN)


class TestTaking:
    def test_the_first_taking_is_the_acknowledgement_and_stays_it(self, technician):
        incident, second = IncidentFactory(), actor_of(UserFactory(technician=True))
        services.take(incident, by=technician)
        acknowledged_at = kept(incident).acknowledged_at
        services.release(incident, by=technician)

        services.take(incident, by=second)

        incident = kept(incident)
        assert (incident.acknowledged_by, incident.acknowledged_at) == (technician.user, acknowledged_at)
        assert incident.assignee == second.user

    def test_it_ends_the_pause_and_the_line_says_so(self, technician):
        incident = IncidentFactory(snoozed=True)

        services.take(incident, by=technician)

        assert kept(incident).snoozed_until is None
        assert "snoozed_until" in Event.objects.about(incident).get().before

    def test_what_is_finished_is_reopened_instead(self, technician):
        with pytest.raises(MoveRefused, match="Reopen it"):
            services.take(IncidentFactory(resolved=True), by=technician)

    def test_giving_back_leaves_it_to_nobody(self, technician):
        incident = IncidentFactory(in_progress=True)
        had = incident.assignee

        services.release(incident, by=technician)

        event = Event.objects.about(incident).get()
        assert kept(incident).assignee is None
        assert (event.before["assignee"], event.after["assignee"]) == ({"id": had.pk, "name": str(had)}, None)


class TestFinishing:
    def test_who_resolves_what_nobody_took_has_done_it(self, technician):
        incident = IncidentFactory(snoozed=True)

        services.resolve(incident, by=technician)

        incident = kept(incident)
        assert (incident.assignee, incident.resolved_by) == (technician.user, technician.user)
        assert incident.resolved_at is not None
        assert incident.snoozed_until is None

    def test_who_resolves_for_another_does_not_take_it_from_them(self, technician):
        incident = IncidentFactory(in_progress=True)
        had = incident.assignee

        services.resolve(incident, by=technician)

        assert (kept(incident).assignee, kept(incident).resolved_by) == (had, technician.user)

    def test_the_signal_that_ends_it_gives_it_to_nobody(self, technician):
        incident = IncidentFactory()

        services.resolve_by_signal(incident, by=technician, note="All is well.")

        assert (kept(incident).status, kept(incident).assignee) == (Status.RESOLVED, None)

    @pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED])
    def test_the_reporter_confirms_what_is_mended(self, status):
        incident = standing(status)

        services.close(incident, by=actor_of(incident.reporter))

        assert (kept(incident).status, kept(incident).closed_by) == (Status.CLOSED, incident.reporter)
        assert kept(incident).closed_at is not None

    def test_reopening_forgets_the_end_and_keeps_whoever_had_it(self):
        incident = IncidentFactory(closed=True)
        had = incident.assignee

        services.reopen(incident, by=actor_of(UserFactory(manager=True)))

        incident = kept(incident)
        assert (incident.resolved_at, incident.resolved_by, incident.closed_at, incident.closed_by) == (None,) * 4
        assert (incident.status, incident.assignee) == (Status.IN_PROGRESS, had)

    def test_after_closing_only_managers_and_administrators_reopen(self, technician):
        incident = IncidentFactory(closed=True)

        for person in (technician, actor_of(incident.reporter)):
            with pytest.raises(PermissionDenied):
                services.reopen(incident, by=person)

        assert kept(incident).status == Status.CLOSED

    def test_the_reporter_reopens_until_it_is_closed(self):
        incident = IncidentFactory(resolved=True)

        services.reopen(incident, by=actor_of(incident.reporter))

        assert kept(incident).status == Status.IN_PROGRESS

    @pytest.mark.parametrize("verb", [services.reopen, services.undelete])
    def test_what_the_same_signal_opened_since_goes_first(self, verb, admin):
        signal = {"integration": IntegrationFactory(), "dedup_key": "disk"}
        earlier = IncidentFactory(**signal, **({"resolved": True} if verb is services.reopen else {"deleted": True}))
        later = IncidentFactory(**signal)

        with pytest.raises(Conflict, match=later.number):
            verb(earlier, by=admin)

        assert verbs(earlier) == []
