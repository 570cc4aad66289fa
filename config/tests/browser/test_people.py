"""People and their accounts as a person sees them, from the first visit to a changed password."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import services
from accounts.models import User
from accounts.tests.acting import by, code_of, guard
from accounts.tests.factories import PASSWORD, UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import overflow, serious
from incidents.tests.factories import IncidentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/people/", "/people/?tab=waiting", "/people/?search=zzz", "/people/new/", "/people/{pk}/", "/people/{pk}/edit/",
    "/people/{pk}/set-role/", "/people/{pk}/set-password/", "/people/{pk}/sign-out/", "/people/{pk}/hand-over/",
    "/people/{waiting}/", "/people/leavers/", "/people/invitations/", "/people/invitations/new/",
    "/profile/", "/profile/password/", "/profile/security/", "/profile/second-factor/",
]  # fmt: skip
NEW = "совершенно новый секрет"


@pytest.fixture
def admin():
    return UserFactory(admin=True, first_name="Александра", last_name="Константинопольская", language="ru")


@pytest.fixture
def names(admin):
    """The people and invitations that the pages show, as parts of their addresses."""
    long = "константинопольская.александра.владимировна@podrazdelenie.example.org"
    user = UserFactory(technician=True, first_name="Илья", last_name="Орлов", email=long, department="Эксплуатация")
    IncidentFactory(in_progress=True, assignee=user)
    guard(user)
    services.sign_in(by=by(user), kind="api", device="curl/8.5", address="192.168.1.24")
    gone = UserFactory(technician=True, last_name="Мельникова")
    IncidentFactory(in_progress=True, assignee=gone)
    services.deactivate(gone, by=by(admin), note="Уволилась.")
    for number in range(3):
        sent = services.invite(
            by=by(admin), email=f"kandidat{number}@example.org", role="manager", product_url="http://localhost"
        )
    services.withdraw(sent.invitation, by=by(admin))
    return {"pk": user.pk, "waiting": UserFactory(unapproved=True).pk}


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_of_people_fit_and_keep_nobody_out(visit, admin, names, size, dark):
    window = visit(admin, size=size, dark=dark)
    for path in PAGES:
        window.goto(path.format(**names))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_for_strangers_fit(visit, admin, size):
    sent = services.invite(by=by(admin), email="x@example.org", role="user", product_url="")
    window = visit(size=size, language="ru")
    for path in ["/register/", "/password/forgotten/", sent.link, "/invitation/none/", "/password/reset/MQ/x-y/"]:
        window.goto(path)
        assert overflow(window) <= 0, path
        assert serious(window) == [], path


def test_a_newcomer_comes_in_with_two_factors_and_changes_the_password(visit, admin):
    newcomer, phone = visit(language="ru"), visit(language="ru", size=PHONE)
    register(newcomer)
    let_in(visit(admin))

    enter(phone, PASSWORD)
    phone.goto("/profile/")
    enter(newcomer, PASSWORD)
    recovery = set_up_second_factor(newcomer)
    assert re.fullmatch("[a-z2-9]{5}-[a-z2-9]{5}", recovery)

    phone.goto("/profile/")
    expect(phone).to_have_url(re.compile(reverse("accounts:sign-in")))
    enter(phone, PASSWORD)
    phone.get_by_role("textbox", name="Код").fill(recovery)
    phone.get_by_role("button", name="Войти").click()
    phone.goto("/profile/")
    expect(phone.locator("h1")).to_have_text("orlova")

    newcomer.goto("/profile/password/")
    newcomer.get_by_label("Текущий пароль").fill(PASSWORD)
    newcomer.get_by_label("Новый пароль").fill(NEW)
    newcomer.get_by_role("button", name="Сменить пароль").click()
    expect(newcomer).to_have_url(re.compile(reverse("accounts:security")))
    phone.goto("/profile/")
    expect(phone).to_have_url(re.compile(reverse("accounts:sign-in")))
    assert User.objects.get(username="orlova").check_password(NEW)


def register(window):
    window.goto("/register/")
    window.get_by_label("Логин").fill("orlova")
    window.get_by_label("Почта").fill("orlova@example.org")
    window.get_by_label("Пароль").fill(PASSWORD)
    window.get_by_role("button", name="Зарегистрироваться").click()
    window.get_by_text("Регистрацию должен подтвердить администратор").wait_for()


def let_in(window):
    window.goto("/people/?tab=waiting")
    window.get_by_role("link", name="orlova").click()
    window.get_by_role("link", name="Подтвердить").click()
    window.get_by_role("button", name="Подтвердить").click()
    expect(window.locator(".vk-head-meta")).to_contain_text("Активен")


def set_up_second_factor(window):
    """Do as the page says and return the first recovery code."""
    window.goto("/profile/second-factor/")
    window.locator("summary").click()
    secret = window.locator("details code").inner_text().replace(" ", "")
    window.get_by_role("textbox", name="Код").fill(code_of(secret))
    window.get_by_role("button", name="Включить").click()
    return window.locator("main li code").first.inner_text()


def enter(window, password):
    window.goto("/sign-in/")
    window.get_by_label("Логин или почта").fill("orlova")
    window.get_by_label("Пароль").fill(password)
    window.get_by_role("button", name="Войти").click()
