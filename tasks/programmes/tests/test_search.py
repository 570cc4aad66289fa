"""Programmes and their members in the search of everything."""

import pytest

from accounts.tests.factories import UserFactory
from tasks.programmes import services
from tasks.programmes.tests.factories import MemberFactory, ProgrammeFactory
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/search/"


def hits(client, text):
    return [(hit["noun"], hit["title"]) for hit in client.get(SEARCH, {"q": text}).json()["results"]]


def test_organisers_find_programmes_by_a_part_of_the_title(api):
    ProgrammeFactory(title="July on the move")

    assert hits(api(UserFactory(manager=True)), "move") == [("programme", "July on the move")]


def test_members_are_found_by_all_words_of_their_name(api):
    member = MemberFactory(name="Anna", surname="Zaytseva")
    MemberFactory(name="Anna", surname="Orlova")

    assert hits(api(UserFactory(auditor=True)), "zayts anna") == [("member", member.full_name)]


def test_a_deleted_programme_is_not_found_even_by_who_may_restore_it(api):
    programme = ProgrammeFactory(title="July on the move")
    admin = UserFactory(admin=True)
    services.delete(programme, by=actor_of(admin), note="Twice")

    assert hits(api(admin), "move") == []


@pytest.mark.parametrize("role", ["user", "technician"])
def test_employees_find_neither(api, role):
    ProgrammeFactory(title="July on the move")
    MemberFactory(surname="Zaytseva")
    client = api(UserFactory(role=role))

    assert hits(client, "move") == hits(client, "Zaytseva") == []
