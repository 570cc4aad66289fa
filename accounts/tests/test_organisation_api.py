import pytest

from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
ORGANISATION, CALENDAR = "/api/v1/organisation/", "/api/v1/calendar/"
DAY = f"{CALENDAR}days/2026-06-12/"


@pytest.fixture
def admin(api):
    return api(UserFactory(admin=True))


@pytest.fixture
def auditor(api):
    return api(UserFactory(auditor=True))


def test_everybody_signed_in_reads_whose_journal_it_is(api):
    response = api(UserFactory()).get(ORGANISATION)

    assert response.status_code == 200
    assert response["ETag"] == '"1"'
    assert response.data | {"updated_at": ""} == {
        "name": "",
        "time_zone": "UTC",
        "counting_basis": "calendar",
        "degradation_means": "lost",
        "shows_first_steps": True,
        "updated_at": "",
        "version": 1,
    }
    assert api().get(ORGANISATION).status_code == 401


def test_an_administrator_changes_it_and_the_channel_is_kept(admin):
    response = admin.patch(ORGANISATION, {"name": "Паллада", "id": 7, "version": 99}, headers={"if-match": '"1"'})

    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert admin.get(ORGANISATION).data["name"] == "Паллада"
    assert Event.objects.about(Organisation.objects.get()).get().channel == "api"


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_others_change_nothing(api, role):
    somebody = api(UserFactory(role=role))

    assert somebody.patch(ORGANISATION, {"name": "Mine"}).status_code == 403
    assert somebody.patch(CALENDAR, {"monday": ""}).status_code == 403
    assert somebody.put(DAY, {"hours": ""}).status_code == 403
    assert somebody.post(f"{DAY}delete/").status_code == 403
    assert somebody.post(f"{CALENDAR}import/", {"text": "2026-06-12"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"counting_basis": "moon"}, "counting_basis"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_nonsense_names_its_field(admin, body, field):
    response = admin.patch(ORGANISATION, body)

    assert response.status_code == 400
    assert response.data["errors"][0]["attr"] == field


def test_a_stale_change_is_refused_with_the_current_version(admin):
    response = admin.patch(ORGANISATION, {"name": "Late"}, headers={"if-match": '"9"'})

    assert (response.status_code, response.data["version"]) == (412, 1)


def test_the_week_is_read_and_changed(admin, auditor):
    assert auditor.get(CALENDAR).data["monday"] == "09:00-18:00"

    response = admin.patch(CALENDAR, {"friday": "9-13, 14-16:45"})

    assert response.data["friday"] == "09:00-13:00, 14:00-16:45"
    assert response.data["version"] == 2
    assert response.data["time_zone"] == "UTC"


def test_hours_that_mean_nothing_name_their_weekday(admin):
    response = admin.patch(CALENDAR, {"friday": "from nine"})

    assert response.status_code == 400
    assert response.data["errors"][0]["attr"] == "friday"


def test_a_special_day_is_put_listed_and_cleared(admin, auditor):
    put = admin.put(DAY, {"hours": "", "name": "День России"})
    assert (put.status_code, put.data) == (200, {"date": "2026-06-12", "hours": "", "name": "День России"})
    assert admin.put(DAY, {"hours": "", "name": "День России"}).status_code == 200

    assert auditor.get(f"{CALENDAR}days/?year=2026").data["count"] == 1
    assert auditor.get(f"{CALENDAR}days/?year=2027").data["count"] == 0

    assert admin.post(f"{DAY}delete/").status_code == 204
    assert admin.post(f"{DAY}delete/").status_code == 409
    assert auditor.get(f"{CALENDAR}days/").data["results"] == []


@pytest.mark.parametrize("path", ["days/2026-02-30/", "days/yesterday/", "days/2026-06-12/undelete/"])
def test_a_date_that_does_not_exist_is_not_found(admin, path):
    assert admin.put(f"{CALENDAR}{path}", {"hours": ""}).status_code == 404


@pytest.mark.parametrize("path", ["days/?year=0", "days/?year=x", "days/?year=-1"])
def test_a_year_that_means_nothing_is_refused(admin, path):
    assert admin.get(f"{CALENDAR}{path}").status_code == 400


def test_a_bare_delete_is_not_offered(admin):
    assert admin.delete(DAY).status_code == 405
    assert admin.delete(ORGANISATION).status_code == 405


def test_an_import_is_previewed_refused_with_its_faults_or_done(admin):
    text = "2026-06-12; День России\n30.12.2026; 9-13; short"

    preview = admin.post(f"{CALENDAR}import/", {"text": text, "preview": True})
    assert [day["hours"] for day in preview.data["days"]] == ["", "09:00-13:00"]
    assert admin.get(f"{CALENDAR}days/").data["count"] == 0

    refused = admin.post(f"{CALENDAR}import/", {"text": f"{text}\nnonsense"})
    assert (refused.status_code, refused.data["errors"][0]["detail"]) == (400, "3: nonsense")
    assert admin.get(f"{CALENDAR}days/").data["count"] == 0

    assert admin.post(f"{CALENDAR}import/", {"text": text}).data["changed"] == 2
    assert admin.get(f"{CALENDAR}days/").data["count"] == 2


def test_working_time_is_measured_between_moments(auditor):
    response = auditor.get(f"{CALENDAR}measure/?start=2026-07-24T17:30:00Z&finish=2026-07-27T09:45:00Z")

    assert response.data["calendar_minutes"] == "3855.00"
    assert response.data["working_minutes"] == "75.00"


def test_a_deadline_is_found(auditor):
    response = auditor.get(f"{CALENDAR}measure/?start=2026-07-24T17:30:00Z&minutes=240")

    assert response.data["finish"] == "2026-07-27T12:30:00Z"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "start=2026-07-24T17:30:00Z",
        "start=2026-07-24T17:30:00&minutes=1",
        "start=2026-07-24T17:30:00Z&minutes=-1",
        "start=2026-07-24T17:30:00Z&minutes=1&finish=2026-07-24T18:30:00Z",
        "start=0001-01-01T00:00:00Z&finish=9999-12-31T23:59:59Z",
        "start=9999-12-31T23:59:59Z&minutes=1",
        "start=1800-01-01T00:00:00Z&minutes=1",
    ],
)
def test_moments_that_cannot_be_measured_are_refused(auditor, query):
    assert auditor.get(f"{CALENDAR}measure/?{query}").status_code == 400
