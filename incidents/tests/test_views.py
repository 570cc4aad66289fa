from datetime import UTC, datetime

import pytest

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow.actor import Actor, Channel
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician():
    return UserFactory(technician=True, last_name="Orlov", first_name="Ilya")


def test_reporting_opens_an_incident_and_shows_it(page):
    employee = UserFactory()

    answer = page(employee).post("/incidents/new/", {"description": "No network\nSince nine.", "severity": "high"})

    incident = Incident.objects.get()
    assert answer["Location"] == incident.get_absolute_url()
    assert (incident.title, incident.severity, incident.reporter) == ("No network", "high", employee)
    assert Event.objects.about(incident).get().channel == "page"


def test_an_empty_report_is_refused_at_the_field(page):
    answer = page(UserFactory()).post("/incidents/new/", {"description": "", "severity": "high"})

    assert answer.status_code == 400
    assert "is-invalid" in answer.text
    assert not Incident.objects.exists()


def test_an_auditor_is_offered_no_report(page):
    client = page(UserFactory(auditor=True))

    assert "New incident" not in client.get("/incidents/").text
    assert client.get("/incidents/new/").status_code == 403


def test_taking_from_the_list_leads_back_to_the_list(page, technician):
    incident = IncidentFactory()

    answer = page(technician).post(f"/incidents/{incident.pk}/take/", {"next": "/incidents/?tab=untaken"}, follow=True)

    assert answer.redirect_chain == [("/incidents/?tab=untaken", 302)]
    assert f"INC-{incident.pk} is yours." in answer.text


def test_taking_too_late_is_explained_in_the_list(page, technician):
    incident = IncidentFactory(in_progress=True)

    answer = page(technician).post(f"/incidents/{incident.pk}/take/", {"next": "/incidents/"}, follow=True)

    assert answer.redirect_chain == [("/incidents/", 302)]
    assert "cannot become" in answer.text


def test_nobody_is_led_to_another_site_after_a_verb(page, technician):
    incident = IncidentFactory()

    answer = page(technician).post(f"/incidents/{incident.pk}/take/", {"next": "https://example.com/"})

    assert answer["Location"] == incident.get_absolute_url()


def test_taking_what_somebody_took_is_explained_on_its_card(page, technician):
    incident = IncidentFactory(in_progress=True)

    answer = page(technician).post(f"/incidents/{incident.pk}/take/", {}, follow=True)

    assert "cannot become" in answer.text


def test_an_employee_sees_no_button_to_take(page):
    incident = IncidentFactory()
    client = page(UserFactory())

    assert "/take/" not in client.get(incident.get_absolute_url()).text
    assert client.post(f"/incidents/{incident.pk}/take/", {}).status_code == 403


def test_a_deleted_incident_is_invisible(page, technician):
    incident = IncidentFactory(deleted=True)

    assert page(technician).get(incident.get_absolute_url()).status_code == 404


def test_an_administrator_restores_a_deleted_one(page):
    incident = IncidentFactory(deleted=True)
    client = page(UserFactory(admin=True))
    assert "Restore" in client.get(incident.get_absolute_url()).text

    client.post(f"/incidents/{incident.pk}/undelete/", {"note": ""})

    assert Incident.objects.present().exists()


def test_deleting_without_a_reason_is_refused(page):
    incident = IncidentFactory()

    answer = page(UserFactory(admin=True)).post(f"/incidents/{incident.pk}/delete/", {"note": " "})

    assert answer.status_code == 400
    assert Incident.objects.present().exists()


def test_snoozing_into_the_past_is_refused_in_the_form(page, technician):
    incident = IncidentFactory()

    answer = page(technician).post(
        f"/incidents/{incident.pk}/snooze/", {"until": "2020-01-01T09:00", "note": "Parts are ordered."}
    )

    assert answer.status_code == 400
    assert "lies in the past" in answer.text


def test_handing_over_offers_only_those_who_work_on_incidents(page, technician):
    UserFactory(last_name="Gusev")
    incident = IncidentFactory()

    text = page(technician).get(f"/incidents/{incident.pk}/assign/").text

    assert "Orlov" in text
    assert "Gusev" not in text


def test_commenting_appears_in_the_timeline_with_its_markup_harmless(page, technician):
    incident = IncidentFactory()

    page(technician).post(f"/incidents/{incident.pk}/comment/", {"text": "<script>alert(1)</script> restarted"})

    text = page(technician).get(incident.get_absolute_url()).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; restarted" in text
    assert "<script>alert" not in text


def test_editing_a_stale_version_shows_both(page, technician):
    incident = IncidentFactory(description="As reported.")
    services.edit(incident, by=Actor(technician, Channel.API), description="As corrected.")
    form = {"title": "Mine", "description": "As I typed.", "source": "operator", "version": 1}

    answer = page(technician).post(f"/incidents/{incident.pk}/edit/", form)

    assert answer.status_code == 412
    assert "As I typed." in answer.text
    assert "As corrected." in answer.text


def test_editing_stores_and_tells(page, technician):
    incident = IncidentFactory()
    form = {"title": "Shorter", "description": "Longer.", "source": "partner", "version": incident.version}

    answer = page(technician).post(f"/incidents/{incident.pk}/edit/", form, follow=True)

    assert "Saved." in answer.text
    incident.refresh_from_db()
    assert (incident.title, incident.source) == ("Shorter", "partner")


def test_similar_open_incidents_are_offered_while_typing(page):
    IncidentFactory(title="Printer on the fourth floor")
    IncidentFactory(closed=True, title="Printer of last year")

    text = page(UserFactory()).get("/incidents/similar/", {"description": "the printer is broken"}).text

    assert "Printer on the fourth floor" in text
    assert "last year" not in text


def test_me_too_makes_a_watcher(page):
    incident, employee = IncidentFactory(), UserFactory()

    page(employee).post(f"/incidents/{incident.pk}/watch/")

    assert incident.watchings.get().user == employee


@pytest.mark.parametrize(
    ("tab", "found"),
    [("active", {"A", "B"}), ("untaken", {"A"}), ("mine", {"B"}), ("resolved", {"C"}), ("closed", {"D"})],
)
def test_tabs_divide_the_list(page, technician, tab, found):
    IncidentFactory(title="A")
    IncidentFactory(title="B", in_progress=True, assignee=technician)
    IncidentFactory(title="C", resolved=True)
    IncidentFactory(title="D", closed=True)

    listed = page(technician).get("/incidents/", {"tab": tab}).context["page"]

    assert {incident.title for incident in listed} == found


def test_a_filter_that_means_nothing_is_said(page):
    IncidentFactory()

    text = page(UserFactory()).get("/incidents/", {"severity": "dreadful"}).text

    assert "not one of the available choices" in text


def test_a_search_without_result_offers_the_way_back(page):
    IncidentFactory()

    assert "Reset filters" in page(UserFactory()).get("/incidents/", {"search": "zzz"}).text


def test_the_export_follows_the_filter(page):
    IncidentFactory(severity="low", title="Lamp")
    IncidentFactory(severity="high", title="Gateway")

    answer = page(UserFactory()).get("/incidents/export/", {"severity": "high", "format": "csv"})

    text = answer.getvalue().decode()
    assert "Gateway" in text
    assert "Lamp" not in text


def test_times_are_shown_in_the_persons_zone(page):
    incident = IncidentFactory()
    Incident.objects.update(created_at=datetime(2026, 7, 23, 21, 30, tzinfo=UTC))

    text = page(UserFactory(time_zone="Asia/Almaty")).get(incident.get_absolute_url()).text

    assert 'datetime="2026-07-23T21:30:00Z"' in text
    assert "24 Jul 2026 02:30 +05" in text


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("path", ["/incidents/", "/incidents/?tab=all&ordering=-severity"])
def test_the_list_costs_a_fixed_number_of_queries(page, technician, rows, path, django_assert_max_num_queries):
    IncidentFactory.create_batch(rows, in_progress=True)
    client = page(technician)

    with django_assert_max_num_queries(9):
        client.get(path)


@pytest.mark.parametrize("comments", [1, 50])
def test_the_card_costs_a_fixed_number_of_queries(page, technician, comments, django_assert_max_num_queries):
    incident = IncidentFactory(in_progress=True)
    for number in range(comments):
        services.comment(incident, by=Actor(UserFactory(), Channel.PAGE), text=f"Comment {number}")
    client = page(technician)

    with django_assert_max_num_queries(12):
        client.get(incident.get_absolute_url())


def test_a_stale_edit_can_be_saved_over_what_stands(page, technician):
    incident = IncidentFactory(description="As reported.")
    services.edit(incident, by=Actor(technician, Channel.API), description="As corrected.")
    client = page(technician)
    form = {"title": "Mine", "description": "As I typed.", "source": "operator", "version": 1}

    conflict = client.post(f"/incidents/{incident.pk}/edit/", form)
    kept = dict(conflict.context["typed"])
    client.post(f"/incidents/{incident.pk}/edit/", {**kept, "version": conflict.context["subject"].version})

    incident.refresh_from_db()
    assert (incident.title, incident.description) == ("Mine", "As I typed.")


def test_the_page_of_a_verb_holds_the_form_that_the_dialog_takes(page, technician):
    incident = IncidentFactory()

    text = page(technician).get(f"/incidents/{incident.pk}/resolve/").text

    assert text.count('id="sheet"') == 1
    assert f'action="/incidents/{incident.pk}/resolve/"' in text


def test_the_severity_is_offered_as_it_stands(page, technician):
    incident = IncidentFactory(severity="critical")

    form = page(technician).get(f"/incidents/{incident.pk}/severity/").context["form"]

    assert form["severity"].value() == "critical"


def test_a_long_timeline_is_read_page_by_page(page, technician):
    incident = IncidentFactory()
    for number in range(60):
        services.comment(incident, by=Actor(technician, Channel.PAGE), text=f"Comment {number}.")
    client = page(technician)

    first = client.get(incident.get_absolute_url()).text
    second = client.get(incident.get_absolute_url(), {"page": 2}).text

    assert "Comment 59." in first
    assert "Comment 5." not in first
    assert "Comment 5." in second


@pytest.mark.parametrize(("assignee", "found"), [("none", {"A"}), ("me", {"B"})])
def test_the_list_narrows_to_an_assignee(page, technician, assignee, found):
    IncidentFactory(title="A")
    IncidentFactory(title="B", in_progress=True, assignee=technician)
    IncidentFactory(title="C", in_progress=True)
    wanted = technician.pk if assignee == "me" else assignee

    listed = page(technician).get("/incidents/", {"assignee": wanted}).context["page"]

    assert {incident.title for incident in listed} == found


def test_the_title_is_not_repeated_in_the_description():
    whole = IncidentFactory.build(title="No exchange", description="No exchange\n\nSince six.")
    short = IncidentFactory.build(title="No exchange", description="No exchange")
    other = IncidentFactory.build(title="Gateway", description="No exchange\nSince six.")

    assert [incident.details for incident in (whole, short, other)] == [
        "Since six.",
        "No exchange",
        "No exchange\nSince six.",
    ]
