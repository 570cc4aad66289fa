"""Tokens under attack and under load."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts import services, tokens
from accounts.models import SignIn
from accounts.tests.acting import ADDRESS, by
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # other requests, and the cache, see only what is committed
ME, REFRESH = "/api/v1/users/me/", "/api/identity/auth/jwt/refresh/"


def family(user):
    sign_in = services.sign_in(by=by(user), kind="api", device="curl/8.5", address=ADDRESS)
    return sign_in, tokens.pair(sign_in)


def client_of(pair):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    return client


def refresh(pair):
    return APIClient().post(REFRESH, {"refresh": pair["refresh"]})


def forged(token, header=None, **payload):
    """Return the token with parts of it replaced and its signature kept."""
    parts = token.split(".")
    for index, change in enumerate((header or {}, payload)):
        raw = json.loads(base64.urlsafe_b64decode(parts[index] + "=="))
        parts[index] = base64.urlsafe_b64encode(json.dumps(raw | change).encode()).decode().rstrip("=")
    return ".".join(parts)


@committed
def test_of_twenty_parallel_refreshes_exactly_one_succeeds():
    user = UserFactory()
    sign_in, pair = family(user)

    def attempt(_number):
        try:
            return refresh(pair).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(attempt, range(20)))
    sign_in.refresh_from_db()
    assert answers == [200] + [401] * 19
    assert sign_in.rotation == 1
    assert sign_in.ended_at is None


def test_a_token_refreshed_twice_at_once_is_two_tabs():
    _sign_in, pair = family(UserFactory())
    second = refresh(pair).json()

    assert refresh(pair).status_code == 401
    assert refresh(second).status_code == 200


@committed
def test_a_token_refreshed_again_later_ends_the_family():
    sign_in, pair = family(UserFactory())
    second = refresh(pair).json()
    SignIn.objects.update(rotated_at=timezone.now() - timedelta(seconds=11))

    assert refresh(pair).status_code == 401
    assert refresh(second).status_code == 401
    assert client_of(second).get(ME).status_code == 401
    sign_in.refresh_from_db()
    assert sign_in.ended_because == "refresh token reused"


@committed
def test_one_family_ends_without_the_others():
    user = UserFactory()
    (_one, first), (_two, second) = family(user), family(user)
    client_of(first).post("/api/identity/auth/logout/")

    assert client_of(first).get(ME).status_code == refresh(first).status_code == 401
    assert client_of(second).get(ME).status_code == refresh(second).status_code == 200


@committed
@pytest.mark.parametrize(
    "change",
    [
        lambda user, admin: services.set_role(user, by=by(admin), role="manager"),
        lambda user, admin: services.deactivate(user, by=by(admin)),
        lambda user, admin: services.set_password(user, by=by(admin), password="another long secret"),
        lambda user, admin: services.sign_out_everywhere(user, by=by(user)),
    ],
    ids=["role", "deactivation", "password", "everywhere"],
)
def test_what_changes_a_person_ends_their_tokens_at_the_next_request(change):
    user = UserFactory()
    _sign_in, pair = family(user)
    client = client_of(pair)
    assert client.get(ME).status_code == 200

    change(user, UserFactory(admin=True))

    assert client.get(ME).status_code == 401
    assert refresh(pair).status_code == 401
    assert APIClient().post("/api/identity/auth/jwt/verify/", {"token": pair["access"]}).status_code == 401


def test_a_token_is_no_good_in_the_place_of_the_other():
    _sign_in, pair = family(UserFactory())

    assert client_of({"access": pair["refresh"]}).get(ME).status_code == 401
    assert refresh({"refresh": pair["access"]}).status_code == 401


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: forged(token, user_id="1"),
        lambda token: forged(token, exp=9999999999),
        lambda token: forged(token, header={"alg": "none"}),
        lambda token: forged(token, header={"alg": "none"}).rpartition(".")[0] + ".",
        lambda token: forged(token, header={"alg": "RS256"}),
        lambda token: forged(token, token_type="refresh"),
        lambda token: token[:-4] + "AAAA",
        lambda token: token + "x",
        lambda token: "..",
        lambda token: "é",
        lambda token: "a" * 10000,
    ],
)
def test_a_forged_token_is_refused(forge):
    _sign_in, pair = family(UserFactory())

    assert client_of({"access": forge(pair["access"])}).get(ME).status_code == 401
    with pytest.raises(AuthenticationFailed):
        tokens.verify(forge(pair["access"]))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sid": "nonsense"},
        {"sid": None},
        {"sid": 7},
        {"sid": ["x"]},
        {"sid": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_a_token_that_belongs_to_no_sign_in_is_refused(claims):
    user = UserFactory()
    token = AccessToken()
    for name, value in {"user_id": str(user.pk), "token_version": 1, **claims}.items():
        token[name] = value

    assert client_of({"access": str(token)}).get(ME).status_code == 401


def test_a_token_of_one_person_does_not_work_with_the_sign_in_of_another():
    user, other = UserFactory(), UserFactory(admin=True)
    sign_in, _pair = family(other)
    token = AccessToken()
    for name, value in {"user_id": str(user.pk), "token_version": 1, "sid": str(sign_in.pk)}.items():
        token[name] = value

    assert client_of({"access": str(token)}).get(ME).status_code == 401
