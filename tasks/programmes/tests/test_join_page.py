"""The form that the bot opens for one person: told once, correctable, shut to strangers."""

from datetime import timedelta

import pytest
from django.core import signing

from accounts.tests.factories import UserFactory
from tasks.models import JoinRequest, Member
from tasks.models.task import today
from tasks.programmes import links, services
from tasks.programmes.tests.factories import (
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeFactory,
    organiser,
)
from workflow.models import Event

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Anna",
    "surname": "Zaytseva",
    "birth_date": "1990-12-31",
    "city": "Kazan",
    "phone": "8 (912) 345-67-89",
}


@pytest.fixture
def programme():
    start = today() + timedelta(days=2)
    return ProgrammeFactory(start=start, finish=start + timedelta(days=6))


def form(number=501, language="en"):
    return f"/programmes/join/{links.token_for(number, language)}/"


def test_a_stranger_tells_who_they_are(page, programme):
    address = form()
    assert programme.title in page().get(address).text

    answer = page().post(address, FORM)

    request = JoinRequest.objects.get()
    assert (answer.status_code, request.programme, request.member.telegram_id) == (200, programme, 501)
    assert request.member.phone == "+79123456789"
    assert "The request is sent" in answer.text
    assert Event.objects.about(request).get().channel == "page"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "R2D2"}, "Letters only"),
        ({"birth_date": "yesterday"}, "Enter a valid date."),
        ({"birth_date": "1850-01-01"}, "This cannot be the date of birth"),
        ({"city": "7"}, "Write the name of the city."),
        ({"phone": "12345"}, "Write the whole number"),
    ],
)
def test_what_cannot_be_true_is_said_at_its_field_and_the_rest_stays(page, programme, wrong, words):
    answer = page().post(form(), FORM | wrong)

    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="Zaytseva"' in answer.text
    assert not Member.objects.exists()


def test_a_used_link_is_shut_and_the_answer_leads_to_another(page, programme):
    address = form()
    answer = page().post(address, FORM)

    assert page().get(address).status_code == 400
    assert page().post(address, FORM | {"name": "Eve"}).status_code == 400

    corrected = page().post(answer.context["again"], FORM | {"city": "Perm"})

    assert corrected.status_code == 200
    assert (Member.objects.get().city, Member.objects.get().name) == ("Perm", "Anna")
    assert JoinRequest.objects.get().applications == 1


@pytest.mark.parametrize("token", ["forged", "WzUwMSwwLCIiXQ:1abc:forged", "a:b:c"])
def test_a_forged_link_is_refused_politely(page, programme, token):
    answer = page().get(f"/programmes/join/{token}/")

    assert answer.status_code == 400
    assert "This link is too old or used" in answer.text
    assert programme.title not in answer.text


def test_a_link_that_another_key_signed_is_refused(page, programme):
    token = signing.dumps([501, 0, "en"], salt=links.SALT, key="another", compress=True)

    assert page().post(f"/programmes/join/{token}/", FORM).status_code == 400
    assert not Member.objects.exists()


def test_an_expired_link_is_refused(page, programme, monkeypatch):
    address = form()
    monkeypatch.setattr(links, "GOOD_FOR", -1)

    assert page().get(address).status_code == 400
    assert page().post(address, FORM).status_code == 400
    assert not Member.objects.exists()


def test_what_was_told_stands_in_the_form_until_it_is_approved(page, programme):
    member = MemberFactory(telegram_id=501, city="Tver")
    request = JoinRequestFactory(programme=programme, member=member)
    text = page().get(form()).text
    assert 'value="Tver"' in text
    assert "not decided yet" in text

    services.approve_request(request, by=organiser())
    answer = page().get(form())

    assert answer.status_code == 409
    assert "You take part in" in answer.text


def test_without_a_programme_the_form_says_so(page):
    answer = page().get(form())

    assert answer.status_code == 409
    assert "There is no programme to join" in answer.text


def test_a_programme_that_ends_while_somebody_types_is_said(page, programme):
    address = form()
    page().get(address)
    services.cancel(programme, by=organiser())

    answer = page().post(address, FORM)

    assert answer.status_code == 409
    assert not JoinRequest.objects.exists()


def test_the_excluded_read_why_they_may_not(page, programme):
    member = MemberFactory(telegram_id=501)
    MembershipFactory(programme=programme, member=member, excluded=True)
    JoinRequestFactory(programme=programme, member=member, status="approved")

    assert "You were excluded" in page().get(form()).text


def test_the_form_speaks_the_language_of_the_person(page, programme):
    text = page().get(form(language="ru"), headers={"Accept-Language": "en"}).text

    assert '<html lang="ru"' in text
    assert "Подать заявку" in text


def test_a_colleague_asks_in_their_own_name(page, programme):
    colleague = UserFactory()
    MemberFactory(telegram_id=501, user=colleague)

    page().post(form(), FORM)

    assert Event.objects.about(JoinRequest.objects.get()).get().actor == colleague


def test_who_may_not_take_part_is_told(page, programme):
    MemberFactory(telegram_id=501, user=UserFactory(auditor=True))

    answer = page().post(form(), FORM)

    assert answer.status_code == 403
    assert not JoinRequest.objects.exists()


def test_the_page_is_kept_by_no_cache_and_carries_nothing_inline(page, programme):
    answer = page().get(form())

    assert "no-store" in answer["Cache-Control"]
    assert " style=" not in answer.text
    assert "<script>" not in answer.text
