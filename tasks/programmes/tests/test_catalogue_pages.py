"""The catalogue of assignments on its pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.tests.factories import UserFactory
from tasks.models import Assignment
from tasks.programmes.tests.factories import AssignmentFactory, picture

pytestmark = pytest.mark.django_db
LIST = "/programmes/assignments/"


@pytest.fixture
def client_(page):
    return page(UserFactory(manager=True))


def photo(data=None):
    return SimpleUploadedFile("photo.jpg", data or picture(), "image/jpeg")


def test_an_assignment_is_put_in_with_its_picture(client_):
    answer = client_.post(f"{LIST}new/", {"title": "Swim", "text": "A pool or a lake", "file": photo()})

    assignment = Assignment.objects.get()
    assert answer["Location"] == assignment.get_absolute_url()
    text = client_.get(assignment.get_absolute_url()).text
    assert f"/attachments/{assignment.picture.pk}/preview/" in text
    assert "A pool or a lake" in text


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 201}, {"text": "x" * 3001}, {"file": SimpleUploadedFile("a.txt", b"words")}],
)
def test_what_is_wrong_with_an_assignment_is_said_at_the_form(client_, wrong):
    answer = client_.post(f"{LIST}new/", {"title": "Swim", "text": ""} | wrong)

    assert answer.status_code == 400
    assert not Assignment.objects.exists()


def test_words_and_picture_change_and_a_refused_picture_changes_neither(client_):
    assignment = AssignmentFactory(title="Swim")
    at = f"{assignment.get_absolute_url()}edit/"

    refused = client_.post(at, {"title": "Dive", "version": 1, "file": SimpleUploadedFile("a.txt", b"words")})
    assignment.refresh_from_db()
    assert (refused.status_code, assignment.title) == (400, "Swim")

    client_.post(at, {"title": "Dive", "version": 1, "file": photo()})
    assignment.refresh_from_db()
    assert assignment.title == "Dive"
    assert assignment.picture is not None


def test_a_stale_form_is_refused(client_):
    assignment = AssignmentFactory(version=4)

    assert client_.post(f"{assignment.get_absolute_url()}edit/", {"title": "Dive", "version": 3}).status_code == 412


def test_an_archived_assignment_leaves_the_list_and_comes_back(client_):
    assignment = AssignmentFactory(title="Swim")

    client_.post(f"{assignment.get_absolute_url()}archive/")
    assert list(client_.get(LIST).context["page"]) == []
    assert list(client_.get(f"{LIST}?tab=archived").context["page"]) == [assignment]

    client_.post(f"{assignment.get_absolute_url()}unarchive/")
    assert list(client_.get(LIST).context["page"]) == [assignment]


def test_archiving_twice_says_so(client_):
    assignment = AssignmentFactory(title="Swim")
    client_.post(f"{assignment.get_absolute_url()}archive/")

    assert "It is archived already." in client_.post(f"{assignment.get_absolute_url()}archive/", follow=True).text


def test_the_list_is_narrowed_by_parts_of_words(client_):
    AssignmentFactory(title="Swim far")
    AssignmentFactory(title="Read")

    assert [one.title for one in client_.get(f"{LIST}?search=far+sw").context["page"]] == ["Swim far"]
    assert "Nothing found" in client_.get(f"{LIST}?search=ski").text


def test_auditors_see_the_catalogue_and_change_nothing(page):
    client, assignment = page(UserFactory(auditor=True)), AssignmentFactory()

    assert "/edit/" not in client.get(assignment.get_absolute_url()).text
    assert client.post(f"{assignment.get_absolute_url()}archive/").status_code == 403
    assert client.get(f"{LIST}new/").status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_catalogue_costs_a_fixed_number_of_queries(client_, count, django_assert_max_num_queries):
    AssignmentFactory.create_batch(count)

    with django_assert_max_num_queries(12):
        client_.get(LIST)
