"""What is changed of an incident besides its status, by whom, when not, and the line that it leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.models import Incident, IncidentComment, IncidentWatcher
from incidents.tests.factories import IncidentFactory
from incidents.tests.standing import kept, standing, verbs
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Incident.Status
LATER = timedelta(hours=1)


@pytest.fixture
def technician():
    return actor_of(UserFactory(technician=True))


@pytest.fixture
def admin():
    return actor_of(UserFactory(admin=True))


class TestAssigning:
    def test_it_names_a_responder_and_leaves_the_taking_to_them(self, technician):
        incident, other = IncidentFactory(), UserFactory(technician=True)

        services.assign(incident, by=technician, assignee=other, note="Knows the queue.")

        event = Event.objects.about(incident).get()
        assert (kept(incident).assignee, kept(incident).status) == (other, Status.OPEN)
        assert (event.verb, event.note, event.before) == ("assign", "Knows the queue.", {"assignee": None})
        assert event.after == {"assignee": {"id": other.pk, "name": str(other)}}

    @pytest.mark.parametrize("trait", [{}, {"auditor": True}, {"technician": True, "inactive": True}])
    def test_who_does_not_respond_is_given_nothing(self, trait, technician):
        incident = IncidentFactory()

        with pytest.raises(ValidationError) as refused:
            services.assign(incident, by=technician, assignee=UserFactory(**trait))

        assert list(refused.value.message_dict) == ["assignee"]
        assert kept(incident).assignee is None

    def test_an_employee_assigns_nobody(self, technician):
        incident = IncidentFactory()

        with pytest.raises(PermissionDenied):
            services.assign(incident, by=actor_of(incident.reporter), assignee=technician.user)

    def test_somebody_at_work_is_released_and_not_just_struck_out(self, technician):
        with pytest.raises(Conflict, match="Release it"):
            services.assign(IncidentFactory(in_progress=True), by=technician, assignee=None)

    def test_naming_the_same_person_again_leaves_no_trace(self, technician):
        incident = IncidentFactory(assignee=technician.user)

        services.assign(incident, by=technician, assignee=technician.user)

        assert (verbs(incident), kept(incident).version) == ([], 1)


class TestSeverity:
    def test_it_is_judged_anew_and_the_timeline_says_from_what(self, technician):
        incident = IncidentFactory()

        services.set_severity(incident, by=technician, severity="low", note="One desk only.")

        event = Event.objects.about(incident).get()
        assert (event.verb, event.before, event.after) == ("severity", {"severity": "medium"}, {"severity": "low"})
        assert kept(incident).severity == "low"

    def test_a_reporter_does_not_judge_it(self):
        incident = IncidentFactory()

        with pytest.raises(PermissionDenied):
            services.set_severity(incident, by=actor_of(incident.reporter), severity="critical")

    def test_whether_it_became_worse_is_not_for_a_stale_copy_to_say(self, technician, admin):
        incident = IncidentFactory(severity="critical")
        stale = kept(incident)
        services.set_severity(incident, by=admin, severity="low")

        services.set_severity(stale, by=admin, severity="high")

        assert technician.user.notices.filter(kind="incident.escalated").exists()


class TestEditing:
    def test_the_reporter_says_it_better_while_nobody_works_on_it(self):
        incident = IncidentFactory()

        services.edit(incident, by=actor_of(incident.reporter), description="No exchange at all")

        event = Event.objects.about(incident).get()
        assert (event.verb, event.after) == ("edit", {"description": "No exchange at all"})
        assert event.before == {"description": IncidentFactory.description}

    def test_once_taken_the_reporter_no_longer_rewrites_it_even_by_an_older_copy(self, technician):
        incident = IncidentFactory()
        stale = kept(incident)
        services.take(incident, by=technician)

        with pytest.raises(PermissionDenied):
            services.edit(stale, by=actor_of(incident.reporter), title="It never was mine")

    def test_an_empty_title_becomes_the_first_line_again(self, technician):
        incident = IncidentFactory(description="Queue stands\nsince noon")

        services.edit(incident, by=technician, title="  ")

        assert kept(incident).title == "Queue stands"

    def test_a_stale_version_is_refused_and_says_the_current_one(self, technician):
        incident = IncidentFactory()
        services.edit(incident, by=technician, title="First")

        with pytest.raises(StaleVersion) as refused:
            services.edit(incident, by=technician, title="Second", version=1)

        assert (refused.value.subject.version, kept(incident).title) == (2, "First")

    def test_what_says_the_same_is_no_change(self, technician):
        incident = IncidentFactory()

        services.edit(incident, by=technician, description=f"{incident.description}\r\n")

        assert (verbs(incident), kept(incident).version) == ([], 1)


class TestRevising:
    def test_each_part_is_a_verb_of_its_own_in_the_timeline(self, technician):
        incident, other = IncidentFactory(), UserFactory(technician=True)

        services.revise(
            incident, by=technician, version=1, note="Agreed by phone.",
            title="No exchange", severity="high", status=Status.IN_PROGRESS, assignee=other,
        )  # fmt: skip

        incident = kept(incident)
        assert verbs(incident) == ["edit", "severity", "take", "assign"]
        assert (incident.title, incident.severity, incident.status) == ("No exchange", "high", Status.IN_PROGRESS)
        assert (incident.assignee, incident.acknowledged_by) == (other, technician.user)
        assert set(Event.objects.about(incident).values_list("note", flat=True)) == {"Agreed by phone."}

    def test_one_refused_part_leaves_all_as_it_was(self, technician):
        incident = IncidentFactory()

        with pytest.raises(ValidationError):
            services.revise(incident, by=technician, title="New", status=Status.CLOSED, assignee=UserFactory())

        assert (kept(incident).title, kept(incident).status) == (IncidentFactory.title, Status.OPEN)
        assert verbs(incident) == []

    @pytest.mark.parametrize("wanted", [{"severity": "high"}, {"status": Status.RESOLVED}])
    def test_a_part_that_the_caller_may_not_refuses_the_whole(self, wanted):
        incident = IncidentFactory()

        with pytest.raises(PermissionDenied):
            services.revise(incident, by=actor_of(incident.reporter), title="New", **wanted)

        assert kept(incident).title == IncidentFactory.title

    def test_what_is_so_already_needs_no_permission_and_leaves_no_line(self):
        incident = IncidentFactory()

        services.revise(
            incident, by=actor_of(incident.reporter), title="New", severity=incident.severity, status=Status.OPEN
        )

        assert verbs(incident) == ["edit"]

    def test_the_same_status_alone_is_refused(self, technician):
        with pytest.raises(MoveRefused):
            services.revise(IncidentFactory(), by=technician, status=Status.OPEN)

    def test_an_older_version_is_refused_before_anything_happens(self, technician):
        incident = IncidentFactory(version=3)

        with pytest.raises(StaleVersion):
            services.revise(incident, by=technician, version=2, severity="low")

        assert verbs(incident) == []

    @pytest.mark.parametrize(
        ("start", "wanted", "verb"),
        [
            (Status.OPEN, Status.IN_PROGRESS, "take"),
            (Status.OPEN, Status.RESOLVED, "resolve"),
            (Status.OPEN, Status.CLOSED, "close"),
            (Status.IN_PROGRESS, Status.OPEN, "release"),
            (Status.IN_PROGRESS, Status.RESOLVED, "resolve"),
            (Status.RESOLVED, Status.CLOSED, "close"),
            (Status.RESOLVED, Status.IN_PROGRESS, "reopen"),
            (Status.CLOSED, Status.IN_PROGRESS, "reopen"),
        ],
    )
    def test_a_wanted_status_is_the_verb_that_leads_there(self, start, wanted, verb, admin):
        incident = standing(start)

        services.revise(incident, by=admin, status=wanted)

        assert (kept(incident).status, verbs(incident)) == (wanted, [verb])


class TestSnoozing:
    def test_it_keeps_quiet_until_then_for_a_reason(self, technician):
        incident, until = IncidentFactory(), timezone.now() + LATER

        services.snooze(incident, by=technician, until=until, note="The spare part comes tomorrow.")

        event = Event.objects.about(incident).get()
        assert (kept(incident).snoozed_until, event.verb) == (until, "snooze")
        assert event.note == "The spare part comes tomorrow."

    @pytest.mark.parametrize(("wrong", "field"), [({"note": " "}, "note"), ({"until": -LATER}, "until")])
    def test_without_a_reason_or_into_the_past_it_is_refused(self, wrong, field, technician):
        incident = IncidentFactory()
        asked = {"until": LATER, "note": "Because."} | wrong

        with pytest.raises(ValidationError) as refused:
            services.snooze(incident, by=technician, until=timezone.now() + asked["until"], note=asked["note"])

        assert list(refused.value.message_dict) == [field]
        assert kept(incident).snoozed_until is None

    @pytest.mark.parametrize("trait", ["resolved", "closed"])
    def test_what_is_finished_cannot_wait(self, trait, technician):
        with pytest.raises(Conflict, match="open incident"):
            services.snooze(IncidentFactory(**{trait: True}), by=technician, until=timezone.now() + LATER, note="No.")

    def test_an_employee_puts_nothing_off(self):
        incident = IncidentFactory()

        with pytest.raises(PermissionDenied):
            services.snooze(incident, by=actor_of(incident.reporter), until=timezone.now() + LATER, note="Later.")

    def test_it_wakes_when_its_time_has_come_and_only_once(self):
        now = timezone.now()
        over = IncidentFactory(snoozed_until=now - LATER)
        IncidentFactory(snoozed_until=now + LATER)
        IncidentFactory(snoozed_until=now - LATER, deleted=True)

        assert [services.wake_snoozed(at=now), services.wake_snoozed(at=now)] == [1, 0]
        assert list(Incident.objects.filter(snoozed_until=None)) == [over]
        assert (verbs(over), Event.objects.get().channel) == (["wake"], "job")

    def test_a_pause_prolonged_meanwhile_goes_on(self, technician):
        now = timezone.now()
        incident = IncidentFactory(snoozed_until=now - LATER)
        stale = kept(incident)
        services.snooze(incident, by=technician, until=now + LATER, note="A little longer.")

        assert services.wake(stale, by=technician, at=now) is False
        assert kept(incident).snoozed_until == now + LATER


class TestTalking:
    def test_a_comment_stands_in_the_timeline_and_counts_as_a_change(self, technician):
        incident = IncidentFactory()

        said = services.comment(incident, by=technician, text="  Looked at it. ")

        event = Event.objects.about(incident).get()
        assert (said.text, said.author) == ("Looked at it.", technician.user)
        assert (event.verb, event.note, event.after) == ("comment", "Looked at it.", {"comment": said.pk})
        assert kept(incident).version == 2

    @pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
    def test_nothing_or_too_much_is_not_said(self, text, technician):
        with pytest.raises(ValidationError):
            services.comment(IncidentFactory(), by=technician, text=text)

        assert not IncidentComment.objects.exists()

    def test_an_auditor_says_nothing(self):
        with pytest.raises(PermissionDenied):
            services.comment(IncidentFactory(), by=actor_of(UserFactory(auditor=True)), text="Hm.")

    @pytest.mark.parametrize("act", [lambda *a, **k: services.comment(*a, text="Hm.", **k), services.watch])
    def test_nothing_is_added_to_what_is_deleted(self, act, admin):
        incident = IncidentFactory(deleted=True)

        with pytest.raises(Conflict, match="restore it first"):
            act(incident, by=admin)

        assert verbs(incident) == []

    def test_watching_twice_is_watching(self):
        incident, me = IncidentFactory(), actor_of(UserFactory())

        services.watch(incident, by=me)
        services.watch(incident, by=me)

        assert (IncidentWatcher.objects.get().user, verbs(incident)) == (me.user, ["watch"])

    def test_who_stops_watching_stops_once_and_only_for_oneself(self):
        incident, me, other = IncidentFactory(), actor_of(UserFactory()), actor_of(UserFactory())
        services.watch(incident, by=me)
        services.watch(incident, by=other)

        services.unwatch(incident, by=me)
        services.unwatch(incident, by=me)

        assert IncidentWatcher.objects.get().user == other.user
        assert verbs(incident) == ["watch", "watch", "unwatch"]


class TestDeleting:
    def test_it_hides_for_a_reason_and_can_be_brought_back(self, admin):
        incident = IncidentFactory()

        services.delete(incident, by=admin, note="Reported twice.")
        hidden = kept(incident)
        services.undelete(incident, by=admin, note="It was not.")

        assert (hidden.deleted_by, hidden.deletion_note) == (admin.user, "Reported twice.")
        assert (kept(incident).deleted_at, kept(incident).deletion_note) == (None, "")
        assert list(Event.objects.about(incident).values_list("verb", "note")) == [
            ("delete", "Reported twice."), ("undelete", "It was not."),
        ]  # fmt: skip

    def test_without_a_reason_nothing_is_hidden(self, admin):
        incident = IncidentFactory()

        with pytest.raises(ValidationError):
            services.delete(incident, by=admin, note=" ")

        assert kept(incident).deleted_at is None

    @pytest.mark.parametrize("trait", [{}, {"technician": True}, {"manager": True}, {"auditor": True}])
    def test_only_administrators_hide_and_restore(self, trait):
        person = actor_of(UserFactory(**trait))

        with pytest.raises(PermissionDenied):
            services.delete(IncidentFactory(), by=person, note="Away with it.")
        with pytest.raises(PermissionDenied):
            services.undelete(IncidentFactory(deleted=True), by=person)

    def test_of_two_who_hide_or_restore_at_once_the_second_is_told(self, admin):
        incident = IncidentFactory()
        stale = kept(incident)
        services.delete(incident, by=admin, note="Twice.")
        with pytest.raises(Conflict, match="deleted already"):
            services.delete(stale, by=admin, note="Twice.")

        hidden = kept(incident)
        services.undelete(incident, by=admin)
        with pytest.raises(Conflict, match="not deleted"):
            services.undelete(hidden, by=admin)

        assert verbs(incident) == ["delete", "undelete"]

    def test_visible_to_nobody_but_who_may_restore_it(self, admin, technician):
        incident = IncidentFactory(deleted=True)

        assert list(Incident.objects.visible_to(admin.user)) == [incident]
        assert list(Incident.objects.visible_to(technician.user)) == []
