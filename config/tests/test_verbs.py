"""Each verb of tasks, tickets and downtime cases over the API: done, refused by role, out of turn, too old, unseen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from suspensions.tests.factories import SuspensionFactory
from tasks.models.task import today
from tasks.tests.factories import TaskFactory
from tickets.tests.factories import TicketFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
NOTE = {"note": "Because."}


class Noun(NamedTuple):
    """How an object is made, and the people around it: who may do everything, and who sees it and does nothing."""

    name: str
    factory: Any
    roles: dict[str, str]  # how the verbs below call people -> the field that names them


NOUNS = {
    "tasks": Noun("tasks", TaskFactory, {"author": "author", "executor": "executor"}),
    "tickets": Noun("tickets", TicketFactory, {"creator": "creator", "technician": "assignee"}),
    "suspensions": Noun("suspensions", SuspensionFactory, {"author": "author"}),
}


class Verb(NamedTuple):
    """One verb: who does it, in which state (a trait of the factory), what it becomes, and where it is out of turn."""

    noun: str
    name: str
    by: str
    state: str
    ends: str
    out_of_turn: str
    body: Callable[[], dict[str, Any]] = dict


def later() -> dict[str, Any]:
    return {"deadline": (today() + timedelta(days=30)).isoformat()}


def somebody() -> dict[str, Any]:
    return {"assignee": UserFactory(technician=True).pk}


def reason() -> dict[str, Any]:
    return NOTE


def conclusion() -> dict[str, Any]:
    return {"implementing_measures": "Switched over.", "root_cause": "A cut cable."}


def saying() -> dict[str, Any]:
    return {"text": "Looked at it."}


VERBS = [
    Verb("tasks", "start", "executor", "", "in_progress", "cancelled"),
    Verb("tasks", "done", "executor", "in_progress", "done", "accepted"),
    Verb("tasks", "accept", "author", "done", "accepted", "in_progress"),
    Verb("tasks", "return", "author", "done", "in_progress", "accepted", reason),
    Verb("tasks", "cancel", "author", "in_progress", "cancelled", "accepted"),
    Verb("tasks", "ask-deadline", "executor", "in_progress", "in_progress", "accepted", later),
    Verb("tasks", "watch", "manager", "", "open", "deleted"),
    Verb("tasks", "delete", "admin", "", "open", "deleted", reason),
    Verb("tasks", "undelete", "admin", "deleted", "open", "done"),
    Verb("tasks", "comments", "author", "", "open", "deleted", saying),
    Verb("tickets", "assign", "manager", "", "assigned", "closed", somebody),
    Verb("tickets", "accept", "technician", "assigned", "assigned", "in_progress"),
    Verb("tickets", "start", "technician", "assigned", "in_progress", "resolved"),
    Verb("tickets", "wait", "technician", "in_progress", "in_progress", "resolved"),
    Verb("tickets", "resolve", "technician", "in_progress", "resolved", "closed"),
    Verb("tickets", "close", "creator", "resolved", "closed", "in_progress"),
    Verb("tickets", "reopen", "creator", "resolved", "in_progress", "assigned"),
    Verb("tickets", "cancel", "manager", "assigned", "cancelled", "resolved"),
    Verb("tickets", "watch", "manager", "", "new", "deleted"),
    Verb("tickets", "delete", "admin", "", "new", "deleted", reason),
    Verb("tickets", "undelete", "admin", "deleted", "new", "assigned"),
    Verb("tickets", "comments", "creator", "", "new", "deleted", saying),
    Verb("suspensions", "restore", "author", "", "restored", "closed"),
    Verb("suspensions", "investigate", "manager", "", "investigating", "restored"),
    Verb("suspensions", "close", "manager", "restored", "closed", "investigating", conclusion),
    Verb("suspensions", "reopen", "manager", "closed", "investigating", "investigating"),
    Verb("suspensions", "confirm", "manager", "draft", "registered", "restored"),
    Verb("suspensions", "delete", "admin", "", "registered", "deleted", reason),
    Verb("suspensions", "undelete", "admin", "deleted", "registered", "restored"),
    Verb("suspensions", "comments", "author", "", "registered", "deleted", saying),
]
each_verb = pytest.mark.parametrize("verb", VERBS, ids=[f"{verb.noun}-{verb.name}" for verb in VERBS])


def standing(verb, state):
    return NOUNS[verb.noun].factory(**({state: True} if state else {}))


def doer(verb, subject):
    """Who may do it: a person of the object, or somebody of that role."""
    field = NOUNS[verb.noun].roles.get(verb.by)
    return (field and getattr(subject, field)) or UserFactory(**{verb.by: True})


def do(client, verb, subject, **headers):
    return client.post(f"/api/v1/{verb.noun}/{subject.pk}/{verb.name}/", verb.body(), format="json", headers=headers)


def kept(subject):
    return type(subject)._base_manager.get(pk=subject.pk)


@each_verb
def test_what_is_done_is_answered_and_stands_in_the_timeline(api, verb):
    subject = standing(verb, verb.state)

    answer = do(api(doer(verb, subject)), verb, subject)

    assert answer.status_code == (201 if verb.name == "comments" else 200), answer.json()
    assert (kept(subject).status, Event.objects.about(subject).count()) == (verb.ends, 1)
    if verb.name != "comments":
        assert (answer.json()["status"], answer["ETag"]) == (verb.ends, f'"{kept(subject).version}"')


@each_verb
def test_an_auditor_sees_it_and_does_nothing(api, verb):
    subject = standing(verb, verb.state)

    answer = do(api(UserFactory(auditor=True)), verb, subject)

    assert (answer.status_code, kept(subject).version) == (403, 1)
    assert not Event.objects.about(subject).exists()


@each_verb
def test_out_of_turn_is_a_conflict_and_changes_nothing(api, verb):
    subject = standing(verb, verb.out_of_turn)
    before = kept(subject).status
    hidden = verb.out_of_turn == "deleted"  # which only administrators see

    answer = do(api(UserFactory(admin=True) if hidden else doer(verb, subject)), verb, subject)

    assert answer.status_code == 409, answer.json()
    assert (kept(subject).status, kept(subject).version) == (before, 1)
    assert not Event.objects.about(subject).exists()


@pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if verb.name != "comments"], ids=lambda verb: f"{verb.noun}-{verb.name}"
)
def test_an_older_version_is_refused_with_the_current_one(api, verb):
    subject = standing(verb, verb.state)
    type(subject)._base_manager.filter(pk=subject.pk).update(version=3)

    answer = do(api(doer(verb, subject)), verb, subject, **{"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["version"], answer["ETag"]) == (412, 3, '"3"')
    assert kept(subject).version == 3


@each_verb
def test_what_is_hidden_or_was_never_there_is_not_found(api, verb):
    subject = standing(verb, verb.state)
    person = doer(verb, subject)
    type(subject)._base_manager.filter(pk=subject.pk).update(
        deleted_at=timezone.now(), deleted_by=person, deletion_note="Twice."
    )
    if verb.by == "admin":  # they see what is hidden as well
        subject.pk += 1

    assert do(api(person), verb, subject).status_code == 404


class TestManners:
    """What every noun does alike: it is walked by cursor and exported in every format."""

    @pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
    def test_a_walk_by_cursor_meets_each_once(self, api, noun):
        made = {noun.factory().pk for _number in range(3)}
        client, found = api(UserFactory(manager=True)), []

        link = f"/api/v1/{noun.name}/?cursor=&page_size=2"
        while link:
            page = client.get(link).json()
            found += [row["id"] for row in page["results"]]
            link = page["next"]

        assert (len(found), set(found)) == (3, made)

    @pytest.mark.parametrize("form", ["csv", "csv_semicolon", "xlsx", "json"])
    @pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
    def test_an_export_is_a_file_of_its_format_and_leaves_a_line(self, api, noun, form):
        noun.factory()
        manager = UserFactory(manager=True)

        answer = api(manager).get(f"/api/v1/{noun.name}/export/?format={form}")
        body = b"".join(answer)

        starts = {"csv": b"\xef\xbb\xbf", "csv_semicolon": b"\xef\xbb\xbf", "xlsx": b"PK", "json": b"["}
        assert (answer.status_code, body[: len(starts[form])]) == (200, starts[form])
        assert answer["Content-Disposition"].endswith(f'.{form.partition("_")[0]}"')
        event = Event.objects.about(manager).get()
        assert (event.verb, event.after["rows"], event.after["format"]) == ("export", 1, form)
