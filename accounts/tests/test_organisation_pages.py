import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FORMS = ["/organisation/edit/", "/calendar/week/", "/calendar/day/", "/calendar/import/"]


@pytest.fixture
def page(client):
    def sign_in(**traits):
        client.force_login(UserFactory(**traits))
        return client

    return sign_in


def own_calendar():
    return Organisation.objects.get().calendar


@pytest.mark.parametrize("path", ["/organisation/", "/calendar/"])
def test_everybody_reads_and_only_administrators_are_offered_to_change(page, path):
    change = reverse("accounts:edit-organisation" if path == "/organisation/" else "accounts:edit-week")

    assert change not in page().get(path).text
    assert change in page(admin=True).get(path).text


@pytest.mark.parametrize("path", FORMS)
def test_forms_are_for_administrators(page, path):
    assert page(manager=True).get(path).status_code == 403
    assert page(auditor=True).post(path).status_code == 403
    assert page(admin=True).get(path).status_code == 200


def test_the_organisation_is_renamed_and_its_name_stands_on_every_page(page):
    client = page(admin=True)
    form = {"name": "УК «Паллада»", "time_zone": "Asia/Omsk", "counting_basis": "schedule", "degradation_means": "lost"}

    response = client.post("/organisation/edit/", {**form, "version": 1})

    assert response.headers["Location"] == "/organisation/"
    assert "УК «Паллада»" in client.get("/").text
    assert Organisation.objects.get().counting_basis == "schedule"


def test_a_form_read_before_anothers_change_is_refused(page):
    client = page(admin=True)
    form = {"time_zone": "UTC", "counting_basis": "calendar", "degradation_means": "lost"}
    client.post("/organisation/edit/", {**form, "name": "First", "version": 1})

    response = client.post("/organisation/edit/", {**form, "name": "Second", "version": 1})

    assert response.status_code == 412
    assert Organisation.objects.get().name == "First"


def test_a_wrong_zone_is_said_at_its_field(page):
    form = {"time_zone": "Mars/Olympus", "counting_basis": "calendar", "degradation_means": "lost"}

    response = page(admin=True).post("/organisation/edit/", form)

    assert response.status_code == 400
    assert "is not a time zone" in response.text


def test_the_year_shows_what_each_day_is(page):
    client = page(admin=True)
    client.post("/calendar/import/", {"text": "2026-05-01; Labour Day\n2026-04-30; 9-13; short", "import": ""})

    text = client.get("/calendar/?year=2026").text

    assert 'class="vk-day is-holiday" title="Labour Day, free">1<' in text
    assert 'class="vk-day is-special" title="short, 09:00-13:00">30<' in text
    assert "260 working days" in text


@pytest.mark.parametrize(
    ("year", "shown"), [("", None), ("abcd", None), ("20261", None), ("٢٠٢٦", None), ("0000", 1970), ("9999", 2200)]
)
def test_a_year_that_is_none_shows_this_one_and_one_too_far_the_last(page, year, shown):
    shown = shown or timezone.localdate(timezone=organisation.current().zone).year

    answer = page().get(f"/calendar/?year={year}")

    assert (answer.status_code, answer.context["year"].number) == (200, shown)


def test_the_hours_of_the_week_are_changed_or_refused_at_their_field(page):
    client = page(admin=True)
    week = own_calendar().week

    assert client.post("/calendar/week/", week | {"friday": "9-16:45", "version": 1}).status_code == 302
    assert own_calendar().friday == "09:00-16:45"

    refused = client.post("/calendar/week/", week | {"friday": "until noon"})
    assert refused.status_code == 400
    assert "are not hours of a day" in refused.text
    assert client.post("/calendar/week/", dict.fromkeys(week, "")).status_code == 400


def test_a_day_is_set_changed_and_cleared(page):
    client = page(admin=True)

    client.post("/calendar/day/", {"date": "2026-06-12", "hours": "", "name": "День России"})
    assert "День России" in client.get("/calendar/day/?date=2026-06-12").text
    client.post("/calendar/day/?date=2026-06-12", {"date": "2026-06-12", "hours": "9-12", "name": "Дежурство"})
    assert str(own_calendar().days.get()) == "2026-06-12 09:00-12:00 Дежурство"

    client.post("/calendar/day/clear/", {"date": "2026-06-12"})
    assert not own_calendar().days.exists()
    assert client.post("/calendar/day/clear/", {"date": "2026-06-12"}).status_code == 302
    assert client.post("/calendar/day/clear/", {"date": "nonsense"}).status_code == 302


@pytest.mark.parametrize("body", [{"date": "2026-06-31"}, {"date": "9000-01-01"}, {"date": "2026-06-12", "hours": "x"}])
def test_a_day_that_makes_no_sense_is_refused(page, body):
    assert page(admin=True).post("/calendar/day/", body).status_code == 400


def test_a_text_is_shown_as_it_is_understood_before_anything_is_stored(page):
    client = page(admin=True)

    shown = client.post("/calendar/import/", {"text": "2026-06-12; День России", "preview": ""})

    assert "День России" in shown.text
    assert 'name="import"' in shown.text
    assert not own_calendar().days.exists()


def test_a_text_with_a_line_that_means_nothing_cannot_be_imported(page):
    response = page(admin=True).post("/calendar/import/", {"text": "2026-06-12\nnonsense", "import": ""})

    assert "2: nonsense" in response.text
    assert 'name="import"' not in response.text
    assert not own_calendar().days.exists()


def test_a_preset_fills_the_form(page):
    text = page(admin=True).get("/calendar/import/?preset=ru-2026").text

    assert "2026-06-12; День России" in text
    assert page(admin=True).get("/calendar/import/?preset=mars").status_code == 200


def test_the_year_costs_the_same_however_many_special_days(page, django_assert_max_num_queries):
    client = page(admin=True)
    client.get("/calendar/")
    with django_assert_max_num_queries(12):
        client.get("/calendar/?year=2026")
    client.post("/calendar/import/", {"text": "\n".join(f"2026-01-{day:02}" for day in range(1, 32)), "import": ""})
    with django_assert_max_num_queries(12):
        client.get("/calendar/?year=2026")
