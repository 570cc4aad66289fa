import pytest

from accounts.models import FailedSignIn, User
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["orlov", "ORLOV", "Orlov@Example.org"])
def test_signing_in_by_username_or_e_mail(page, name):
    UserFactory(username="orlov", email="orlov@example.org")

    answer = page().post("/sign-in/", {"username": name, "password": PASSWORD, "next": "/incidents/"})

    assert answer["Location"] == "/incidents/"


def test_a_browser_session_is_a_sign_in_that_can_be_ended(page):
    user = UserFactory()

    page().post("/sign-in/", {"username": user.username, "password": PASSWORD}, headers={"User-Agent": "Firefox"})

    sign_in = user.sign_ins.get()
    assert (sign_in.kind, sign_in.device, sign_in.address) == ("page", "Firefox", "127.0.0.1")


def test_a_wrong_password_is_written_down_and_says_nothing_more(page):
    UserFactory(username="orlov")

    wrong = page().post("/sign-in/", {"username": "orlov", "password": "nonsense"})
    unknown = page().post("/sign-in/", {"username": "nobody", "password": "nonsense"})

    assert wrong.status_code == unknown.status_code == 400
    sentence = "No account fits this name and password."
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert FailedSignIn.objects.count() == 2


@pytest.mark.parametrize("trait", ["inactive", "unapproved"])
def test_who_may_not_come_in_is_told_the_same(page, trait):
    user = UserFactory(**{trait: True})

    answer = page().post("/sign-in/", {"username": user.username, "password": PASSWORD})

    assert "No account fits this name and password." in answer.text


def test_the_system_itself_cannot_sign_in(page):
    User.objects.system()

    assert page().post("/sign-in/", {"username": "system", "password": "!"}).status_code == 400


def test_nobody_is_led_to_another_site_after_signing_in(page):
    user = UserFactory()

    form = {"username": user.username, "password": PASSWORD, "next": "https://example.com/"}

    assert page().post("/sign-in/", form)["Location"] == "/"


def test_signing_out_ends_the_session_and_its_row(page):
    user = UserFactory()
    client = page()
    client.post("/sign-in/", {"username": user.username, "password": PASSWORD})

    client.post("/sign-out/")

    assert client.get("/").status_code == 302
    assert not user.sign_ins.alive().exists()


def test_a_profile_keeps_names_and_preferences_but_never_the_role(page):
    user = UserFactory()
    form = {"last_name": "Орлов", "first_name": "Илья", "language": "ru", "time_zone": "Europe/Moscow", "role": "admin"}

    page(user).post("/profile/", form)

    user.refresh_from_db()
    assert (user.name, user.language, user.time_zone, user.role) == ("Илья Орлов", "ru", "Europe/Moscow", "user")


def test_a_zone_that_does_not_exist_is_refused(page):
    answer = page(UserFactory()).post("/profile/", {"time_zone": "Mars/Olympus"})

    assert "is not a time zone" in answer.text


def test_changing_the_password_keeps_this_session_only(page):
    user = UserFactory()
    client = page()
    client.post("/sign-in/", {"username": user.username, "password": PASSWORD})

    form = {"current_password": PASSWORD, "new_password": "another good one"}
    answer = client.post("/profile/password/", form, follow=True)

    assert "Other devices have to sign in again" in answer.text
    user.refresh_from_db()
    assert user.check_password("another good one")


def test_a_wrong_current_password_is_refused(page):
    user = UserFactory()

    form = {"current_password": "nonsense", "new_password": "another good one"}
    answer = page(user).post("/profile/password/", form)

    assert "not your current password" in answer.text
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
