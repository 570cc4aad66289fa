"""One's own account on its pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.tests.acting import ADDRESS, by, code_of, fresh, guard
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "a brand new secret"
SECURITY = reverse("accounts:security")


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def test_the_password_is_changed_and_only_this_browser_stays_in(browser, user):
    other = Client()
    other.force_login(user)
    form = {"current_password": PASSWORD, "new_password": NEW}

    assert browser.post(reverse("accounts:change-password"), form)["Location"] == SECURITY
    assert browser.get(SECURITY).status_code == 200
    assert other.get(SECURITY).status_code == 302
    assert fresh(user).check_password(NEW)


def test_a_wrong_current_password_is_said_at_its_field(browser):
    answer = browser.post(reverse("accounts:change-password"), {"current_password": "wrong", "new_password": NEW})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["current_password"]


def test_a_second_factor_is_set_up_and_its_codes_are_shown_once(browser, user):
    page = reverse("accounts:second-factor")
    shown = browser.get(page).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", shown).group(1).replace(" ", "")
    assert "<svg" in shown
    assert "style=" not in shown
    assert browser.post(page, {"otp": "000000x"}).status_code == 400

    answer = browser.post(page, {"otp": code_of(secret)}).content.decode()

    assert len(re.findall(r"<code[^>]*>[a-z2-9]{5}-[a-z2-9]{5}<", answer)) == 10
    assert fresh(user).is_guarded
    assert browser.get(page)["Location"] == SECURITY


def test_codes_are_renewed_and_the_factor_taken_off_with_the_password(browser, user):
    _secret, old = guard(user)
    browser.force_login(fresh(user))
    renewed = browser.post(reverse("accounts:renew-codes"), {"password": PASSWORD}).content.decode()
    assert old[0] not in renewed
    off = reverse("accounts:disable-second-factor")
    assert browser.post(off, {"password": "wrong"}).status_code == 400
    assert fresh(user).is_guarded

    assert browser.post(off, {"password": PASSWORD})["Location"] == SECURITY

    assert not fresh(user).is_guarded


def test_sessions_are_shown_readably_and_ended(browser, user):
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = services.sign_in(by=by(user), kind="api", device=firefox, address=ADDRESS)
    page = browser.get(SECURITY).content.decode()
    assert "Firefox, Windows" in page
    assert ADDRESS in page

    browser.post(reverse("accounts:end-session", args=[other.pk]))

    other.refresh_from_db()
    assert other.ended_at is not None
    assert browser.get(SECURITY).status_code == 200


def test_a_session_of_another_is_not_there(browser):
    stranger = UserFactory()
    session = services.sign_in(by=by(stranger), kind="page", device="", address=None)

    assert browser.post(reverse("accounts:end-session", args=[session.pk])).status_code == 404


def test_everywhere_else_and_everywhere(browser, user):
    other = Client()
    other.force_login(user)
    browser.post(reverse("accounts:end-sessions"), {"keep_current": "1"})
    assert other.get(SECURITY).status_code == 302
    assert browser.get(SECURITY).status_code == 200

    browser.post(reverse("accounts:end-sessions"))

    assert browser.get(SECURITY).status_code == 302


def test_whoever_undoes_what_is_not_there_is_led_to_their_own_page(browser):
    answer = browser.post(reverse("accounts:disable-second-factor"), {"password": PASSWORD}, follow=True)

    assert answer.redirect_chain == [(SECURITY, 302)]
    assert "not set up" in answer.content.decode()
