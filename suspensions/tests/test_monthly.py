"""The figures of last month, told once on the first working day."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions.analytics import monthly
from suspensions.models import MonthlyReport
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory
from workflow.tests.together import together

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)  # June begins with it; August with a Saturday


@pytest.fixture
def case():
    owner = UserFactory(username="owner")
    start = datetime(2026, 5, 12, 10, tzinfo=UTC)
    return SuspensionFactory(
        process=TechProcessFactory(owner=owner), start=start, finish=start + timedelta(minutes=90), status="restored"
    )


@pytest.fixture
def manager():
    return UserFactory(manager=True, username="chief")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (MONDAY - timedelta(minutes=1), False),
        (MONDAY, True),
        (MONDAY + timedelta(days=6), True),
        (MONDAY + timedelta(days=7), False),
        (datetime(2026, 8, 1, 12, tzinfo=UTC), False),
        (datetime(2026, 8, 3, 8, 59, tzinfo=UTC), False),
        (datetime(2026, 8, 3, 9, tzinfo=UTC), True),
    ],
)
def test_it_is_due_on_the_first_working_day_from_nine(at, due):
    assert monthly.is_due(at) is due


def test_managers_and_owners_hear_the_figures_once(case, manager, settings):
    settings.APPLICATION_URL = "https://vakhta.example/"
    UserFactory(technician=True)

    assert monthly.report_month(MONDAY)
    assert not monthly.report_month(MONDAY + timedelta(hours=1))

    notices = {notice.recipient.username: notice for notice in Notice.objects.select_related("recipient")}
    assert set(notices) == {"chief", "owner"}
    body = notices["chief"].body
    assert notices["chief"].title == "Downtime in May 2026"
    assert "Cases: 1, the month before 0." in body
    assert "1\u00a0h\u00a030\u00a0min" in body
    assert notices["chief"].url == "/suspensions/analytics/?start=2026-05-01&last=2026-05-31"
    file = "https://vakhta.example/suspensions/analytics/export/?start=2026-05-01&last=2026-05-31&format=pdf"
    assert [file in notices[name].body for name in ("chief", "owner")] == [True, False]


def test_its_links_lead_to_the_month_that_it_tells_of(case, manager, client):
    monthly.report_month(MONDAY)
    client.force_login(manager)

    answer = client.get(Notice.objects.get(recipient=manager).url)

    assert answer.context["reading"].figure["count"].value == 1
    assert (answer.context["period"].start.month, answer.context["period"].months) == (5, 1)


def test_a_reader_of_russian_reads_it_in_russian(case, manager):
    type(manager).objects.filter(pk=manager.pk).update(language="ru")
    monthly.report_month(MONDAY)
    assert Notice.objects.get(recipient=manager).title == "Простои за май 2026"


def test_of_a_journal_that_was_not_kept_yet_nothing_is_told(manager):
    SuspensionFactory(start=MONDAY)
    assert not monthly.report_month(MONDAY)
    assert not MonthlyReport.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one(case, manager):
    together(lambda: monthly.report_month(MONDAY), lambda: monthly.report_month(MONDAY))
    assert Notice.objects.filter(recipient=manager).count() == 1
