"""Access tokens whose signature a process has found good before."""

import pytest
from rest_framework.exceptions import AuthenticationFailed

from accounts import services, tokens
from accounts.tests.acting import by
from accounts.tests.factories import UserFactory
from accounts.tests.test_token_families import ME, client_of, family, forged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known():
    tokens.proven.clear()


def test_a_signature_is_reckoned_once():
    _sign_in, pair = family(UserFactory())

    assert tokens.access_token(pair["access"]) is tokens.access_token(pair["access"])


def test_a_known_token_dies_with_its_sign_in_at_the_next_request(django_capture_on_commit_callbacks):
    user = UserFactory()
    sign_in, pair = family(user)
    client = client_of(pair)
    assert [client.get(ME).status_code for _turn in range(2)] == [200, 200]

    with django_capture_on_commit_callbacks(execute=True):
        tokens.end(sign_in, because="signed out")

    assert client.get(ME).status_code == 401


def test_a_known_token_dies_when_its_person_is_deactivated(django_capture_on_commit_callbacks):
    user = UserFactory()
    client = client_of(family(user)[1])
    assert client.get(ME).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        services.deactivate(user, by=by(UserFactory(admin=True)), note="Left.")

    assert client.get(ME).status_code == 401


def test_a_known_token_still_grows_old():
    _sign_in, pair = family(UserFactory())
    tokens.access_token(pair["access"]).payload["exp"] = 1  # as if the time had passed

    with pytest.raises(AuthenticationFailed):
        tokens.access_token(pair["access"])


def test_what_is_refused_is_not_remembered():
    _sign_in, pair = family(UserFactory())

    for raw in ("nonsense", forged(pair["access"], user_id="1"), pair["refresh"]):
        with pytest.raises(AuthenticationFailed):
            tokens.access_token(raw)

    assert not tokens.proven


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_PROVEN", 2)
    user = UserFactory()

    for _turn in range(5):
        tokens.access_token(family(user)[1]["access"])

    assert len(tokens.proven) <= 2
