"""Every page at a phone's and a desk's width, light and dark: nothing overflows, nobody is kept out."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from incidents import services
from incidents.tests.factories import IncidentFactory
from workflow.actor import Actor, Channel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Расхождение остатков в выгрузке для регистратора: сверка показала разницу по фондам"
PAGES = [
    "/", "/incidents/", "/incidents/?tab=all&search=zzz", "/incidents/new/", "/incidents/{pk}/",
    "/incidents/{pk}/edit/", "/incidents/{pk}/snooze/", "/incidents/{pk}/assign/", "/incidents/{pk}/delete/",
    "/profile/", "/design/", "/incidents/4711/", "/organisation/", "/organisation/edit/", "/calendar/?year=2026",
    "/calendar/week/", "/calendar/day/?date=2026-06-12", "/calendar/import/?preset=ru-2026", "/policy/", "/audit/",
    "/suspensions/import/",
]  # fmt: skip


@pytest.fixture
def admin():
    return UserFactory(admin=True, first_name="Александра", last_name="Константинопольская", language="ru")


@pytest.fixture
def incident(admin):
    incident = IncidentFactory(
        in_progress=True, severity="critical", title=LONG, description=LONG * 5, occurrences=1400
    )
    services.comment(incident, by=Actor(admin, Channel.PAGE), text=f"{LONG}\n\nhttps://{'long' * 40}.example.org/")
    services.set_severity(incident, by=Actor(admin, Channel.API), severity="low")
    return incident


def serious(window):
    found = Axe().run(window, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}]


def overflow(window):
    return window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_fit_and_keep_nobody_out(visit, admin, incident, size, dark):
    window = visit(admin, size=size, dark=dark)
    for path in PAGES:
        window.goto(path.format(pk=incident.pk))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_sign_in_fits(visit, size):
    window = visit(size=size, language="ru")

    window.goto("/sign-in/")

    assert overflow(window) <= 0
    assert serious(window) == []


def test_swagger_stands_offline_and_unfolds(visit):
    window = visit(UserFactory())

    window.goto("/api/v1/schema/swagger-ui/")
    window.locator("#operations-tag-incidents").click()

    window.get_by_text("List incidents").locator("visible=true").first.wait_for()


def test_redoc_stands_offline(visit):
    window = visit(UserFactory())

    window.goto("/api/schema/redoc/")

    window.get_by_text("List incidents").locator("visible=true").first.wait_for()
