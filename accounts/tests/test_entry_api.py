"""Credentials over the API: sign-in, registration, reset letters, invitations, one's own second factor and sessions."""

import json
import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from rest_framework.test import APIClient

from accounts import services
from accounts.models import FailedSignIn, Role, User
from accounts.tests.acting import by, code_of, fail, fresh, guard
from accounts.tests.factories import PASSWORD, UserFactory
from notifications.models import Notice

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # what a shared cache forgets, it forgets on commit
AUTH, MINE = "/api/identity/auth/", "/api/v1/users/me/"
NEW = "a brand new secret"


def ask(path, body=None, client=None, **headers):
    return (client or APIClient()).post(path, body or {}, **headers)


def sign_in(user, password=PASSWORD, **more):
    return ask(f"{AUTH}jwt/create/", {"username": user.username, "password": password, **more})


def client_of(answer):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def codes(answer):
    return [error["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("trait", [None, "inactive", "unapproved"])
def test_who_may_not_come_in_is_told_nothing(trait):
    stranger = ask(f"{AUTH}jwt/create/", {"username": "nobody", "password": PASSWORD})
    wrong = sign_in(UserFactory(), password="wrong")
    shut = sign_in(UserFactory(**{trait: True}) if trait else User.objects.system())

    assert stranger.status_code == wrong.status_code == shut.status_code == 401
    assert stranger.json() == wrong.json() == shut.json()
    assert codes(shut) == ["no_active_account"]


def test_a_locked_account_answers_429_and_says_until_when():
    user = UserFactory()
    fail(user.username, 10, address="127.0.0.1")
    answer = sign_in(user)

    assert answer.status_code == 429
    assert codes(answer) == ["throttled"]
    assert 0 < int(answer["Retry-After"]) <= 900


def test_a_claimed_address_does_not_evade_the_lock():
    user = UserFactory()
    for number in range(10):
        ask(
            f"{AUTH}jwt/create/",
            {"username": user.username, "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"10.1.1.{number}",
        )

    answer = ask(
        f"{AUTH}jwt/create/", {"username": user.username, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="10.9.9.9"
    )
    assert answer.status_code == 429
    assert set(FailedSignIn.objects.values_list("address", flat=True)) == {"127.0.0.1"}


def test_behind_a_trusted_proxy_everybody_has_their_own_lock(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    user = UserFactory()
    fail(user.username, 10, address="10.1.1.1")
    body = {"username": user.username, "password": PASSWORD}

    assert ask(f"{AUTH}jwt/create/", body, HTTP_X_FORWARDED_FOR="10.1.1.1").status_code == 429
    assert ask(f"{AUTH}jwt/create/", body, HTTP_X_FORWARDED_FOR="10.1.1.1, 10.1.1.2").status_code == 200


def test_the_second_factor_is_asked_for_by_its_code():
    user = UserFactory()
    secret, recovery = guard(user)

    missing, wrong = sign_in(user), sign_in(user, otp="abcdef")
    assert (missing.status_code, codes(missing)) == (401, ["otp_required"])
    assert (wrong.status_code, codes(wrong)) == (401, ["otp_invalid"])
    assert sign_in(user, password="wrong", otp=code_of(secret, steps=1)).json()["errors"][0]["code"] == (
        "no_active_account"
    )

    assert sign_in(user, otp=code_of(secret, steps=1)).status_code == 200
    assert sign_in(user, otp=code_of(secret, steps=1)).status_code == 401
    assert sign_in(user, otp=recovery[0]).status_code == 200


def test_a_newcomer_registers_and_cannot_choose_a_role():
    body = {
        "username": "orlova", "email": "Orlova@example.org", "password": PASSWORD, "first_name": "Анна",
        "role": "admin", "is_staff": True, "is_superuser": True, "is_active": True, "approved_at": "2026-01-01T00:00Z",
        "id": 1, "token_version": 9, "must_change_password": False,
    }  # fmt: skip
    answer = ask(f"{AUTH}users/", body)

    user = User.objects.get(username="orlova")
    assert answer.status_code == 201
    assert "password" not in answer.json()
    assert (user.role, user.approved_at, user.is_staff) == (Role.USER, None, False)
    assert sign_in(user).status_code == 401


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"username": "TAKEN"}, "username"),
        ({"email": "Taken@Example.org"}, "email"),
        ({"username": "taken@example.org"}, "username"),
        ({"password": "short"}, "password"),
        ({"username": ""}, "username"),
        ({"username": "a" * 151}, "username"),
        ({"username": "a\u0000b"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"first_name": "x" * 151}, "first_name"),
        ({"username": None}, "username"),
        ({"username": {"$ne": 1}}, "username"),
    ],
)
def test_a_bad_registration_is_refused_at_its_field(change, attr):
    UserFactory(username="taken", email="taken@example.org")
    answer = ask(f"{AUTH}users/", {"username": "new", "email": "new@example.org", "password": PASSWORD, **change})

    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {attr}


def test_closed_registration_is_forbidden(settings):
    settings.REGISTRATION_MODE = "closed"

    assert ask(f"{AUTH}users/", {"username": "a", "email": "a@example.org", "password": PASSWORD}).status_code == 403


def test_administrators_are_told_who_waits():
    admin, manager = UserFactory(admin=True), UserFactory(manager=True)
    ask(f"{AUTH}users/", {"username": "orlova", "email": "orlova@example.org", "password": PASSWORD})

    assert Notice.objects.get(kind="accounts.registration").recipient == admin
    assert not Notice.objects.filter(recipient=manager).exists()


def test_asking_for_a_letter_answers_the_same_for_everybody():
    known, unknown = (
        ask(f"{AUTH}users/reset_password/", {"email": email}) for email in (UserFactory().email, "nobody@example.org")
    )

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")


def test_the_letter_leads_to_a_new_password():
    user = UserFactory(language="ru")
    ask(f"{AUTH}users/reset_password/", {"email": user.email})
    services.answer_resets(at=timezone.now())
    letter = Notice.objects.get(kind="accounts.reset")
    uid, token = re.search(r"http://testserver/password/reset/([^/]+)/([^/]+)/", letter.body).groups()

    body = {"uid": uid, "token": token, "new_password": NEW}
    assert ask(f"{AUTH}users/reset_password_confirm/", body).status_code == 204
    again = ask(f"{AUTH}users/reset_password_confirm/", body)
    assert (again.status_code, codes(again)) == (400, ["invalid_token"])
    assert sign_in(user, NEW).status_code == 200
    assert "пароль" in letter.title.lower()


def test_a_letter_does_not_pass_the_second_factor():
    user = UserFactory()
    guard(user)
    uid, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(fresh(user))
    ask(f"{AUTH}users/reset_password_confirm/", {"uid": uid, "token": token, "new_password": NEW})

    assert codes(sign_in(user, NEW)) == ["otp_required"]


def test_an_invitation_is_accepted_once():
    sent = services.invite(
        by=by(UserFactory(admin=True)), email="orlov@example.org", role="manager", product_url="https://a"
    )
    token = sent.link.rstrip("/").rpartition("/")[2]
    body = {"token": token, "username": "orlov", "password": PASSWORD, "role": "admin", "email": "mine@example.org"}
    answer, again = ask(f"{AUTH}invitations/accept/", body), ask(f"{AUTH}invitations/accept/", body)

    assert (answer.status_code, answer.json()["role"], answer.json()["email"]) == (201, "manager", "orlov@example.org")
    assert (again.status_code, codes(again)) == (400, ["accepted"])
    assert codes(ask(f"{AUTH}invitations/accept/", {**body, "token": "guess"})) == ["invalid"]


def test_who_was_given_a_password_chooses_their_own_before_anything_else():
    user = UserFactory(must_change_password=True)
    client = client_of(sign_in(user))

    refused = client.get("/api/v1/incidents/")
    assert (refused.status_code, codes(refused)) == (403, ["password_change_required"])
    assert client.get(MINE).json()["must_change_password"] is True
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert client.post(f"{AUTH}users/set_password/", change).status_code == 204
    assert client_of(sign_in(user, NEW)).get("/api/v1/incidents/").status_code == 200


@committed
def test_a_changed_password_kills_the_tokens_that_changed_it():
    user = UserFactory()
    client = client_of(sign_in(user))
    client.post(f"{AUTH}users/set_password/", {"current_password": PASSWORD, "new_password": NEW})

    assert client.get(MINE).status_code == 401


@committed
def test_a_second_factor_is_set_up_by_api():
    user = UserFactory()
    client = client_of(sign_in(user))
    begun = client.post(f"{MINE}second-factor/set-up/").json()
    assert client.get(f"{MINE}second-factor/").json() == {"enabled": False, "recovery_codes_left": 0}
    assert begun["secret"] in begun["uri"]
    assert begun["qr"].startswith("<svg")

    done = client.post(f"{MINE}second-factor/confirm/", {"otp": code_of(begun["secret"])})

    assert len(done.json()["recovery_codes"]) == 10
    assert client.get(MINE).status_code == 401
    client = client_of(sign_in(user, otp=done.json()["recovery_codes"][0]))
    assert client.get(f"{MINE}second-factor/").json() == {"enabled": True, "recovery_codes_left": 9}
    assert client.post(f"{MINE}second-factor/set-up/").status_code == 409
    renewed = client.post(f"{MINE}second-factor/recovery-codes/", {"password": PASSWORD})
    assert len(renewed.json()["recovery_codes"]) == 10
    assert client.post(f"{MINE}second-factor/disable/", {"password": "wrong"}).status_code == 400
    assert client.post(f"{MINE}second-factor/disable/", {"password": PASSWORD}).status_code == 204
    assert sign_in(user).status_code == 200


@committed
def test_sessions_are_listed_and_ended_by_their_owner():
    user = UserFactory()
    first, second = client_of(sign_in(user)), client_of(sign_in(user))
    listed = first.get(f"{MINE}sessions/").json()
    other = next(session for session in listed if not session["current"])
    assert [session["kind"] for session in listed] == ["api", "api"]

    assert first.post(f"{MINE}sessions/{other['id']}/end/").status_code == 204
    assert second.get(MINE).status_code == 401
    assert first.post(f"{MINE}sessions/{other['id']}/end/").status_code == 404
    assert first.post(f"{MINE}sessions/end-all/").status_code == 204
    assert first.get(MINE).status_code == 401


def test_nobody_ends_the_session_of_another():
    user, other = UserFactory(), UserFactory()
    client_of(sign_in(other))
    session = other.sign_ins.get()

    assert client_of(sign_in(user)).post(f"{MINE}sessions/{session.pk}/end/").status_code == 404
    session.refresh_from_db()
    assert session.ended_at is None


def test_a_sign_in_from_a_strange_place_is_told():
    user = UserFactory()
    for agent in ("curl/8.5", "curl/8.6", "python-requests/2.32"):
        ask(f"{AUTH}jwt/create/", {"username": user.username, "password": PASSWORD}, HTTP_USER_AGENT=agent)

    told = Notice.objects.filter(kind="accounts.new_device")
    assert [notice.recipient for notice in told] == [user]
    assert "python-requests, " in told.get().body


def test_what_changes_an_account_is_told_to_its_owner():
    user = UserFactory()
    secret, _codes = guard(user)
    services.disable_second_factor(by=by(user), password=PASSWORD, address=None)
    services.change_password(by=by(user), current=PASSWORD, new=NEW)

    kinds = set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))
    assert kinds == {"accounts.second_factor_on", "accounts.second_factor_off", "accounts.password"}
    assert secret not in json.dumps(list(Notice.objects.values_list("body", flat=True)))


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "7", "{", '{"username": ["a"], "password": {}}'])
@pytest.mark.parametrize("door", ["jwt/create/", "users/", "users/reset_password/", "invitations/accept/"])
def test_nonsense_is_a_bad_request(door, body):
    answer = APIClient().generic("POST", f"{AUTH}{door}", body, content_type="application/json")

    assert answer.status_code == 400
