from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import devices, services, tokens
from accounts.models import SignIn
from accounts.tests.acting import ADDRESS, by, fresh, verbs
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def sign_in(user, kind="page", device=FIREFOX, address=ADDRESS):
    return services.sign_in(by=by(user), kind=kind, device=device, address=address)


def is_in(browser):
    return browser.get(ME).status_code == 200


def test_a_browser_session_stands_on_a_sign_in(browser, user):
    session = user.sign_ins.get()

    assert is_in(browser)
    assert session.kind == SignIn.Kind.PAGE
    assert verbs(user) == ["sign-in"]


def test_a_session_ended_elsewhere_is_over_at_the_next_request(browser, user):
    assert is_in(browser)
    tokens.end(user.sign_ins.get(), because="test")

    assert not is_in(browser)
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"approved_at": None},
        {"password": "changed by another program"},
    ],
    ids=["deactivated", "unapproved", "password"],
)
def test_a_change_by_any_hand_ends_the_session(browser, user, change):
    type(user).objects.filter(pk=user.pk).update(**change)

    assert not is_in(browser)


@pytest.mark.parametrize(
    "leave", [lambda browser: browser.logout(), lambda browser: browser.post("/api/identity/auth/logout/")]
)
def test_signing_out_ends_the_sign_in(browser, user, leave):
    leave(browser)

    assert user.sign_ins.get().ended_because == "signed out"
    assert not is_in(browser)
    assert verbs(user) == ["sign-in", "sign-out"]


def test_signing_in_again_in_one_browser_replaces_the_session(browser, user):
    browser.force_login(user)

    assert user.sign_ins.alive().count() == 1
    assert user.sign_ins.count() == 2


def test_a_device_is_seen_at_most_once_a_minute(browser, user):
    long_ago = timezone.now() - timedelta(minutes=10)
    user.sign_ins.update(last_seen_at=long_ago)
    browser.get(ME)
    seen = user.sign_ins.get().last_seen_at
    browser.get(ME)

    assert seen > long_ago
    assert user.sign_ins.get().last_seen_at == seen


def test_one_session_is_ended_by_its_owner(user):
    session = sign_in(user)
    services.end_session(session, by=by(user))
    services.end_session(session, by=by(user))

    assert verbs(user) == ["sign-in", "end-session"]
    assert not user.sign_ins.alive().exists()


def test_signing_out_everywhere_leaves_nothing_but_what_is_kept(user):
    kept, *_others = [sign_in(user), sign_in(user, kind="api"), sign_in(user)]
    services.sign_out_everywhere(user, by=by(user), keep=kept.pk)

    assert list(user.sign_ins.alive()) == [kept]
    assert fresh(user).token_version == 2


def test_sessions_that_nobody_can_use_any_more_end_and_are_forgotten_in_time(user, settings):
    now = timezone.now()
    cookie = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    refresh = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    good = [sign_in(user), sign_in(user, kind="api"), sign_in(user, kind="api")]
    stale = [sign_in(user), sign_in(user, kind="api")]
    long_ended = sign_in(user)
    SignIn.objects.filter(pk=good[2].pk).update(created_at=now - refresh * 2, rotated_at=now - timedelta(days=1))
    SignIn.objects.filter(pk=stale[0].pk).update(created_at=now - cookie - timedelta(days=1))
    SignIn.objects.filter(pk=stale[1].pk).update(created_at=now - refresh - timedelta(days=1))
    SignIn.objects.filter(pk=long_ended.pk).update(ended_at=now - settings.SIGN_INS_KEEP - timedelta(days=1))
    services.purge(at=now)

    assert set(user.sign_ins.alive()) == set(good)
    assert not SignIn.objects.filter(pk=long_ended.pk).exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36 Edg/143.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0 YaBrowser/26.1 Safari/537.36", "Yandex Browser, Linux"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "python-requests"),
        ("", ""),
        ("Mozilla/5.0 (compatible)", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(user_agent, name):
    assert devices.readable(user_agent) == name


def test_the_admin_knows_the_same_session(client):
    admin = UserFactory(admin=True)
    client.force_login(admin)
    assert client.get(reverse("admin:index")).status_code == 200

    services.sign_out_everywhere(admin, by=by(admin))

    assert client.get(reverse("admin:index")).status_code == 302
