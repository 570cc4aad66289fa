"""A wrong approved limit is corrected or ended by two people, for a reason, and the old one is not forgotten."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from suspensions import intervals, services
from suspensions.analytics import figures
from suspensions.budgets.reckoning import budgets
from suspensions.models import ProcessLimit
from suspensions.tests.factories import ProcessLimitFactory, TechProcessFactory
from suspensions.tests.limiting import MOSCOW, count_by, down, local
from workflow.models import Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def moscow():
    count_by("calendar")


@pytest.fixture
def manager():
    return actor_of(UserFactory(manager=True))


@pytest.fixture
def other():
    return actor_of(UserFactory(manager=True))


@pytest.fixture
def wrong():
    """1440 minutes a year were approved where 144 were meant."""
    return ProcessLimitFactory(approved=True, valid_from=date(2025, 3, 1), year_minutes=1440, document="Order 1")


def corrected(limit, proposer, approver, **fields):
    fresh = services.correct_limit(limit, by=proposer, note="A zero too many.", **fields)
    services.approve_limit(fresh, by=approver)
    limit.refresh_from_db()
    return fresh


def test_a_correction_takes_the_place_of_what_was_wrong(manager, other, wrong):
    fresh = corrected(wrong, manager, other, year_minutes=144)

    assert (wrong.status, fresh.status) == ("replaced", "approved")
    assert (fresh.year_minutes, fresh.valid_from, fresh.document) == (144, date(2025, 3, 1), "Order 1")
    assert list(ProcessLimit.objects.in_force(date(2025, 4, 1))) == [fresh]


def test_what_happened_meanwhile_is_judged_by_the_correction(manager, other, wrong):
    down(wrong.process, local(2025, 4, 1, 10), local(2025, 4, 1, 13))
    corrected(wrong, manager, other, year_minutes=144)
    found = budgets([wrong.process], local(2025, 4, 2))[0].year

    assert (found.level, found.broken_at) == ("exceeded", local(2025, 4, 1, 12, 24))


def test_until_somebody_else_approves_the_old_one_holds(manager, wrong, other):
    fresh = services.correct_limit(wrong, by=manager, note="A zero too many.", year_minutes=144)
    with pytest.raises(PermissionDenied):
        services.approve_limit(fresh, by=manager)

    assert list(ProcessLimit.objects.in_force(date(2025, 4, 1))) == [wrong]


def test_the_timeline_keeps_what_was_wrong_why_and_who(manager, other, wrong):
    corrected(wrong, manager, other, year_minutes=144)
    told = {event.verb: event for event in Event.objects.about(wrong.process)}

    assert told["correct-limit"].note == "A zero too many."
    assert told["correct-limit"].before["year_minutes"] == 1440
    assert (told["approve-limit"].before["year_minutes"], told["approve-limit"].after["year_minutes"]) == (1440, 144)
    assert (told["correct-limit"].actor, told["approve-limit"].actor) == (manager.user, other.user)
    assert Event.objects.about(wrong).get(verb="replace-limit").note == "A zero too many."


@pytest.mark.parametrize("note", ["", "  "])
def test_a_correction_needs_a_reason(manager, wrong, note):
    with pytest.raises(ValidationError):
        services.correct_limit(wrong, by=manager, note=note, year_minutes=144)


def test_only_approved_limits_are_corrected_and_only_once(manager, other, wrong):
    with pytest.raises(MoveRefused):
        services.correct_limit(ProcessLimitFactory(), by=manager, note="Wrong.")
    late = services.correct_limit(wrong, by=manager, note="Another idea.", year_minutes=200)
    corrected(wrong, manager, other, year_minutes=144)
    with pytest.raises(MoveRefused):
        services.approve_limit(late, by=other)
    with pytest.raises(MoveRefused):
        services.correct_limit(wrong, by=manager, note="Again.")

    late.refresh_from_db()
    assert late.status == "proposed"


def test_a_limit_of_another_process_is_not_corrected(manager, wrong):
    with pytest.raises(ValidationError):
        services.propose_limit(
            by=manager, process=TechProcessFactory(), valid_from=date(2025, 1, 1), document="Order 2", corrects=wrong,
            correction_note="Wrong.",
        )  # fmt: skip


def test_plain_people_correct_nothing(wrong):
    for verb in (services.correct_limit, services.end_limit):
        with pytest.raises(PermissionDenied):
            verb(wrong, by=actor_of(UserFactory()), note="Wrong.")


def test_the_first_day_is_corrected_and_the_neighbour_gives_way(manager, other, wrong):
    follower = ProcessLimitFactory(process=wrong.process, valid_from=date(2025, 7, 1))
    services.approve_limit(follower, by=other)
    fresh = corrected(follower, manager, other, valid_from=date(2025, 6, 1))
    wrong.refresh_from_db()

    assert (wrong.valid_to, fresh.valid_from) == (date(2025, 5, 31), date(2025, 6, 1))


def test_a_correction_overlaps_no_other_limit(manager, other, wrong):
    ProcessLimitFactory(process=wrong.process, approved=True, valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31))
    fresh = services.correct_limit(wrong, by=manager, note="Earlier.", valid_from=date(2024, 6, 1))
    with pytest.raises(ValidationError):
        services.approve_limit(fresh, by=other)

    wrong.refresh_from_db()
    assert wrong.status == "approved"


def test_a_limit_ends_without_a_successor(manager, other, wrong):
    fresh = services.end_limit(wrong, by=manager, note="No longer ours.", valid_to=date(2025, 5, 31))
    services.approve_limit(fresh, by=other)

    assert list(ProcessLimit.objects.in_force(date(2025, 5, 31))) == [fresh]
    assert not ProcessLimit.objects.in_force(date(2025, 6, 1)).exists()


def test_a_limit_ends_today_where_nobody_says_when(manager, wrong, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: local(2026, 7, 2, 0, 30))

    assert services.end_limit(wrong, by=manager, note="No longer ours.").valid_to == date(2026, 7, 2)


def test_a_limit_that_ends_is_not_made_longer_by_ending_it(manager):
    limit = ProcessLimitFactory(approved=True, valid_from=date(2025, 1, 1), valid_to=date(2025, 5, 31))
    for day in (date(2025, 6, 1), date(2024, 12, 31)):
        with pytest.raises(ValidationError):
            services.end_limit(limit, by=manager, note="Wrong.", valid_to=day)


# The doors


def test_the_api_corrects_and_ends(api, wrong):
    client = api(UserFactory(manager=True))
    sent = {"year_minutes": 144, "note": "A zero too many."}
    made = client.post(f"/api/v1/limits/{wrong.pk}/correct/", sent, format="json")
    ended = client.post(f"/api/v1/limits/{wrong.pk}/end/", {"valid_to": "2025-05-31", "note": "Gone."}, format="json")

    assert (made.status_code, ended.status_code) == (201, 201)
    assert made["Location"] == f"/api/v1/limits/{made.json()['id']}/"
    assert client.get(made["Location"]).json()["corrects"] == wrong.pk
    assert (made.json()["year_minutes"], made.json()["case_minutes"]) == (144, wrong.case_minutes)
    assert (ended.json()["valid_to"], ended.json()["status"]) == ("2025-05-31", "proposed")
    assert client.post(f"/api/v1/limits/{wrong.pk}/correct/", {"year_minutes": 1}, format="json").status_code == 400
    proposal = f"/api/v1/limits/{made.json()['id']}/correct/"
    assert client.post(proposal, sent, format="json").status_code == 409


def test_the_pages_correct_and_end(page, wrong):
    client = page(UserFactory(manager=True, language="en"))
    address = f"/suspensions/limits/{wrong.pk}/correct/"
    assert 'value="1440"' in client.get(address).text
    sent = {
        "valid_from": "2025-03-01", "year_minutes": 144, "case_warn": 80, "year_warn": 80, "degradation_warn": 80,
        "document": "Order 1", "note": "A zero too many.",
    }  # fmt: skip
    assert client.post(address, sent | {"note": ""}).status_code == 400
    client.post(address, sent)
    fresh = ProcessLimit.objects.get(corrects=wrong)
    client = page(UserFactory(manager=True, language="en"))
    assert "A zero too many." in client.get("/suspensions/processes/").text
    client.post(f"/suspensions/limits/{fresh.pk}/approve/", {})
    shown = client.get(wrong.process.get_absolute_url()).text
    assert "replaced by a correction" in shown
    assert f"/suspensions/limits/{fresh.pk}/end/" in shown
    assert f"/suspensions/limits/{wrong.pk}/end/" not in shown
    client.post(f"/suspensions/limits/{fresh.pk}/end/", {"valid_to": "2025-05-31", "note": "Gone."})

    assert ProcessLimit.objects.get(corrects=fresh).valid_to == date(2025, 5, 31)


def test_admin_corrects_and_ends(page, wrong):
    client = page(UserFactory(admin=True, language="en"))
    root = "/api/admin/suspensions/processlimit/"
    sent = {
        "process": wrong.process_id, "valid_from": "2025-03-01", "document": "Order 1", "year_minutes": 144,
        "case_warn": 80, "year_warn": 80, "degradation_warn": 80, "corrects": wrong.pk,
    }  # fmt: skip
    refused = client.post(f"{root}add/", sent)
    assert "Say why the approved limit is wrong." in refused.text
    assert client.post(f"{root}add/", sent | {"correction_note": "A zero too many."}).status_code == 302
    client.post(root, {"action": "end_limit", "_selected_action": wrong.pk, "note": "Gone.", "index": 0})

    assert set(ProcessLimit.objects.filter(corrects=wrong).values_list("year_minutes", "correction_note")) == {
        (144, "A zero too many."), (1440, "Gone."),
    }  # fmt: skip


def followed(process, manager, other):
    """Return two limits, the second of which ended the first on the day before."""
    first = ProcessLimitFactory(process=process, approved=True, valid_from=date(2025, 1, 1))
    second = services.propose_limit(by=manager, process=process, valid_from=date(2025, 3, 1), document="Order 2")
    services.approve_limit(second, by=other)
    return first, second


def test_a_later_first_day_leaves_no_hole(manager, other):
    first, second = followed(TechProcessFactory(), manager, other)
    later = corrected(second, manager, other, valid_from=date(2025, 4, 1))
    first.refresh_from_db()
    assert first.valid_to == date(2025, 3, 31)

    corrected(later, manager, other, valid_from=date(2025, 2, 1))
    first.refresh_from_db()
    assert first.valid_to == date(2025, 1, 31)


def test_a_limit_does_not_outlive_the_day_that_people_gave_it(manager, other):
    first = ProcessLimitFactory(approved=True, valid_from=date(2025, 1, 1), valid_to=date(2025, 2, 28))
    second = ProcessLimitFactory(process=first.process, approved=True, valid_from=date(2025, 3, 1))
    earlier = corrected(second, manager, other, valid_from=date(2025, 2, 1))
    corrected(earlier, manager, other, valid_from=date(2025, 4, 1))
    first.refresh_from_db()

    assert first.valid_to == date(2025, 2, 28)


def test_the_timeline_of_the_process_names_what_a_correction_changed(manager, other, wrong, page):
    corrected(wrong, manager, other, year_minutes=144)
    event = Event.objects.about(wrong.process).get(verb="correct-limit")
    shown = page(manager.user).get(wrong.process.get_absolute_url()).text

    assert (event.before, event.after) == ({"year_minutes": 1440}, {"year_minutes": 144})
    assert "Calendar year, minutes:" in shown
    assert "Year_minutes" not in shown


@pytest.mark.parametrize("day", [date.max, date(1989, 12, 31)])
def test_days_that_nobody_can_mean_are_refused(manager, day):
    process = TechProcessFactory(active_from=day)
    with pytest.raises(ValidationError):
        process.clean()
    with pytest.raises(ValidationError):
        services.propose_limit(by=manager, process=TechProcessFactory(), valid_from=day, document="Order 3")


def test_a_limit_until_the_last_day_of_all_never_ends():
    process = TechProcessFactory(active_to=date.max)
    ProcessLimitFactory(process=process, approved=True, valid_from=date(2025, 1, 1), valid_to=date.max)

    assert budgets([process], local(2025, 4, 2))[0].year.allowed
    assert figures.active_to(process, MOSCOW) == intervals.NEVER
