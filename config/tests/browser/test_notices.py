"""The bell, the preferences and the outbox, as people press them."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import LONG, overflow, serious
from incidents import services
from incidents.tests.factories import IncidentFactory
from notifications.models import Delivery, Notice
from notifications.tests.smtp import mailers, open_post_office
from workflow.actor import Actor, Channel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/notifications/", "/notifications/?tab=all", "/notifications/preferences/", "/notifications/outbox/",
    "/notifications/outbox/?tab=dead", "/notifications/outbox/?tab=sent", "/notifications/outbox/{pk}/",
]  # fmt: skip


@pytest.fixture
def technician():
    return UserFactory(technician=True, first_name="Илья", last_name="Орлов", language="ru")


@pytest.fixture
def admin(technician):
    """An administrator with something of everything under the bell and in the outbox."""
    admin = UserFactory(admin=True, first_name="Анна", last_name="Белова", language="ru")
    for number, severity in enumerate(["critical", "high", "low", "critical"]):
        incident = services.report(
            by=Actor(technician, Channel.API), description=f"{LONG}, {number}", severity=severity
        )
        services.assign(incident, by=Actor(technician, Channel.API), assignee=admin)
    services.take(IncidentFactory(reporter=admin, title=LONG), by=Actor(technician, Channel.PAGE), note="Смотрю")
    Notice.objects.filter(pk__in=Notice.objects.of(admin)[:2].values("pk")).update(read_at=timezone.now())
    sent, failed, dead = Delivery.objects.all()[:3]
    sent.tries.create(started_at=timezone.now(), duration=timezone.timedelta(seconds=1), error="")
    Delivery.objects.filter(pk=sent.pk).update(state="sent", sent_at=timezone.now(), attempts=1)
    Delivery.objects.filter(pk=failed.pk).update(state="failed", error="451 Try again later", attempts=3)
    dead.tries.create(started_at=timezone.now(), duration=None)
    dead.tries.create(started_at=timezone.now(), duration=timezone.timedelta(seconds=2), error="550 No such user")
    Delivery.objects.filter(pk=dead.pk).update(state="dead", error="550 5.1.1 <long.address@example.org>: No such user")
    return admin


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_about_notices_fit_and_keep_nobody_out(visit, admin, size, dark):
    window = visit(admin, size=size, dark=dark)
    pk = Delivery.objects.dead().get().pk
    for path in PAGES:
        window.goto(path.format(pk=pk))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_bell_counts_opens_and_leads_on(visit, admin, size):
    window = visit(admin, size=size)
    window.goto("/")

    window.get_by_role("button", name="Уведомления: ").click()
    newest = window.locator(".vk-bell-item").first
    expect(newest).to_be_visible()
    assert overflow(window) <= 0
    assert serious(window) == []
    newest.click()

    expect(window.get_by_role("heading", level=1)).to_contain_text(LONG)


def test_marking_all_as_read_empties_the_bell(visit, admin):
    window = visit(admin)
    window.goto("/notifications/")

    window.get_by_role("main").get_by_role("button", name="Отметить всё прочитанным").click()

    expect(window.get_by_text("Всё прочитано")).to_be_visible()
    assert not Notice.objects.of(admin).unread().exists()


def test_the_count_is_renewed_while_one_looks(visit, technician):
    window = visit(technician)
    window.clock.install()
    window.goto("/profile/")
    services.comment(IncidentFactory(reporter=technician), by=Actor(UserFactory(), Channel.API), text="Still the same")

    window.clock.run_for(61_000)

    expect(window.locator("#unread .vk-count")).to_have_text("1")


def test_wishes_are_kept(visit, technician):
    window = visit(technician)
    window.goto("/notifications/preferences/")

    window.locator("[name='incident.resolved:email']").check()
    window.get_by_label("Соблюдать тихие часы").check()
    window.get_by_role("button", name="Сохранить").click()

    expect(window.locator("[name='incident.resolved:email']")).to_be_checked()
    assert technician.notice_preferences.get(kind="incident.resolved", channel="email").enabled


def test_a_test_tells_in_the_page_what_came_of_it(visit, technician, settings):
    window = visit(technician)
    window.goto("/notifications/preferences/")

    with open_post_office() as office:
        settings.MAILERS = mailers(office.port)
        window.get_by_role("button", name="Отправить проверочное").click()
        expect(window.locator("#test-results")).to_contain_text("Проверьте, пришло ли")
        office.recipient_answers[technician.email] = "550 No such user"
        window.get_by_role("button", name="Отправить проверочное").click()
        expect(window.locator("#test-results")).to_contain_text("550 No such user")


def test_the_tick_above_a_column_switches_all_of_it(visit, technician):
    window = visit(technician)
    window.goto("/notifications/preferences/")
    column = window.get_by_label("Заявки: почта", exact=True)
    boxes = window.locator("tbody", has=column).locator("[data-vk-switch=email]")
    expect(column).to_have_js_property("indeterminate", True)

    column.check()
    assert all(box.is_checked() for box in boxes.all())
    boxes.first.uncheck()
    expect(column).to_have_js_property("indeterminate", True)
    column.check()
    column.uncheck()
    window.get_by_role("button", name="Сохранить").click()

    assert not any(box.is_checked() for box in boxes.all())
    assert not technician.notice_preferences.filter(channel="email", kind__startswith="ticket.", enabled=True).exists()
