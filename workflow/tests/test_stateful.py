"""What every registered noun relies on, shown on incidents: one writer of the status, no write lost, none deleted."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from workflow.models import Conflict, Event, MoveRefused, Registered, StaleVersion, Stateful
from workflow.models.stateful import differs, recorded
from workflow.services import at_version
from workflow.tests.actors import actor_of
from workflow.tests.together import together


def stored(subject):
    return type(subject)._base_manager.get(pk=subject.pk)


@pytest.fixture
def by(db):
    return actor_of(UserFactory(technician=True))


@pytest.fixture
def incident(db):
    return IncidentFactory()


class TestMoving:
    def test_the_status_and_its_fields_go_in_one_update(self, incident, by):
        with CaptureQueriesContext(connection) as queries:
            incident.move("in_progress", verb="take", by=by, assignee=by.user)

        assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1
        kept = stored(incident)
        assert (kept.status, kept.assignee, kept.version) == ("in_progress", by.user, 2)

    def test_the_copy_in_hand_is_current_afterwards(self, incident, by):
        incident.move("in_progress", verb="take", by=by, assignee=Coalesce("assignee", by.user.pk))

        kept = stored(incident)
        assert (incident.status, incident.version, incident.updated_at) == (kept.status, kept.version, kept.updated_at)
        assert incident.assignee == by.user

    def test_the_event_keeps_what_differed_and_neither_times_nor_people_of_the_move(self, incident, by):
        incident.move(
            "resolved", verb="resolve", by=by, note="Mended.", assignee=None, severity="high",
            resolved_at=timezone.now(), resolved_by=by.user,
        )  # fmt: skip

        event = Event.objects.get()
        assert (event.verb, event.note, event.actor) == ("resolve", "Mended.", by.user)
        assert event.before == {"status": "open", "severity": "medium"}
        assert event.after == {"status": "resolved", "severity": "high"}

    def test_outside_the_table_it_is_refused_without_a_query(self, incident, by):
        incident.status = "closed"

        with CaptureQueriesContext(connection) as queries, pytest.raises(MoveRefused) as refused:
            incident.move("open", verb="release", by=by)

        assert [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]] == []
        assert (refused.value.allowed, str(refused.value)) == (
            ["in_progress"],
            "The status is “closed”: it cannot become “open”.",
        )

    def test_what_somebody_else_moved_meanwhile_is_refused_and_seen_as_it_stands(self, incident, by):
        stale = stored(incident)
        incident.move("closed", verb="close", by=by, closed_at=timezone.now(), closed_by=by.user)

        with pytest.raises(MoveRefused) as refused:
            stale.move("in_progress", verb="take", by=by, assignee=by.user)

        assert (stale.status, refused.value.allowed) == ("closed", ["in_progress"])
        assert (stored(incident).assignee, Event.objects.count()) == (None, 1)

    def test_what_somebody_else_deleted_meanwhile_is_refused(self, incident, by):
        stale = stored(incident)
        incident.hide(by=by, note="Twice.")

        with pytest.raises(MoveRefused, match="restore it first") as refused:
            stale.move("in_progress", verb="take", by=by, assignee=by.user)

        assert refused.value.allowed == []
        assert stored(incident).status == "open"

    def test_a_move_that_fails_leaves_neither_status_nor_event(self, incident, by):
        with pytest.raises(IntegrityError), transaction.atomic():
            incident.move("in_progress", verb="take", by=by)  # by nobody, which the database forbids

        assert (stored(incident).status, Event.objects.count()) == ("open", 0)

    @pytest.mark.django_db(transaction=True)
    def test_of_several_at_once_exactly_one_wins(self):
        incident, by = IncidentFactory(), actor_of(UserFactory())
        copies = [stored(incident) for _number in range(4)]

        outcomes = together(
            *(lambda copy=copy: copy.move("in_progress", verb="take", by=by, assignee=by.user) for copy in copies)
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MoveRefused"] * 3 + ["NoneType"]
        assert (stored(incident).version, Event.objects.count()) == (2, 1)


class TestChanging:
    def test_only_what_differs_is_written_and_told(self, incident, by):
        assert incident.change(verb="edit", by=by, title="New", severity="medium", note="Clearer.") is True

        event = Event.objects.get()
        assert (event.before, event.after, event.note) == (
            {"title": IncidentFactory.title},
            {"title": "New"},
            "Clearer.",
        )
        assert (stored(incident).title, incident.version) == ("New", 2)

    def test_nothing_that_differs_is_no_change(self, incident, by):
        assert incident.change(verb="edit", by=by, title=incident.title) is False

        assert (stored(incident).version, Event.objects.count()) == (1, 0)

    def test_two_who_change_different_fields_both_succeed(self, incident, by):
        other = stored(incident)
        incident.change(verb="edit", by=by, title="New")

        other.change(verb="severity", by=by, severity="low")

        assert (stored(incident).title, stored(incident).severity, other.title) == ("New", "low", "New")

    def test_the_old_value_in_the_timeline_is_the_stored_one_and_not_the_copys(self, incident, by):
        other = stored(incident)
        incident.change(verb="edit", by=by, title="Second")

        other.change(verb="edit", by=by, title="Third")

        assert Event.objects.latest("pk").before == {"title": "Second"}

    def test_an_older_version_is_refused_before_anything_is_written(self, incident, by):
        incident.change(verb="edit", by=by, title="New")

        with pytest.raises(StaleVersion, match="version 2") as refused:
            incident.change(verb="edit", by=by, title="Newer", version=1)

        assert (refused.value.subject.version, stored(incident).title) == (2, "New")

    @pytest.mark.parametrize(("field", "value"), [("title", "x" * 201), ("severity", "awful"), ("description", "")])
    def test_what_the_field_does_not_hold_is_refused_at_that_field(self, incident, by, field, value):
        with pytest.raises(ValidationError) as refused:
            incident.change(verb="edit", by=by, **{field: value})

        assert list(refused.value.message_dict) == [field]
        assert (getattr(stored(incident), field), Event.objects.count()) == (getattr(IncidentFactory(), field), 0)

    def test_what_is_deleted_is_not_changed(self, by):
        with pytest.raises(Conflict, match="restore it first"):
            IncidentFactory(deleted=True).change(verb="edit", by=by, title="New")

    def test_people_are_told_by_number_and_name(self, incident, by):
        incident.change(verb="assign", by=by, assignee=by.user)

        assert Event.objects.get().after == {"assignee": {"id": by.user.pk, "name": str(by.user)}}


class TestHiding:
    @pytest.mark.parametrize("note", ["", " \n"])
    def test_it_needs_a_reason(self, incident, by, note):
        with pytest.raises(ValidationError) as refused:
            incident.hide(by=by, note=note)

        assert refused.value.error_dict["note"][0].code == "required"
        assert stored(incident).deleted_at is None

    def test_what_is_hidden_is_kept_and_comes_back_as_it_was(self, incident, by):
        incident.hide(by=by, note="Twice.")
        kept = stored(incident)
        assert (kept.deleted_by, kept.deletion_note, kept.version) == (by.user, "Twice.", 2)

        kept.unhide(by=by, note="It was not.")

        kept = stored(incident)
        assert (kept.deleted_at, kept.deleted_by, kept.deletion_note, kept.version) == (None, None, "", 3)
        assert [(event.verb, event.note) for event in Event.objects.about(kept)] == [
            ("delete", "Twice."), ("undelete", "It was not."),
        ]  # fmt: skip

    def test_of_two_at_once_the_second_is_refused(self, incident, by):
        stale = stored(incident)
        incident.hide(by=by, note="Twice.")

        with pytest.raises(Conflict, match="deleted already"):
            stale.hide(by=by, note="Also twice.")

        assert stored(incident).deletion_note == "Twice."

    def test_what_is_there_is_not_restored(self, incident, by):
        with pytest.raises(Conflict, match="not deleted"):
            incident.unhide(by=by)

    def test_present_and_deleted_are_all(self, incident):
        hidden = IncidentFactory(deleted=True)

        assert list(type(incident).objects.present()) == [incident]
        assert list(type(incident).objects.deleted()) == [hidden]


class TestVersions:
    def test_what_lives_beside_it_counts_as_a_change(self, incident):
        before = stored(incident)
        type(incident)._base_manager.update(updated_at=timezone.now() - timedelta(days=1))

        incident.touch()

        assert (incident.version, stored(incident).version) == (2, 2)
        assert incident.updated_at >= before.updated_at

    @pytest.mark.parametrize("version", [None, 1])
    def test_a_verb_is_done_at_the_version_that_was_read_or_at_any(self, incident, version):
        assert at_version(incident, version, lambda subject, text: f"{subject.version} {text}", text="done") == "1 done"

    def test_at_another_version_it_is_not_done(self, incident, by):
        stale = stored(incident)
        incident.touch()
        done = []

        with pytest.raises(StaleVersion):
            at_version(stale, 1, done.append)

        assert done == []


@pytest.mark.once
class TestRulesWithoutADatabase:
    @pytest.mark.parametrize(
        ("kept", "given", "wanted"),
        [
            ("a\nb", "a\r\nb", False),
            ("a", " a \n", False),
            ("a b", "a  b", True),
            ("", " ", False),
            (1, 1, False),
            (1, 2, True),
            (None, "", True),
            ("1", 1, True),
        ],
    )
    def test_a_text_differs_by_more_than_line_ends_and_blanks_around_it(self, kept, given, wanted):
        assert differs(kept, given) is wanted

    @pytest.mark.parametrize(("name", "wanted"), [("assignee", True), ("closed_at", False), ("closed_by", False)])
    def test_times_and_people_of_a_move_are_the_event_itself(self, name, wanted):
        assert recorded(name) is wanted

    @pytest.mark.parametrize("version", [2, 0])
    def test_every_other_version_is_stale(self, version):
        subject = SimpleNamespace(version=1)

        with pytest.raises(StaleVersion):
            Registered.expect_version(subject, version)

    def test_every_stateful_noun_knows_where_each_status_leads(self):
        nouns = [noun for noun in every(Stateful) if not noun._meta.abstract]

        assert len(nouns) > 3
        for noun in nouns:
            known = {value for value, _label in noun.status_choices()}
            assert set(noun.MOVES) == known, noun
            assert set().union(*noun.MOVES.values()) <= known, noun


def every(kind: type[models.Model]) -> list[type[models.Model]]:
    return [each for child in kind.__subclasses__() for each in [child, *every(child)]]
