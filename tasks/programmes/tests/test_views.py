"""The pages of organisers: who sees them, what they do, and what they refuse."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.tests.factories import UserFactory
from tasks.models import Assignment, JoinRequest, Membership, Programme
from tasks.models.task import today
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    FINAL,
    AssignmentFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    organiser,
)
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/programmes/"


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def running(**fields):
    """A programme that began two days ago, with its calendar."""
    start = today() - timedelta(days=2)
    AssignmentFactory.create_batch(3)
    programme = ProgrammeFactory(started=True, start=start, finish=start + timedelta(days=6), **fields)
    services.fill_calendar(programme, by=organiser())
    return programme


def typed(**fields):
    start = today() + timedelta(days=3)
    form = {"title": "July", "start": start, "finish": start + timedelta(days=4), "final_message": FINAL}
    return form | {"join_days": 3, "most_missed": 3, "attempts": 3} | fields


def test_an_empty_list_leads_to_the_catalogue_and_then_to_a_programme(page, manager):
    assert f"{LIST}assignments/new/" in page(manager).get(LIST).text

    AssignmentFactory()

    assert f"{LIST}new/" in page(manager).get(LIST).text


def test_the_list_says_what_waits(page, manager):
    programme = running()
    JoinRequestFactory(programme=programme)
    ReportFactory(membership__programme=programme, day=programme.days.first(), reviewing=True)

    text = page(manager).get(LIST).text

    assert programme.title in text
    assert "1 request" in text
    assert "1 report" in text


def test_auditors_look_and_are_offered_nothing_to_do(page):
    programme = running()
    JoinRequestFactory(programme=programme)
    text = page(UserFactory(auditor=True)).get(programme.get_absolute_url()).text

    assert programme.title in text
    assert "/edit/" not in text
    assert "data-vk-dialog" not in text
    assert "/approve/" not in text


@pytest.mark.parametrize("role", ["user", "technician"])
def test_members_of_staff_have_no_business_here(page, role):
    client = page(UserFactory(role=role))

    assert client.get(LIST).status_code == 403
    assert LIST not in client.get("/").text


def test_a_manager_sets_a_programme_up_and_sees_its_calendar(page, manager):
    AssignmentFactory.create_batch(2)

    answer = page(manager).post(f"{LIST}new/", typed())

    programme = Programme.objects.get()
    assert answer["Location"] == programme.get_absolute_url()
    assert programme.days.count() == 5
    assert "Exercise" in page(manager).get(programme.get_absolute_url()).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"final_message": "Dear {nmae}"}, "There is no variable {nmae}."),
        ({"final_message": "Dear {name"}, "The braces do not match."),
        ({"finish": date(2020, 1, 1)}, "It ends before it begins."),
        ({"start": date(2020, 1, 1), "finish": date(2020, 1, 2)}, "This day is over."),
        ({"attempts": 0}, "greater than or equal to 1"),
        ({"title": ""}, "This field is required."),
        ({"start": "soon"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_with_a_programme_is_said_at_the_form(page, manager, wrong, words):
    answer = page(manager).post(f"{LIST}new/", typed(**wrong))

    assert answer.status_code == 400
    assert words in answer.text
    assert not Programme.objects.exists()


def test_the_form_explains_every_variable(page, manager):
    text = page(manager).get(f"{LIST}new/").text

    for name in ("name", "surname", "points", "reports", "days", "programme"):
        assert f"<code>{{{name}}}</code>" in text


def test_the_first_day_of_a_running_programme_cannot_be_typed_over(page, manager):
    programme = running()
    begun = programme.start

    answer = page(manager).post(
        f"{LIST}{programme.pk}/edit/",
        typed(title="August", start=today(), finish=programme.finish, version=programme.version),
    )

    programme.refresh_from_db()
    assert answer.status_code == 302
    assert (programme.title, programme.start) == ("August", begun)


def test_a_programme_that_was_changed_meanwhile_shows_both_versions(page, manager):
    programme = running()
    services.edit(programme, by=organiser(), title="Theirs")

    answer = page(manager).post(f"{LIST}{programme.pk}/edit/", typed(title="Mine", finish=programme.finish, version=1))

    assert answer.status_code == 412
    assert "Theirs" in answer.text
    assert "Mine" in answer.text


def test_a_programme_is_started_finished_and_deleted_by_dialogs(page):
    AssignmentFactory()
    programme = ProgrammeFactory(start=today(), finish=today() + timedelta(days=2))
    client = page(UserFactory(admin=True))
    at = programme.get_absolute_url()

    assert 'id="sheet"' in client.get(f"{at}start/").text
    client.post(f"{at}start/")
    client.post(f"{at}finish/", {"note": "Enough"})
    assert client.post(f"{at}delete/", {"note": " "}).status_code == 400
    client.post(f"{at}delete/", {"note": "By mistake"})

    programme.refresh_from_db()
    assert (programme.status, programme.deletion_note) == ("finished", "By mistake")
    assert "By mistake" in client.get(at).text
    client.post(f"{at}undelete/")
    programme.refresh_from_db()
    assert programme.deleted_at is None


def test_managers_call_a_programme_off_and_may_not_delete_it(page, manager):
    programme = running()
    at, client = programme.get_absolute_url(), page(manager)

    client.post(f"{at}cancel/", {"note": "The rain"})

    programme.refresh_from_db()
    assert programme.status == "cancelled"
    assert client.post(f"{at}delete/", {"note": "No"}).status_code == 403
    assert page(manager).post(f"{at}start/", follow=True).status_code == 200  # a message, not an error


def test_a_day_to_come_gets_another_assignment_and_a_past_one_keeps_its(page, manager):
    programme, other = running(), AssignmentFactory(title="Swim")
    at, client = programme.get_absolute_url(), page(manager)

    client.post(f"{at}days/6/", {"assignment": other.pk})
    client.post(f"{at}days/1/", {"assignment": other.pk})

    assert programme.days.get(number=6).assignment == other
    assert programme.days.get(number=1).assignment != other
    text = client.get(at).text
    assert f"{at}days/6/" in text
    assert f"{at}days/1/" not in text


def test_a_day_does_not_take_what_is_archived_or_unknown(page, manager):
    programme, old = running(), AssignmentFactory(title="Swim", archived_at="2026-01-01T00:00Z")
    client = page(manager)

    for wrong in (old.pk, 4711, ""):
        assert client.post(f"{programme.get_absolute_url()}days/6/", {"assignment": wrong}).status_code == 400
    assert (
        client.post(
            f"{programme.get_absolute_url()}days/99/", {"assignment": Assignment.objects.first().pk}
        ).status_code
        == 400
    )


def test_empty_days_are_filled_by_a_button(page, manager):
    programme = running()
    programme.days.filter(number__gt=4).delete()
    client, at = page(manager), programme.get_absolute_url()
    assert "Fill 3 days automatically" in client.get(at).text

    client.post(f"{at}fill/")

    assert programme.days.count() == programme.length
    assert "Fill" not in client.get(at).text


def test_the_card_shows_today_and_a_strip_for_each_member(page, manager):
    programme = running()
    day = programme.days.get(number=3)
    ReportFactory(membership=MembershipFactory(programme=programme), day=day, reviewing=True)
    ReportFactory(membership=MembershipFactory(programme=programme), day=day)
    absent = MembershipFactory(programme=programme, excluded=True)

    answer = page(manager).get(programme.get_absolute_url())

    assert (answer.context["today"].reported, answer.context["today"].handed_out) == (1, 2)
    assert "in review: 1" in answer.text
    assert absent.reason in answer.text
    assert day.assignment.title in answer.text


def test_a_request_is_approved_with_a_click(page, manager):
    request = JoinRequestFactory(programme=running(), applications=3)
    client = page(manager)
    assert "asks for the 3. time" in client.get(request.programme.get_absolute_url()).text

    client.post(f"{LIST}requests/{request.pk}/approve/")
    client.post(f"{LIST}requests/{request.pk}/approve/")  # a double click makes no second member

    request.refresh_from_db()
    assert request.status == "approved"
    assert Membership.objects.count() == 1


def test_a_request_is_declined_for_a_reason(page, manager):
    request = JoinRequestFactory(programme=running())
    client = page(manager)

    assert client.post(f"{LIST}requests/{request.pk}/decline/", {"note": ""}).status_code == 400
    client.post(f"{LIST}requests/{request.pk}/decline/", {"note": "Too late"})

    assert JoinRequest.objects.get().reason == "Too late"
    assert "Too late" in client.get(request.get_absolute_url()).text


def test_a_member_is_excluded_and_taken_back(page, manager):
    membership = MembershipFactory(programme=running())
    client, at = page(manager), f"{LIST}memberships/{membership.pk}/"

    client.post(f"{at}exclude/", {"note": "Copied photos"})
    assert "Copied photos" in client.get(membership.get_absolute_url()).text

    client.post(f"{at}readmit/")
    membership.refresh_from_db()
    assert membership.status == "active"


def test_the_page_of_a_member_shows_the_chosen_programme(page, manager):
    member = MemberFactory(phone="+79990001122")
    old = MembershipFactory(member=member, programme=ProgrammeFactory(finished=True, title="In May"))
    new = MembershipFactory(member=member, programme=running(title="In June"))
    ReportFactory(membership=new, day=new.programme.days.first(), declined=True)
    client = page(manager)

    latest, earlier = client.get(f"{LIST}members/{member.pk}/"), client.get(old.get_absolute_url())

    assert latest.context["part"] == new
    assert earlier.context["part"] == old
    assert "+79990001122" in latest.text
    assert "Declined" in latest.text


def test_what_a_member_told_is_corrected_and_checked(page, manager):
    member = MemberFactory()
    client, at = page(manager), f"{LIST}members/{member.pk}/edit/"
    form = {
        "name": "Anna",
        "surname": "Belova",
        "birth_date": "1990-12-31",
        "city": "Kazan",
        "phone": "8 912 345-67-00",
    }

    client.post(at, form)
    refused = client.post(at, form | {"phone": "12", "birth_date": "2090-01-01"})

    member.refresh_from_db()
    assert (member.surname, member.phone) == ("Belova", "+79123456700")
    assert refused.status_code == 400
    assert "Write the whole number" in refused.text


@pytest.mark.parametrize("count", [1, 12])
def test_the_card_of_a_programme_costs_a_fixed_number_of_queries(page, manager, count, django_assert_max_num_queries):
    programme = running()
    for _number in range(count):
        JoinRequestFactory(programme=programme)
        membership = MembershipFactory(programme=programme)
        ReportFactory(membership=membership, day=programme.days.get(number=3), reviewing=True)
    client = page(manager)

    with django_assert_max_num_queries(12):
        assert client.get(programme.get_absolute_url()).status_code == 200
    with django_assert_max_num_queries(12):
        client.get(LIST)


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_of_a_member_costs_a_fixed_number_of_queries(page, manager, count, django_assert_max_num_queries):
    membership = MembershipFactory(programme=running())
    for day in membership.programme.days.all()[:count]:
        ReportFactory(membership=membership, day=day, reviewing=True)
    client = page(manager)

    with django_assert_max_num_queries(12):
        client.get(membership.get_absolute_url())


def test_a_day_on_a_strip_is_tall_when_it_is_good(page, manager):
    membership = MembershipFactory(programme=running())
    ReportFactory(membership=membership, day=membership.programme.days.get(number=1), approved=True)
    ReportFactory(membership=membership, day=membership.programme.days.get(number=2), status="not_participate")

    (row,) = page(manager).get(membership.programme.get_absolute_url()).context["rows"]

    assert [(bar["status"], bar["height"]) for bar in row.strip.bars] == [("approved", 20), ("not_participate", 3)]


def test_the_timeline_of_a_programme_is_on_its_card(page, manager):
    programme = running()

    assert Event.objects.about(programme).exists()
    assert "filled the calendar" in page(manager).get(programme.get_absolute_url()).text


def test_everything_about_a_programme_is_one_workbook(page):
    programme = running()
    client = page(UserFactory(auditor=True))
    address = f"{programme.get_absolute_url()}export/"
    assert address in client.get(programme.get_absolute_url()).text

    answer = client.get(address)

    book = load_workbook(BytesIO(b"".join(answer)))
    assert book["Programme"]["B2"].value == programme.title
    assert page(UserFactory()).get(address).status_code == 403


def test_a_day_of_another_programme_is_not_shown_here(page, manager):
    programme = running()
    foreign = ProgrammeDayFactory(programme=ProgrammeFactory(finished=True), assignment__title="Elsewhere")

    assert foreign.assignment.title not in page(manager).get(programme.get_absolute_url()).text
