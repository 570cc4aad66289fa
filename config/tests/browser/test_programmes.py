"""A programme as its organiser presses it, and the form as a member opens it from the bot on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import overflow, serious
from tasks.models import JoinRequest, Report
from tasks.models.task import today
from tasks.programmes import links
from tasks.programmes.services.reporting import keep_photo
from tasks.programmes.tests.factories import (
    MONDAY,
    AssignmentFactory,
    JoinRequestFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Найти на улице что-нибудь красное и сфотографировать " * 2
PAGES = [
    "/programmes/", "/programmes/new/", "/programmes/{programme}/", "/programmes/{programme}/edit/",
    "/programmes/assignments/", "/programmes/assignments/new/", "/programmes/assignments/{assignment}/",
    "/programmes/reports/{report}/", "/programmes/members/{member}/", "/programmes/members/{member}/edit/",
]  # fmt: skip


def waiting(day, seed, *, minute=0, **options):
    """A report with a photo in the queue of the reviewers."""
    membership = MembershipFactory(programme=day.programme)
    report = ReportFactory(membership=membership, day=day, reviewing=True, sent_at=at(MONDAY, 12, minute))
    with received(picture(seed, **options)) as file:
        keep_photo(report, file, by=organiser(), at=report.sent_at)
    return report


def test_a_reviewer_decides_by_the_keyboard(visit):
    User.objects.system()
    day = ProgrammeDayFactory(programme=ProgrammeFactory(started=True))
    first, second = waiting(day, 5), waiting(day, 5, minute=1, brightness=1.05)
    window = visit(UserFactory(manager=True))
    window.goto("/programmes/reports/")

    expect(window.get_by_text("1 of 2 in the queue")).to_be_visible()
    window.keyboard.press("j")
    expect(window.get_by_role("heading", name="Looks like an earlier photo")).to_be_visible()
    window.keyboard.press("k")
    expect(window.get_by_text("1 of 2 in the queue")).to_be_visible()
    window.keyboard.press("a")
    expect(window.get_by_text("1 of 1 in the queue")).to_be_visible()
    window.keyboard.press("d")
    window.keyboard.type("The same photo as Anna's")
    window.keyboard.press("Control+Enter")
    expect(window.get_by_text("All photos are looked at")).to_be_visible()

    decided = Report.objects.order_by("pk").values_list("pk", "status", "reason")
    assert list(decided) == [(first.pk, "approved", ""), (second.pk, "declined", "The same photo as Anna's")]


def test_somebody_without_an_account_asks_to_take_part_on_a_phone(visit):
    User.objects.system()
    ProgrammeFactory(start=today() + timedelta(days=2), finish=today() + timedelta(days=9))
    window = visit(size=PHONE)
    window.goto(f"/programmes/join/{links.token_for(501, 'en')}/")
    assert (overflow(window), serious(window)) == (0, [])

    told = {"First name": "Anna", "Surname": "Zaytseva", "Date of birth": "1990-12-31", "City": "Kazan"}
    for label, text in told.items():
        window.get_by_label(label).fill(text)
    window.get_by_label("Phone").fill("8 (912) 345-67-89")
    window.get_by_role("button", name="Ask to take part").click()

    expect(window.get_by_text("The request is sent")).to_be_visible()
    assert JoinRequest.objects.get().member.phone == "+79123456789"


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_of_programmes_fit_and_keep_nobody_out(visit, size, dark):
    User.objects.system()
    programme = ProgrammeFactory(started=True, title=LONG)
    day = ProgrammeDayFactory(programme=programme, assignment=AssignmentFactory(title=LONG, text=LONG * 5))
    waiting(day, 5)
    report = waiting(day, 5, minute=1, brightness=1.05)
    JoinRequestFactory(programme=programme)
    window = visit(UserFactory(admin=True, language="ru"), size=size, dark=dark)
    keys = {
        "programme": programme.pk, "assignment": day.assignment_id, "report": report.pk,
        "member": report.membership.member_id,
    }  # fmt: skip

    for path in PAGES:
        window.goto(path.format(**keys))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path
