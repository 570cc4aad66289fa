"""The queue of reviewers: one photo after the other, and two reviewers at once."""

import re
from datetime import timedelta

import pytest

from accounts.tests.factories import UserFactory
from tasks.models import Member, Report
from tasks.programmes import services
from tasks.programmes.services.reporting import keep_photo
from tasks.programmes.tests.factories import (
    MONDAY,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)

pytestmark = pytest.mark.django_db
QUEUE = "/programmes/reports/"


@pytest.fixture
def day():
    return ProgrammeDayFactory(programme=ProgrammeFactory(started=True))


@pytest.fixture
def manager():
    return UserFactory(manager=True, first_name="Olga", last_name="Belova")


def waiting(day, minute=0):
    """A report that came some minutes after noon."""
    membership = MembershipFactory(programme=day.programme)
    return ReportFactory(membership=membership, day=day, reviewing=True, sent_at=at(MONDAY, 12, minute))


def with_photo(report, seed, **options):
    with received(picture(seed, **options)) as file:
        return keep_photo(report, file, by=organiser(), at=report.sent_at)


def test_the_queue_opens_the_oldest_report(page, manager, day):
    waiting(day, minute=30)
    first = waiting(day, minute=5)

    assert page(manager).get(QUEUE)["Location"] == first.get_absolute_url()


def test_an_empty_queue_says_so(page, manager):
    assert "All photos are looked at" in page(manager).get(QUEUE).text


def test_a_report_shows_its_photo_its_assignment_and_its_neighbours(page, manager, day):
    reports = [waiting(day, minute) for minute in (1, 2, 3)]
    photo = with_photo(reports[1], seed=1)

    text = page(manager).get(reports[1].get_absolute_url()).text

    assert f"/attachments/{photo.file_id}/preview/" in text
    assert day.assignment.title in text
    assert "2 of 3 in the queue" in text
    assert reports[0].get_absolute_url() in text
    assert reports[2].get_absolute_url() in text
    assert 'aria-keyshortcuts="A"' in text


def test_a_photo_is_served_to_reviewers_and_to_nobody_else(page, day):
    photo = with_photo(waiting(day), seed=1)
    address = f"/attachments/{photo.file_id}/preview/"

    served = page(UserFactory(auditor=True)).get(address)
    assert served.status_code == 200
    assert b"".join(served).startswith(b"RIFF")
    assert page(UserFactory(technician=True)).get(address).status_code == 404


def test_a_near_duplicate_stands_beside_the_earlier_one(page, manager, day):
    earlier, later = waiting(day, 1), waiting(day, 2)
    known = with_photo(earlier, seed=5)
    with_photo(later, seed=5, brightness=1.05)

    text = page(manager).get(later.get_absolute_url()).text

    assert "Looks like an earlier photo" in text
    assert f"/attachments/{known.file_id}/preview/" in text
    assert f'href="{earlier.get_absolute_url()}"' in text


def test_approving_leads_to_the_next_and_gives_one_point(page, manager, day):
    first, second = waiting(day, 1), waiting(day, 2)

    answer = page(manager).post(f"{first.get_absolute_url()}approve/")

    first.refresh_from_db()
    assert (first.status, first.reviewed_by) == ("approved", manager)
    assert answer["Location"] == second.get_absolute_url()
    assert "approved it" in page(manager).get(first.get_absolute_url()).text


def test_the_last_decision_leads_back_to_those_that_were_passed_over(page, manager, day):
    passed, last = waiting(day, 1), waiting(day, 2)

    answer = page(manager).post(f"{last.get_absolute_url()}approve/")

    assert answer["Location"] == passed.get_absolute_url()


def test_after_the_very_last_one_the_queue_rests(page, manager, day):
    answer = page(manager).post(f"{waiting(day).get_absolute_url()}approve/")

    assert answer["Location"] == QUEUE


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_declining_needs_a_reason_of_some_length(page, manager, day, note):
    report = waiting(day)

    answer = page(manager).post(f"{report.get_absolute_url()}decline/", {"note": note})

    report.refresh_from_db()
    assert (answer.status_code, report.status) == (400, "reviewing")
    assert "is-invalid" in answer.text


def test_declining_tells_why(page, manager, day):
    report = waiting(day)

    page(manager).post(f"{report.get_absolute_url()}decline/", {"note": "Too dark"})

    report.refresh_from_db()
    assert (report.status, report.reason) == ("declined", "Too dark")
    assert "Too dark" in page(manager).get(report.get_absolute_url()).text


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_whoever_comes_second_is_told_who_was_quicker(page, manager, day, verb):
    report, following = waiting(day, 1), waiting(day, 2)
    services.approve(Report.objects.get(pk=report.pk), by=organiser_named("Ilya", "Orlov"))

    answer = page(manager).post(f"{report.get_absolute_url()}{verb}/", {"note": "Too dark"}, follow=True)

    report.refresh_from_db()
    assert (report.status, report.reviewed_by.last_name) == ("approved", "Orlov")
    assert "Ilya Orlov has approved it already" in answer.text
    assert answer.request["PATH_INFO"] == following.get_absolute_url()


def organiser_named(first, last):
    by = organiser()
    by.user.first_name, by.user.last_name = first, last
    by.user.save()
    return by


def test_a_report_that_waits_for_its_photo_offers_no_decision(page, manager, day):
    report = ReportFactory(membership=MembershipFactory(programme=day.programme), day=day)

    text = page(manager).get(report.get_absolute_url()).text

    assert "No photo came for this day" in text
    assert "/approve/" not in text
    assert "nothing to review now" in page(manager).post(f"{report.get_absolute_url()}approve/", follow=True).text


def test_auditors_look_and_do_not_judge(page, day):
    report, client = waiting(day), page(UserFactory(auditor=True))

    assert "/approve/" not in client.get(report.get_absolute_url()).text
    assert client.post(f"{report.get_absolute_url()}approve/").status_code == 403
    assert client.post(f"{report.get_absolute_url()}decline/", {"note": "No"}).status_code == 403


def test_the_menu_says_how_many_photos_wait_to_those_who_judge(page, manager, day):
    assert "vk-count" not in entry_of(page(manager))
    for minute in (1, 2):
        waiting(day, minute)

    assert "2" in entry_of(page(manager))
    assert "vk-count" not in entry_of(page(UserFactory(auditor=True)))


def entry_of(client):
    menu = client.get("/tasks/").content.decode()
    return menu.split('href="/programmes/"')[1].split("</a>")[0]


def test_ones_own_report_offers_no_decision(page, manager, day):
    UserFactory(manager=True)
    mine, other = waiting(day, 1), waiting(day, 2)
    Member.objects.filter(pk=mine.member.pk).update(user=manager)

    assert page(manager).get(QUEUE)["Location"] == other.get_absolute_url()
    assert ">1<" in re.sub(r"\s", "", entry_of(page(manager)))
    assert not page(manager).get(mine.get_absolute_url()).context["may_review"]
    assert page(manager).post(f"{mine.get_absolute_url()}approve/").status_code == 403


def test_employees_see_no_reports(page, day):
    assert page(UserFactory()).get(waiting(day).get_absolute_url()).status_code == 403


def test_an_address_without_a_report_is_no_page(page, manager):
    assert page(manager).get(f"{QUEUE}4711/").status_code == 404
    assert page(manager).post(f"{QUEUE}4711/approve/").status_code == 404


@pytest.mark.parametrize("count", [1, 15])
def test_a_review_costs_a_fixed_number_of_queries(page, manager, day, count, django_assert_max_num_queries):
    reports = [waiting(day, minute) for minute in range(count)]
    with_photo(reports[0], seed=1)
    client = page(manager)

    with django_assert_max_num_queries(12):
        client.get(reports[0].get_absolute_url())


def test_reports_of_other_days_wait_in_the_same_queue(page, manager, day):
    late = waiting(day, 1)
    other = ProgrammeDayFactory(programme=day.programme, number=2)
    membership = MembershipFactory(programme=day.programme)
    sent = at(MONDAY + timedelta(days=1), 8)
    following = ReportFactory(membership=membership, day=other, reviewing=True, sent_at=sent)

    assert page(manager).post(f"{late.get_absolute_url()}approve/")["Location"] == following.get_absolute_url()
