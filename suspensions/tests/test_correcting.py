"""What the forms of a case must not do: change what nobody touched."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from suspensions.models import Segment
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
START = datetime(2026, 7, 23, 12, 34, 20, 500000, tzinfo=UTC)
FINISH = datetime(2026, 7, 23, 12, 58, 56, 120000, tzinfo=UTC)


def typed(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def ended(**fields):
    return SuspensionFactory(status="restored", start=START, finish=FINISH, **fields)


def as_shown(client, case):
    """Return what a browser sends back of the edit page when nobody touched it."""
    form = client.get(f"/suspensions/{case.pk}/edit/").context["form"]
    sent = {bound.name: bound.field.widget.format_value(bound.value()) for bound in form}
    sent = {name: value[0] if isinstance(value, list) else value for name, value in sent.items()}
    return {name: "" if value is None else value for name, value in sent.items()}


def test_a_form_that_nobody_touched_changes_nothing(page):
    case = ended(description="First line.\nSecond line.", incident=IncidentFactory(deleted=True))
    client = page(case.author)
    sent = as_shown(client, case)
    sent["description"] = sent["description"].replace("\n", "\r\n")  # as browsers do
    answer = client.post(f"/suspensions/{case.pk}/edit/", sent)
    before = case.version
    case.refresh_from_db()

    assert answer.status_code == 302
    assert (case.start, case.finish, case.version) == (START, FINISH, before)
    assert case.incident is not None
    assert not Event.objects.about(case).exists()


def test_a_root_cause_leaves_the_seconds_alone(page):
    case = ended()
    client = page(case.author)
    client.post(f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"root_cause": "A worn cable."})
    case.refresh_from_db()

    assert (case.root_cause, case.start, case.finish) == ("A worn cable.", START, FINISH)
    assert set(Event.objects.about(case).get().after) == {"root_cause"}


def test_another_minute_is_a_correction_of_that_time_alone(page):
    case = ended()
    client = page(case.author)
    client.post(
        f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"finish": typed(FINISH - timedelta(minutes=1))}
    )
    case.refresh_from_db()

    assert (case.start, case.finish) == (START, datetime(2026, 7, 23, 12, 57, tzinfo=UTC))
    assert case.segments.get().finish == case.finish


def test_a_last_segment_that_began_in_that_minute_is_not_cut_off(page):
    case = ended()
    case.segments.all().delete()
    turn = FINISH - timedelta(seconds=20)
    Segment.objects.create(suspension=case, start=START, finish=turn)
    Segment.objects.create(suspension=case, start=turn, finish=FINISH)
    client = page(case.author)
    answer = client.post(f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"root_cause": "A worn cable."})

    assert answer.status_code == 302
    assert [row.start for row in case.segments.all()] == [START, turn]


def test_a_case_of_the_hour_that_came_twice_is_saved(page):
    author = UserFactory(time_zone="Europe/Berlin")
    times = {
        "start": datetime(2025, 10, 26, 1, 20, 10, tzinfo=UTC),
        "finish": datetime(2025, 10, 26, 1, 50, tzinfo=UTC),
    }
    case = SuspensionFactory(status="restored", author=author, **times)
    client = page(author)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        sent = as_shown(client, case) | {"root_cause": "A worn cable."}
    client.post(f"/suspensions/{case.pk}/edit/", sent)
    case.refresh_from_db()

    assert sent["start"] == "2025-10-26T02:20"
    assert (case.root_cause, case.start, case.finish) == ("A worn cable.", *times.values())


def test_a_case_of_a_process_that_has_left_is_still_corrected(page):
    case = ended(process=TechProcessFactory(active_from=timezone.localdate()))
    client = page(case.author)
    answer = client.post(f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"root_cause": "A worn cable."})

    assert answer.status_code == 302


def test_kind_and_share_are_corrected_together(page):
    case = ended(degraded=True)
    client = page(case.author)
    client.post(f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"kind": "outage"})
    case.refresh_from_db()
    assert (case.kind, case.degradation) == ("outage", 1)

    client.post(f"/suspensions/{case.pk}/edit/", as_shown(client, case) | {"kind": "degradation", "degradation": "45"})
    case.refresh_from_db()
    assert (case.kind, case.degradation) == ("degradation", Decimal("0.45"))


def test_a_case_that_is_restored_in_the_minute_it_began_lasts_no_time(page):
    case = SuspensionFactory(start=START)
    answer = page(case.author).post(f"/suspensions/{case.pk}/restore/", {"finish": typed(START)})
    case.refresh_from_db()

    assert answer.status_code == 302
    assert case.finish == START


def test_a_case_is_reopened_from_the_minute_in_which_it_ended(page):
    case = ended()
    answer = page(UserFactory(manager=True)).post(f"/suspensions/{case.pk}/reopen/", {"start": typed(FINISH)})

    assert answer.status_code == 302
    assert case.segments.last().start == FINISH


def test_another_share_from_the_minute_of_the_start_moves_the_start_nowhere(page):
    case = ended()
    sent = {"start": typed(START), "finish": typed(FINISH), "degradation": "40"}
    page(case.author).post(f"/suspensions/{case.pk}/segment/", sent)
    case.refresh_from_db()

    assert (case.start, case.finish, case.segments.get().degradation) == (START, FINISH, Decimal("0.4"))


def test_the_due_time_of_a_report_keeps_its_seconds(page):
    due = timezone.now() + timedelta(hours=3, seconds=7)
    case = ended(reportable=True, reportable_reason="Over the limit.", report_due_at=due)
    sent = {"reportable": "on", "reportable_reason": "Over the limit.", "report_reference": "12-34"}
    client = page(UserFactory(manager=True))
    client.post(f"/suspensions/{case.pk}/regulate/", sent | {"report_due_at": typed(due)})
    case.refresh_from_db()

    assert (case.report_reference, case.report_due_at) == ("12-34", due)


def test_two_managers_do_not_overwrite_what_the_regulator_hears(page):
    case = ended(version=3)
    sent = {"reportable": "on", "reportable_reason": "Over the limit.", "version": 2}

    assert page(UserFactory(manager=True)).post(f"/suspensions/{case.pk}/regulate/", sent).status_code == 412


def test_an_owner_who_has_left_stays_the_owner(page):
    process = TechProcessFactory(owner=UserFactory(is_active=False))
    sent = {"code": process.code, "name": "Renamed", "criticality": process.criticality, "owner": process.owner_id}
    page(UserFactory(admin=True)).post(f"/suspensions/processes/{process.pk}/edit/", sent)
    process.refresh_from_db()

    assert (process.name, process.owner_id) == ("Renamed", sent["owner"])
