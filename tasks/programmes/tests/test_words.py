"""The final message, what people tell of themselves, how photos are compared, and the link to the form."""

from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from PIL import Image, ImageOps

from tasks.programmes import links, looks, profile
from tasks.programmes.templates import check_template, filled
from tasks.programmes.tests.factories import MemberFactory, picture, received

VALUES = {"name": "{points}", "surname": "Zaytseva", "points": 3, "reports": 4, "days": 28, "programme": "July"}


def test_the_variables_are_filled_in():
    assert filled("{programme}: {points}/{days} {{!}}", VALUES) == "July: 3/28 {!}"


def test_braces_in_a_value_mean_themselves():
    assert filled("{name}", VALUES) == "{points}"


@pytest.mark.parametrize(
    "text", ["", "Thank you!", "{name} {surname} {points} {reports} {days} {programme}", "{{name}}"]
)
def test_a_message_with_known_variables_is_taken(text):
    check_template(text)


@pytest.mark.parametrize(
    "text",
    ["{score}", "{name.__class__}", "{name[0]}", "{}", "{0}", "{points!r}", "{points:>9999999}", "{ name }", "{Name}",
     "{points:{days}}"],
)  # fmt: skip
def test_whatever_else_stands_in_braces_is_refused(text):
    with pytest.raises(ValidationError, match="no variable"):
        check_template(text)


@pytest.mark.parametrize("text", ["{name", "name}", "{{name}", "{name}}", "{"])
def test_braces_that_do_not_match_are_refused(text):
    with pytest.raises(ValidationError, match="braces"):
        check_template(text)


@pytest.mark.parametrize("name", ["Anna", "Анна-Мария", "O'Neill", "де ла Крус", "Ли", "Jr."])
def test_names_of_people_are_taken(name):
    profile.check_name(name)


@pytest.mark.parametrize("name", ["", "Anna2", "<b>Anna</b>", "-", "@anna", "Anna--", "a_b", "{name}", "Anna\n"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValidationError):
        profile.check_name(name)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("+7 912 345-67-89", "+79123456789"),
        ("8 (912) 345 67 89", "+79123456789"),
        ("79123456789", "+79123456789"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_is_kept_as_one_number(text, kept):
    assert profile.phone_of(text) == kept
    profile.check_phone(kept)


@pytest.mark.parametrize(
    "text", ["", "12345", "phone", "+7912345678901234", "912 34", "+0 912 345 67 89", "１２３４５６７８９０１"]
)
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(ValidationError):
        profile.check_phone(profile.phone_of(text))


@pytest.mark.parametrize("text", ["31.12.1990", "1990-12-31", " 31/12/1990 "])
def test_a_date_is_read_as_people_write_it(text):
    assert profile.date_of(text) == date(1990, 12, 31)


@pytest.mark.parametrize("text", ["", "yesterday", "31.02.1990", "12.31.1990", "1990"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        profile.date_of(text)


@pytest.mark.parametrize("days", [-1, 365, 120 * 365])
def test_a_date_of_birth_is_that_of_somebody_who_can_take_part(days):
    with pytest.raises(ValidationError):
        profile.check_birth_date(date.today() - timedelta(days=days))


@pytest.mark.parametrize("city", ["Kazan", "Нижний Новгород", "Ростов-на-Дону", "Sector 7 (north)"])
def test_cities_are_taken(city):
    profile.check_city(city)


@pytest.mark.parametrize("city", ["", "K", "42", "<Kazan>", "-Kazan"])
def test_what_is_no_city_is_refused(city):
    with pytest.raises(ValidationError):
        profile.check_city(city)


def look(data):
    with received(data) as file:
        return looks.look_of(file)


@pytest.mark.django_db
def test_a_photo_saved_anew_looks_like_itself():
    again = [picture(1, quality=40), picture(1, brightness=0.7), picture(1, form="JPEG", quality=95)]

    assert all(looks.distance(look(picture(1)), look(data)) <= looks.ALIKE for data in again)


@pytest.mark.django_db
def test_other_photos_look_different():
    found = [look(picture(seed)) for seed in range(6)]

    assert min(looks.distance(one, other) for one in found for other in found if one is not other) > looks.ALIKE


def test_a_look_fits_into_a_signed_number_and_differences_are_counted_over_the_sign():
    rising = Image.linear_gradient("L").rotate(90)
    bright = looks.signed(looks.difference_hash(rising))
    dark = looks.signed(looks.difference_hash(ImageOps.mirror(rising)))

    assert {bright, dark} == {-1, 0}
    assert looks.distance(bright, dark) == 64


@pytest.mark.django_db
def test_a_link_tells_who_opened_it():
    member = MemberFactory(telegram_id=501)

    found = links.applicant(links.token_for(501, "ru"))

    assert found == links.Applicant(501, member, "ru")


@pytest.mark.django_db
def test_a_link_is_worthless_once_the_form_was_sent():
    token = links.token_for(501)
    MemberFactory(telegram_id=501)

    with pytest.raises(ValidationError, match="too old or used"):
        links.applicant(token)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        lambda: "",
        lambda: "junk",
        lambda: "a:b:c",
        lambda: signing.dumps([501, 0, ""], salt="another"),
        lambda: signing.dumps("x", salt=links.SALT),
    ],
)
def test_a_forged_link_is_refused(make):
    with pytest.raises(ValidationError):
        links.applicant(make())


@pytest.mark.django_db
def test_an_old_link_is_refused(monkeypatch):
    token = links.token_for(501)
    monkeypatch.setattr(links, "GOOD_FOR", -1)

    with pytest.raises(ValidationError):
        links.applicant(token)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "page"), [("http://vakhta.local", "tasks:list"), ("", "tasks:list"), ("https://v.example", "")]
)
def test_without_a_page_that_opens_from_the_bot_there_is_no_address(settings, monkeypatch, url, page):
    settings.APPLICATION_URL = url
    monkeypatch.setattr(links.Page, "url_name", page)

    assert links.address_for(501) == ""
