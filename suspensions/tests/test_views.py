from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import organisation
from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from suspensions.models import ProcessLimit, Risk, Suspension, TechProcess
from suspensions.tests.factories import (
    ProcessLimitFactory,
    RiskFactory,
    RiskSourceFactory,
    SuspensionFactory,
    TechProcessFactory,
)
from workflow.models import Event

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def typed(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


@pytest.fixture
def body():
    return {
        "processes": [TechProcessFactory().pk],
        "risk_source": RiskSourceFactory().pk,
        "start": typed(timezone.now() - HOUR),
        "kind": "outage",
        "degradation": "",
        "currency": "RUB",
        "description": "No line.",
    }


def test_recording_shows_the_case(page, body):
    author = UserFactory()
    answer = page(author).post("/suspensions/new/", body)

    case = Suspension.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert (case.author, case.status, case.degradation) == (author, "registered", 1)
    assert Event.objects.about(case).get().channel == "page"


def test_several_processes_become_siblings(page, body):
    client, processes = page(UserFactory()), [TechProcessFactory().pk, TechProcessFactory().pk]
    answer = client.post("/suspensions/new/", body | {"processes": processes})
    cases = Suspension.objects.all()

    assert len(cases) == 2
    assert {case.incident for case in cases} == {Incident.objects.get()}
    assert answer["Location"] == Incident.objects.get().get_absolute_url()
    told = client.get(answer["Location"]).text
    assert all(case.number in told for case in cases)


def test_a_degradation_is_typed_in_per_cent(page, body):
    page(UserFactory()).post("/suspensions/new/", body | {"kind": "degradation", "degradation": "30"})

    assert float(Suspension.objects.get().degradation) == 0.3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"start": typed(timezone.now() + HOUR)}, "The start lies in the future."),
        ({"finish": "2001-01-01T00:00"}, "The finish lies before the start."),
        ({"kind": "degradation", "degradation": "101"}, "is-invalid"),
        ({"kind": "degradation"}, "Say which share of the service was lost."),
        ({"processes": []}, "This field is required."),
        ({"processes": [10**6]}, "invalid"),
    ],
)
def test_bad_input_is_explained_and_kept(page, body, wrong, words):
    answer = page(UserFactory()).post("/suspensions/new/", body | wrong)

    assert answer.status_code == 400
    assert words in answer.text
    assert "No line." in answer.text
    assert not Suspension.objects.exists()


def test_the_form_knows_the_last_process_and_the_incident(page):
    author, incident = UserFactory(), IncidentFactory()
    last = SuspensionFactory(author=author)
    form = page(author).get(f"/suspensions/new/?incident={incident.pk}").context["form"]

    assert form["processes"].value() == [last.process_id]
    assert (form["risk_source"].value(), form["incident"].value()) == (last.risk_source_id, incident.pk)
    assert form["description"].value() == incident.description


def test_one_press_restores(page):
    case = SuspensionFactory()
    page(case.author).post(f"/suspensions/{case.pk}/restore-now/")
    case.refresh_from_db()

    assert case.status == "restored"


def test_a_stranger_is_not_offered_to_restore(page):
    case = SuspensionFactory()
    client = page(UserFactory())

    assert "restore-now" not in client.get(case.get_absolute_url()).text
    assert client.post(f"/suspensions/{case.pk}/restore-now/").status_code == 403


def test_restoring_before_the_start_is_explained_in_the_dialog(page):
    case = SuspensionFactory()
    answer = page(case.author).post(f"/suspensions/{case.pk}/restore/", {"finish": typed(case.start - HOUR)})

    assert answer.status_code == 400
    assert "The finish lies before the start." in answer.text


def test_a_correction_keeps_its_reason(page):
    case = SuspensionFactory()
    client = page(case.author)
    shown = client.get(f"/suspensions/{case.pk}/edit/").context["form"]
    sent = {name: shown[name].value() for name in ("risk_source", "process", "kind", "currency", "version")}
    sent |= {"start": typed(case.start), "description": "The cable was cut.", "note": "Told by the provider."}
    answer = client.post(f"/suspensions/{case.pk}/edit/", sent)
    case.refresh_from_db()

    assert answer.status_code == 302
    assert case.description == "The cable was cut."
    assert Event.objects.about(case).last().note == "Told by the provider."


def test_a_stale_correction_is_a_conflict(page):
    case = SuspensionFactory()
    sent = {
        "risk_source": case.risk_source_id, "process": case.process_id, "kind": "outage", "currency": "RUB",
        "start": typed(case.start), "description": "Old.", "version": case.version + 5,
    }  # fmt: skip

    assert page(case.author).post(f"/suspensions/{case.pk}/edit/", sent).status_code == 412


def test_the_tabs_hold_what_they_say(page):
    running, restored, draft = SuspensionFactory(), SuspensionFactory(restored=True), SuspensionFactory(draft=True)
    client = page(UserFactory(manager=True))

    def shown(tab):
        return list(client.get(f"/suspensions/?tab={tab}").context["page"])

    assert (shown("running"), shown("restored"), shown("drafts")) == ([running], [restored], [draft])
    assert set(shown("all")) == {running, restored}


def test_the_journal_costs_the_same_at_one_and_at_twenty_rows(page):
    client = page(UserFactory(manager=True))
    SuspensionFactory()
    client.get("/suspensions/")
    with CaptureQueriesContext(connection) as one:
        client.get("/suspensions/")
    SuspensionFactory.create_batch(20)
    with CaptureQueriesContext(connection) as many:
        client.get("/suspensions/")

    assert len(many) == len(one) <= 16


def test_a_manager_proposes_and_another_approves(page):
    process = TechProcessFactory()
    sent = {
        "valid_from": "2026-01-01", "case_minutes": 240, "case_warn": 80, "year_warn": 80, "degradation_warn": 80,
        "document": "Order 12",
    }  # fmt: skip
    page(UserFactory(manager=True)).post(f"/suspensions/processes/{process.pk}/limits/new/", sent)
    limit = ProcessLimit.objects.get()
    page(UserFactory(manager=True)).post(f"/suspensions/limits/{limit.pk}/approve/", {})
    limit.refresh_from_db()

    assert limit.status == "approved"


def test_overlapping_limits_are_explained(page):
    old = ProcessLimitFactory(approved=True)
    new = ProcessLimitFactory(process=old.process)
    answer = page(UserFactory(admin=True)).post(f"/suspensions/limits/{new.pk}/approve/", {})

    assert answer.status_code == 400
    assert "holds at the same time" in answer.text


def test_an_administrator_adds_and_changes_a_process(page):
    client = page(UserFactory(admin=True))
    sent = {"code": "REPORTS", "name": "Reports", "criticality": "main", "monday": "9-18"}
    client.post("/suspensions/processes/new/", sent)
    process = TechProcess.objects.get()
    assert process.monday == "09:00-18:00"

    client.post(f"/suspensions/processes/{process.pk}/edit/", sent | {"name": "Reporting"})
    process.refresh_from_db()
    assert process.name == "Reporting"


def test_a_risk_is_written_down_and_linked(page):
    client, case = page(UserFactory(manager=True)), SuspensionFactory()
    sent = {
        "code": "R-1", "title": "Cable", "likelihood": 4, "impact": 4, "residual_likelihood": 1, "residual_impact": 2,
        "method": "reduce", "status": "open",
    }  # fmt: skip
    client.post("/suspensions/risks/new/", sent)
    risk = Risk.objects.get()
    client.post(f"/suspensions/risks/{risk.pk}/link/", {"number": case.number})

    assert list(risk.suspensions.all()) == [case]
    assert client.post(f"/suspensions/risks/{risk.pk}/link/", {"number": "1999-1"}).status_code == 400
    assert risk.title in client.get(case.get_absolute_url()).text


def test_plain_people_see_no_risks(page):
    risk, case = RiskFactory(), SuspensionFactory()
    risk.suspensions.add(case)
    client = page(UserFactory())

    assert risk.title not in client.get(case.get_absolute_url()).text
    assert client.get("/suspensions/risks/").status_code == 403


@pytest.mark.parametrize(("share", "shown"), [("1", "100"), ("0.3", "30"), ("0.125", "12.5")])
def test_the_form_shows_the_lost_share_as_people_write_it(page, share, shown):
    case = SuspensionFactory(degradation=share, kind="outage" if share == "1" else "degradation")
    form = page(case.author).get(f"/suspensions/{case.pk}/edit/").context["form"]

    assert form["degradation"].value() == shown


def test_a_card_says_how_much_of_the_downtime_was_within_working_hours(page):
    process = TechProcessFactory(
        **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")
    )
    zone = organisation.current().zone
    start, finish = datetime(2025, 7, 4, 17, 30, tzinfo=zone), datetime(2025, 7, 7, 9, 45, tzinfo=zone)
    case = SuspensionFactory(process=process, start=start, finish=finish, status="restored")

    shown = page(UserFactory(manager=True)).get(case.get_absolute_url()).text.replace("\u00a0", " ")
    assert "2 d 16 h" in shown
    assert "within working hours: 1 h 15 min" in shown
