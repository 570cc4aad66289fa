import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.oncall.tests.factories import DAY, DutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def duties():
    """Somebody on duty until tomorrow, somebody else from then on, a third in three weeks."""
    now = timezone.now()
    people = [UserFactory(technician=True, first_name="Ann", last_name=name) for name in ("Orlova", "Pell", "Quist")]
    starts = [now - DAY, now + DAY, now + 21 * DAY]
    return [
        DutyFactory(person=person, start=start, finish=start + 2 * DAY)
        for person, start in zip(people, starts, strict=True)
    ]


@pytest.fixture
def found(api):
    def ask(text, reader=None):
        client = api(reader or UserFactory(technician=True))
        hits = client.get("/api/v1/search/", {"q": text, "noun": "duty"}).json()["results"]
        return [(hit["id"], hit["title"]) for hit in hits]

    return ask


@pytest.mark.parametrize("text", ["дежурный", "Дежурство", "on call", "duty"])
def test_the_word_finds_who_is_on_duty_and_who_is_next(duties, found, text):
    assert found(text) == [(duty.pk, duty.person.name) for duty in duties[:2]]


def test_a_name_finds_whoever_is_on_duty_this_week(duties, found):
    assert found("pell") == [(duties[1].pk, duties[1].person.name)]
    assert found("quist") == []


def test_the_hit_leads_to_the_duty_and_says_until_when(duties, api):
    [hit] = api(UserFactory(technician=True)).get("/api/v1/search/", {"q": "orlova", "noun": "duty"}).json()["results"]

    assert hit["url"] == duties[0].get_absolute_url()
    assert "on duty until" in str(hit)


def test_employees_find_no_duties(duties, found):
    assert found("duty", UserFactory()) == []


def test_without_a_table_nothing_is_found(found):
    assert found("duty") == []
