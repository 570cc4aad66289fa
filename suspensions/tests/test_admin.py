from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.tests.factories import UserFactory
from suspensions.models import GivenWarning, ProcessLimit, Risk, RiskSource, Suspension, TechProcess
from suspensions.tests.factories import (
    ProcessLimitFactory,
    RiskFactory,
    RiskSourceFactory,
    SuspensionFactory,
    TechProcessFactory,
)
from workflow.models import Event

pytestmark = pytest.mark.django_db
ROOT = "/api/admin/suspensions"


@pytest.fixture
def admin(page):
    return page(UserFactory(admin=True))


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("suspension", SuspensionFactory),
        ("techprocess", TechProcessFactory),
        ("processlimit", ProcessLimitFactory),
        ("risk", RiskFactory),
    ],
)
def test_lists_and_forms_open(admin, name, factory):
    found = factory()

    assert admin.get(f"{ROOT}/{name}/").status_code == 200
    assert admin.get(f"{ROOT}/{name}/{found.pk}/change/").status_code == 200
    assert admin.get(f"{ROOT}/{name}/add/").status_code == 200


def test_a_process_and_a_source_are_added_through_the_services(admin):
    empty = {"limits-TOTAL_FORMS": 0, "limits-INITIAL_FORMS": 0}
    admin.post(f"{ROOT}/techprocess/add/", empty | {"code": "REPORTS", "name": "Reports", "criticality": "main"})
    admin.post(f"{ROOT}/risksource/add/", {"code": "POWER", "name": "Power", "category": "external"})

    assert Event.objects.about(TechProcess.objects.get()).get().channel == "admin"
    assert Event.objects.about(RiskSource.objects.get()).get().verb == "add"


def test_an_action_restores_a_case(admin):
    case = SuspensionFactory()
    admin.post(f"{ROOT}/suspension/", {"action": "restore", "_selected_action": case.pk, "note": "Back.", "index": 0})
    case.refresh_from_db()

    assert case.status == "restored"
    assert Event.objects.about(case).get().channel == "admin"


def test_an_action_approves_limits(admin):
    limit = ProcessLimitFactory()
    admin.post(f"{ROOT}/processlimit/", {"action": "approve_limit", "_selected_action": limit.pk, "index": 0})

    assert ProcessLimit.objects.get().status == "approved"


def test_a_risk_is_added_with_its_processes(admin):
    process = TechProcessFactory()
    sent = {
        "code": "R-1", "title": "Cable", "processes": [process.pk], "likelihood": 4, "impact": 4, "method": "reduce",
        "residual_likelihood": 1, "residual_impact": 2, "status": "open", "suspensions": "",
    }  # fmt: skip
    admin.post(f"{ROOT}/risk/add/", sent)

    assert list(Risk.objects.get().processes.all()) == [process]


def test_nothing_is_deleted_by_a_button(admin):
    case = SuspensionFactory()

    assert admin.post(f"{ROOT}/suspension/{case.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Suspension.objects.exists()


def test_syncing_says_how_many_were_added():
    out = StringIO()
    call_command("sync_dictionaries", stdout=out)

    assert out.getvalue() == "9 added.\n"


def test_syncing_a_broken_setting_says_which(settings):
    settings.RISK_SOURCE = ["ROUTER"]
    with pytest.raises(CommandError, match="RISK_SOURCE"):
        call_command("sync_dictionaries", stdout=StringIO())


def test_a_correction_in_admin_keeps_the_old_values(admin):
    case = SuspensionFactory(start=timezone.now() - timedelta(hours=2))
    page = admin.get(f"{ROOT}/suspension/{case.pk}/change/")
    form = page.context["adminform"].form
    sent = {}
    for name in form.fields:
        value = form[name].value()
        widget = form.fields[name].widget
        if hasattr(widget, "widgets"):
            parts = widget.decompress(value)
            sent |= {f"{name}_{place}": part if part is not None else "" for place, part in enumerate(parts)}
        else:
            sent[name] = "" if value is None or value is False else value
    sent |= {"description": "Corrected."}
    for prefix in ("segments", "comments"):
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    answer = admin.post(f"{ROOT}/suspension/{case.pk}/change/", sent)
    case.refresh_from_db()

    assert answer.status_code == 302
    assert case.description == "Corrected."
    assert "description" in Event.objects.about(case).last().before


def test_warnings_that_were_given_are_for_looking_only(admin):
    given = GivenWarning.objects.create(
        process=TechProcessFactory(), scope="year", about="2026", stage="half", at=timezone.now()
    )
    card = f"{ROOT}/givenwarning/{given.pk}"

    assert admin.get(f"{ROOT}/givenwarning/").status_code == admin.get(f"{card}/change/").status_code == 200
    assert admin.post(f"{card}/change/", {"about": "2025"}).status_code == 403
    assert admin.post(f"{card}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get(f"{ROOT}/givenwarning/add/").status_code == 403
    given.refresh_from_db()
    assert given.about == "2026"


def test_a_deleted_case_and_a_deleted_risk_are_found_and_brought_back(admin):
    boss = UserFactory(admin=True)
    for name, found in (("suspension", SuspensionFactory()), ("risk", RiskFactory())):
        type(found).objects.filter(pk=found.pk).update(
            deleted_at=timezone.now(), deleted_by=boss, deletion_note="Twice."
        )
        address = f"{ROOT}/{name}/"
        assert f"{address}{found.pk}/change/" in admin.get(f"{address}?deleted_at__isempty=0").text
        verb = "undelete" if name == "suspension" else "undelete_risk"
        admin.post(address, {"action": verb, "_selected_action": found.pk, "note": "Needed.", "index": 0})
        found.refresh_from_db()

        assert found.deleted_at is None
        assert Event.objects.about(found).get().verb == "undelete"


def typed(**more):
    times = {"start_0": "2026-10-10", "start_1": "10:00", "finish_0": "2026-10-10", "finish_1": "11:00"}
    counts = {f"{part}-{name}_FORMS": 0 for part in ("segments", "comments") for name in ("TOTAL", "INITIAL")}
    fields = {"process": TechProcessFactory().pk, "risk_source": RiskSourceFactory().pk, "kind": "outage"}
    return times | counts | fields | {"degradation": "1", "currency": "RUB"} | more


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"finish_0": "2026-10-09"}, "errorlist"),
        ({"finish_0": "2099-01-01"}, "The finish lies in the future."),
        ({"start_0": "2099-01-01", "finish_0": "", "finish_1": ""}, "Only planned work is announced ahead."),
        ({"start_0": "0001-01-01"}, "The time lies before 1990."),
        ({"start_0": "2026-13-45"}, "Enter a valid date."),
        ({"degradation": "1.5"}, "Write a number from 0 to 1."),
        ({"degradation": "NaN"}, "Write a number from 0 to 1."),
        ({"kind": "outage", "degradation": "0.5"}, "errorlist"),
        ({"process": "999"}, "not one of the available choices"),
    ],
)
def test_what_the_journal_refuses_is_explained_in_the_form(admin, wrong, words):
    answer = admin.post(f"{ROOT}/suspension/add/", typed() | wrong)

    assert answer.status_code == 200
    assert words in answer.text
    assert not Suspension.objects.exists()


def test_what_was_tried_and_undone_leaves_no_trace(admin):
    assert admin.post(f"{ROOT}/suspension/add/", typed()).status_code == 302
    case = Suspension.objects.get()

    assert case.number.endswith("-0001")
    assert Event.objects.about(case).count() == 1


@pytest.fixture
def case_form():
    empty = {f"{name}-{count}_FORMS": 0 for name in ("segments", "comments") for count in ("TOTAL", "INITIAL")}
    start = timezone.localtime(timezone.now() - timedelta(hours=1))
    return empty | {
        "process": TechProcessFactory().pk, "risk_source": RiskSourceFactory().pk, "kind": "outage", "degradation": "1",
        "start_0": f"{start:%Y-%m-%d}", "start_1": f"{start:%H:%M:%S}", "currency": "RUB",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reportable": "on"}, "Say why the regulator must hear of it."),
        (
            {
                "reportable": "on",
                "reportable_reason": "Asked for.",
                "reported_at_0": "2100-01-01",
                "reported_at_1": "10:00",
            },
            "The moment lies in the future.",
        ),
        ({"planned": "on"}, "Say why work that was not announced here counts as planned."),
    ],
)
def test_what_the_regulator_hears_and_planned_work_are_judged_when_a_case_is_added(admin, case_form, wrong, words):
    answer = admin.post(f"{ROOT}/suspension/add/", case_form | wrong)

    assert words in answer.text
    assert not Suspension.objects.exists()


def test_a_reportable_case_and_planned_work_are_added_with_their_reasons(admin, case_form):
    sent = {"planned": "on", "note": "Agreed.", "reportable": "on", "reportable_reason": "Asked for."}
    admin.post(f"{ROOT}/suspension/add/", case_form | sent)
    case = Suspension.objects.get()

    assert (case.planned, case.reportable, case.reportable_reason) == (True, True, "Asked for.")
    assert [event.verb for event in Event.objects.about(case)] == ["record", "regulate"]
