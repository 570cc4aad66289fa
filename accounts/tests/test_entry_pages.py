"""Coming in through the pages."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Invitation, Standing, User
from accounts.tests.acting import by, code_of, fail, fresh, guard
from accounts.tests.factories import PASSWORD, UserFactory
from notifications.models import Notice

pytestmark = pytest.mark.django_db
NEW = "a brand new secret"
SIGN_IN, CODE = reverse("accounts:sign-in"), reverse("accounts:sign-in-code")


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": user.username, "password": password, **more})


def is_in(client):
    return client.get(reverse("accounts:profile")).status_code == 200


def test_by_email_and_password_one_is_in_where_one_was_going(client):
    user = UserFactory()
    answer = client.post(SIGN_IN, {"username": user.email.upper(), "password": PASSWORD, "next": "/incidents/"})

    assert answer["Location"] == "/incidents/"
    assert is_in(client)


@pytest.mark.parametrize("target", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(client, target):
    assert sign_in(client, UserFactory(), next=target)["Location"] == "/"


@pytest.mark.parametrize("trait", ["inactive", "unapproved"])
def test_who_may_not_come_in_reads_what_a_stranger_reads(client, trait):
    shut = sign_in(client, UserFactory(**{trait: True}, username="somebody"))
    stranger = client.post(SIGN_IN, {"username": "somebody-else", "password": PASSWORD})

    def plain(answer):
        return re.sub(r'(name="csrfmiddlewaretoken"|value|nonce)[^>]*|somebody(-else)?', "", answer.content.decode())

    assert shut.status_code == stranger.status_code == 400
    assert plain(shut) == plain(stranger)


def test_a_lock_is_said_with_its_end(client):
    user = UserFactory()
    fail(user.username, 10, address="127.0.0.1")
    answer = sign_in(client, user)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert not is_in(client)


def test_with_a_second_factor_the_password_alone_does_not_let_in(client):
    user = UserFactory()
    secret, _codes = guard(user)
    assert sign_in(client, user, next="/incidents/")["Location"] == CODE
    assert not is_in(client)

    assert client.post(CODE, {"otp": "000000x"}).status_code == 400
    answer = client.post(CODE, {"otp": code_of(secret, steps=1)})

    assert answer["Location"] == "/incidents/"
    assert is_in(client)


def test_a_recovery_code_lets_in_once(client):
    user = UserFactory()
    _secret, codes = guard(user)
    sign_in(client, user)
    client.post(CODE, {"otp": codes[0]})
    assert is_in(client)
    client.post(reverse("accounts:sign-out"))
    sign_in(client, user)

    assert client.post(CODE, {"otp": codes[0]}).status_code == 400
    assert not is_in(client)


def test_the_second_step_without_the_first_leads_back(client):
    assert client.get(CODE)["Location"] == SIGN_IN


def test_the_second_step_waits_five_minutes(client, monkeypatch):
    user = UserFactory()
    secret, _codes = guard(user)
    sign_in(client, user)
    half = client.session["half_signed_in"]
    session = client.session
    session["half_signed_in"] = {**half, "at": half["at"] - 301}
    session.save()

    assert client.post(CODE, {"otp": code_of(secret, steps=1)})["Location"] == SIGN_IN
    assert not is_in(client)


def test_a_password_changed_between_the_steps_ends_them(client):
    user = UserFactory()
    secret, _codes = guard(user)
    sign_in(client, user)
    services.set_password(fresh(user), by=by(UserFactory(admin=True)), password=NEW)

    assert client.post(CODE, {"otp": code_of(secret, steps=1)})["Location"] == SIGN_IN


def test_guessing_codes_is_locked(client):
    user = UserFactory()
    secret, _codes = guard(user)
    sign_in(client, user)
    for _attempt in range(10):
        client.post(CODE, {"otp": "abcdef"})

    assert client.post(CODE, {"otp": code_of(secret, steps=1)}).status_code == 429


def test_a_newcomer_registers_and_waits(client):
    form = {"username": "orlova", "email": "orlova@example.org", "password": PASSWORD, "role": "admin"}
    answer = client.post(reverse("accounts:register"), form)

    assert "orlova@example.org" in answer.content.decode()
    user = User.objects.get(username="orlova")
    assert (user.standing, user.role) == (Standing.WAITING, "user")
    assert sign_in(client, user).status_code == 400


def test_a_taken_name_is_said_at_its_field(client):
    UserFactory(username="orlova")
    form = {"username": "Orlova", "email": "x@example.org", "password": "short"}
    answer = client.post(reverse("accounts:register"), form)

    assert answer.status_code == 400
    assert "password" in answer.context["form"].errors


def test_closed_registration_offers_nothing(client, settings):
    settings.REGISTRATION_MODE = "closed"

    assert client.get(reverse("accounts:register")).status_code == 403
    assert reverse("accounts:register") not in client.get(SIGN_IN).content.decode()


def test_a_forgotten_password_is_replaced_by_letter(client):
    user = UserFactory()
    forgotten = reverse("accounts:forgotten")
    known, unknown = (client.post(forgotten, {"email": email}) for email in (user.email, "x@example.org"))
    assert known.status_code == unknown.status_code == 200
    services.answer_resets(at=timezone.now())
    path = re.search(r"http://testserver(/\S+)", Notice.objects.get(kind="accounts.reset").body).group(1)

    assert client.get(path).status_code == 200
    assert client.post(path, {"new_password": "short"}).status_code == 400
    assert client.post(path, {"new_password": NEW})["Location"] == SIGN_IN
    assert client.get(path).status_code == 400
    assert fresh(user).check_password(NEW)


def test_an_invitation_is_accepted_on_its_page(client):
    sent = services.invite(
        by=by(UserFactory(admin=True)), email="orlov@example.org", role="technician", product_url="http://testserver"
    )
    form = {"username": "orlov", "password": PASSWORD, "last_name": "Орлов", "email": "x@example.org", "role": "admin"}
    assert "orlov@example.org" in client.get(sent.link).content.decode()

    assert client.post(sent.link, form)["Location"] == "/"

    user = User.objects.get(username="orlov")
    assert (user.role, user.email, user.last_name) == ("technician", "orlov@example.org", "Орлов")
    assert is_in(client)
    client.logout()
    assert client.get(sent.link).status_code == 400


def test_an_expired_invitation_says_so(client):
    admin = UserFactory(admin=True)
    sent = services.invite(by=by(admin), email="x@example.org", role="user", product_url="http://testserver")
    Invitation.objects.update(expires_at=timezone.now())

    answer = client.get(sent.link)
    assert answer.status_code == 400
    assert "expired" in answer.content.decode()


def test_the_admin_is_entered_by_the_same_door(client):
    admin = UserFactory(admin=True)
    login = reverse("admin:login")
    assert client.get(reverse("admin:index"))["Location"].startswith(login)
    for _attempt in range(10):
        client.post(login, {"username": admin.username, "password": "wrong"})

    assert client.post(login, {"username": admin.username, "password": PASSWORD}).status_code == 429

    cache.clear()
    from_elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
    answer = client.post(
        login, {"username": admin.username, "password": PASSWORD, "next": "/api/admin/"}, **from_elsewhere
    )
    assert answer["Location"] == "/api/admin/"
    assert client.get("/api/admin/").status_code == 200


def test_the_admin_is_for_administrators(client):
    client.force_login(UserFactory(manager=True))

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_where_it_is_required_the_admin_waits_for_a_second_factor(client, settings):
    settings.REQUIRE_2FA = True
    admin = UserFactory(admin=True)
    client.force_login(admin)
    assert client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0] == reverse("accounts:second-factor")

    guard(admin)
    client.force_login(fresh(admin))

    assert client.get(reverse("admin:index")).status_code == 200


def test_a_password_set_by_somebody_else_is_changed_first(client):
    user = UserFactory(must_change_password=True)
    sign_in(client, user)
    change = reverse("accounts:change-password")
    assert client.get("/")["Location"] == change
    assert client.get(reverse("accounts:profile"))["Location"] == change

    client.post(change, {"current_password": PASSWORD, "new_password": NEW})

    assert client.get("/").status_code == 200
