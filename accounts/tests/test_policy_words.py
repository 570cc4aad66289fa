import pytest
from django.utils.translation import override

from accounts.policy import POLICY, ROLES
from accounts.policy_words import NOUNS, RELATIONS, VERBS, said, table
from accounts.tests.factories import UserFactory


def test_every_noun_and_verb_of_the_table_has_words():
    """A new row of `policy.TABLE` needs its words in `accounts/policy_words.py`."""
    nouns = {verb.partition(".")[0] for verb in POLICY}
    wordless = {verb for verb in POLICY if verb not in VERBS and verb.partition(".")[2] not in VERBS}

    assert nouns - NOUNS.keys() == set()
    assert wordless == set()


def test_every_relation_of_the_table_has_words():
    relations = {relation for row in POLICY.values() for cell in row.values() for relation in cell}

    assert relations - RELATIONS.keys() == {"all"}


def test_no_words_are_left_over():
    nouns = {verb.partition(".")[0] for verb in POLICY}
    relations = {relation for row in POLICY.values() for cell in row.values() for relation in cell}

    assert NOUNS.keys() - nouns == set()
    assert RELATIONS.keys() - relations == set()
    assert {verb for verb in VERBS if "." in verb} <= POLICY.keys()


def test_the_table_in_words_is_the_whole_table():
    rows = [row for group in table() for row in group.rows]

    assert [row.verb for row in rows] == list(POLICY)
    assert {len(row.cells) for row in rows} == {len(ROLES)}


@pytest.mark.parametrize(
    ("verbs", "sentence"),
    [
        (["incident.see"], "Allowed to everybody who is signed in."),
        (["incident.delete"], "Allowed to `admin`."),
        (["incident.close"], "Allowed to `technician`, `manager`, `admin`, `user` (own)."),
        (["incident.delete", "user.manage"], "`incident.delete`: `admin`. `user.manage`: `admin`."),
        (["anonymous"], "Open to everybody, without signing in."),
    ],
)
def test_who_may_is_said_from_the_table(verbs, sentence):
    assert said(verbs) == sentence


@pytest.mark.django_db
def test_administrators_and_auditors_read_the_table_and_nobody_else(client):
    for role, status in {"user": 403, "technician": 403, "manager": 403, "admin": 200, "auditor": 200}.items():
        client.force_login(UserFactory(role=role))
        response = client.get("/policy/")
        assert response.status_code == status
        assert ('href="/policy/"' in client.get("/").text) == (status == 200)


@pytest.mark.django_db
def test_the_page_speaks_both_languages(client):
    client.force_login(UserFactory(auditor=True, language="ru"))
    text = client.get("/policy/").text
    assert "Кто что может" in text
    with override("ru"):
        assert all(str(group.noun) in text for group in table())
    client.force_login(UserFactory(auditor=True, language="en"))
    assert "own while open" in client.get("/policy/").text
