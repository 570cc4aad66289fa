"""Planned work: announced ahead, classified afterwards for a reason, reminded of, called off."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions import services
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def record(by, **fields):
    given = {"process": TechProcessFactory(), "risk_source": RiskSourceFactory(), "planned": True}
    return services.register(by=actor_of(by), **(given | fields))


def announce(by=None, **fields):
    """Announce work of an hour that begins in an hour."""
    times = {"start": timezone.now() + HOUR, "planned_finish": timezone.now() + 2 * HOUR}
    return record(by or UserFactory(), **(times | fields))


def begun(**fields):
    """Return announced work that was to be over an hour ago."""
    now = timezone.now()
    times = {"start": now - 2 * HOUR, "planned_finish": now - HOUR, "announced_at": now - 3 * HOUR}
    return SuspensionFactory(**({"planned": True} | times | fields))


def refusal(refused):
    return {name: [error.code for error in errors] for name, errors in refused.value.error_dict.items()}


def kinds(person):
    return [notice.kind for notice in Notice.objects.filter(recipient=person).order_by("pk")]


def manager():
    return actor_of(UserFactory(manager=True))


def jobs():
    return Actor(User.objects.system(), Channel.JOB)


# Recording


@pytest.mark.parametrize("role", ["user", "technician"])
def test_an_employee_only_announces_what_is_still_to_come(role):
    person = UserFactory(role=role)
    with pytest.raises(ValidationError) as refused:
        record(person, start=timezone.now() - HOUR, finish=timezone.now(), note="It was agreed.")

    assert refusal(refused) == {"planned": ["announce"]}
    assert announce(person).announced_at


def test_a_manager_records_past_work_as_planned_for_a_reason():
    with pytest.raises(ValidationError) as refused:
        record(UserFactory(manager=True), start=timezone.now() - HOUR, note=" ")
    assert refusal(refused) == {"note": ["required"]}

    case = record(UserFactory(manager=True), start=timezone.now() - HOUR, note="Agreed with the depositary.")
    assert (case.planned, case.announced_at) == (True, None)
    assert Event.objects.about(case).get().note == "Agreed with the depositary."


@pytest.mark.parametrize("name", ["start", "planned_finish"])
def test_work_is_planned_for_years_that_every_zone_can_tell(name):
    times = {"start": timezone.now() + HOUR, name: datetime(9999, 12, 31, 23, tzinfo=UTC)}
    with pytest.raises(ValidationError) as refused:
        record(UserFactory(), **times)

    assert refusal(refused) == {name: ["invalid"]}


def test_announced_work_is_told_as_planned_work():
    owner = UserFactory(language="en", time_zone="UTC")
    case = announce(process=TechProcessFactory(owner=owner), description="The core switch is replaced.")
    notice = Notice.objects.get(recipient=owner)

    assert (notice.kind, notice.title) == ("suspension.announced", f"Planned work: {case}")
    assert f"{case.start:%H:%M} UTC – " in notice.body
    assert f"{case.planned_finish:%H:%M} UTC" in notice.body


# Moving what was announced


def test_announced_work_is_put_off_by_its_author():
    case = announce()
    services.revise(
        case, by=actor_of(case.author), start=case.start + 5 * HOUR, planned_finish=case.planned_finish + 5 * HOUR
    )

    assert case.is_to_come


EARLIER = {"start": timezone.now() - 5 * HOUR}


@pytest.mark.parametrize(
    ("verb", "fields"), [(services.revise, EARLIER), (services.add_segment, EARLIER | {"degradation": "0.5"})]
)
def test_an_author_does_not_stretch_planned_work_over_time_that_has_passed(verb, fields):
    case = begun()
    with pytest.raises(ValidationError):
        verb(case, by=actor_of(case.author), **fields)

    case.refresh_from_db()
    assert case.start > EARLIER["start"]


def test_work_that_began_later_than_planned_is_corrected_by_its_author():
    case = begun()
    later = case.start + HOUR / 2
    services.revise(case, by=actor_of(case.author), start=later)

    assert (case.start, case.segments.get().start) == (later, later)


def test_a_manager_stretches_it_for_a_reason_and_it_is_announced_no_more():
    case, earlier = begun(author=UserFactory(manager=True)), timezone.now() - 5 * HOUR
    with pytest.raises(ValidationError):
        services.revise(case, by=actor_of(case.author), start=earlier)
    services.revise(case, by=actor_of(case.author), start=earlier, note="They began too early.")

    assert (case.start, case.announced_at) == (earlier, None)


# Classifying anew


def test_a_case_is_classified_as_planned_and_back_again():
    case, by = begun(status="restored", finish=timezone.now()), manager()
    services.unplan(case, by=by, note="It was an outage after all.")
    assert (case.planned, case.announced_at, case.planned_finish) == (False, None, None)

    services.plan(case, by=by, note="It was agreed.")
    assert case.planned
    assert "plan" in case.possible_verbs()


def test_what_has_not_begun_stays_planned():
    case = announce()
    with pytest.raises(ValidationError) as refused:
        services.revise(case, by=actor_of(UserFactory(admin=True)), planned=False, note="No.")

    assert refusal(refused) == {"planned": ["future"]}


def test_an_announced_case_that_broke_down_at_once_is_corrected_in_one_go():
    case, now = announce(), timezone.now()
    services.revise(
        case, by=actor_of(UserFactory(admin=True)), planned=False, start=now - HOUR, note="It failed by itself."
    )

    assert (case.planned, case.start) == (False, now - HOUR)


def test_a_proposed_report_falls_away_with_its_case_and_is_asked_for_anew():
    case, by = SuspensionFactory(), manager()
    asked = {"at": timezone.now(), "due": timezone.now() + HOUR, "reason": "Over the limit."}
    services.propose_report(case, by=jobs(), **asked)
    services.plan(case, by=by, note="It was agreed.")
    assert (case.awaits_decision, case.report_due_at, case.reportable_reason) == (False, None, "")

    services.unplan(case, by=by, note="It was not.")
    assert services.propose_report(case, by=jobs(), **asked)


def test_a_report_that_was_decided_stays_decided():
    case, by = SuspensionFactory(), manager()
    services.regulate(case, by=by, reportable=True, reportable_reason="Over the limit.", report_due_at=timezone.now())
    services.plan(case, by=by, note="It was agreed.")

    assert case.reportable
    assert case.report_due_at


# Past its end


def test_whoever_forgot_planned_work_is_reminded_once():
    owner = UserFactory()
    case = begun(process=TechProcessFactory(owner=owner))
    reminded = [services.remind_of_planned(timezone.now(), by=jobs()) for _tick in range(2)]

    assert reminded == [1, 0]
    assert kinds(owner) == kinds(case.author) == ["suspension.overrun"]


def test_a_new_end_begins_anew():
    case = begun()
    services.remind_of_planned(timezone.now(), by=jobs())
    services.revise(case, by=actor_of(case.author), planned_finish=timezone.now() + HOUR)

    assert services.remind_of_planned(timezone.now(), by=jobs()) == 0
    assert services.remind_of_planned(timezone.now() + 2 * HOUR, by=jobs()) == 1


def test_work_without_a_planned_end_is_asked_about_after_a_day():
    begun(planned_finish=None)

    assert services.remind_of_planned(timezone.now() + 20 * HOUR, by=jobs()) == 0
    assert services.remind_of_planned(timezone.now() + 23 * HOUR, by=jobs()) == 1


@pytest.mark.parametrize(
    "fields", [{"status": "restored", "finish": timezone.now()}, {"planned": False, "announced_at": None}]
)
def test_nobody_is_reminded_of_anything_else(fields):
    begun(**fields)
    announce()

    assert services.remind_of_planned(timezone.now(), by=jobs()) == 0


# Calling off


def test_the_author_calls_off_what_was_announced():
    case = announce(process=TechProcessFactory(owner=UserFactory()))
    services.call_off(case, by=actor_of(case.author), note="The part did not come.")

    assert case.status == "called_off"
    assert case.duration == timedelta(0)
    assert Event.objects.about(case).last().note == "The part did not come."
    assert kinds(case.process.owner)[-1] == "suspension.called_off"


def test_a_window_that_nobody_used_lasts_no_time_and_counts_nowhere():
    case = begun()
    services.call_off(case, by=manager(), note="The part did not come.")

    assert case.duration == timedelta(0)
    assert not Suspension.objects.counted().exists()
    assert not case.is_running
    assert services.remind_of_planned(timezone.now(), by=jobs()) == 0


def test_work_that_has_begun_is_called_off_by_whoever_classifies_it(page):
    case = begun()
    with pytest.raises(PermissionDenied):
        services.call_off(case, by=actor_of(case.author), note="The part did not come.")

    path, boss = f"/suspensions/{case.pk}/call-off/", UserFactory(manager=True)
    assert [path in page(person).get(case.get_absolute_url()).text for person in (case.author, boss)] == [False, True]


def test_segments_that_begin_before_the_announcement_withdraw_it():
    case = begun()
    segments = [{"start": case.announced_at - HOUR, "finish": None, "degradation": 1}]
    services.replace_segments(case, by=actor_of(UserFactory(admin=True)), segments=segments, note="It began earlier.")
    case.refresh_from_db()

    assert (case.planned, case.announced_at) == (True, None)


def test_others_call_nothing_off():
    with pytest.raises(PermissionDenied):
        services.call_off(announce(), by=actor_of(UserFactory()), note="I do not like it.")


def test_calling_off_needs_a_reason():
    case = announce()
    with pytest.raises(ValidationError):
        services.call_off(case, by=actor_of(case.author), note=" ")


def test_an_outage_is_not_called_off():
    case = SuspensionFactory()
    with pytest.raises(MoveRefused) as refused:
        services.call_off(case, by=actor_of(case.author), note="It never was.")
    assert refused.value.allowed == ["investigating", "restored"]


def test_work_that_was_done_is_not_called_off():
    with pytest.raises(MoveRefused):
        services.call_off(begun(status="restored", finish=timezone.now()), by=manager(), note="It never was.")


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        (services.revise, {"description": "Changed."}),
        (services.plan, {"note": "No.", "planned": False}),
        (services.regulate, {"reportable": False}),
        (services.restore, {}),
        (services.reopen, {}),
        (services.add_segment, {"start": timezone.now(), "degradation": "0.5"}),
    ],
)
def test_what_was_called_off_is_not_changed_any_more(verb, arguments):
    case, by = begun(), actor_of(UserFactory(admin=True))
    services.call_off(case, by=by, note="The part did not come.")
    with pytest.raises(Conflict):
        verb(case, by=by, **arguments)


# Doors


def typed(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def test_the_page_refuses_an_employees_past_planned_work(page):
    sent = {
        "processes": [TechProcessFactory().pk], "risk_source": RiskSourceFactory().pk, "kind": "outage",
        "start": typed(timezone.now() - HOUR), "currency": "RUB", "planned": "on",
    }  # fmt: skip
    answer = page(UserFactory()).post("/suspensions/new/", sent)
    assert answer.status_code == 400
    assert "announced before it starts" in answer.text

    answer = page(UserFactory(manager=True)).post("/suspensions/new/", sent | {"note": "Agreed."})
    assert answer.status_code == 302


def test_the_planned_end_is_edited_on_the_page(page):
    case = announce()
    client = page(case.author)
    form = client.get(f"/suspensions/{case.pk}/edit/").context["form"]
    sent = {name: form[name].value() for name in ("process", "risk_source", "kind", "currency", "version")}
    sent |= {"start": typed(case.start), "planned_finish": typed(case.planned_finish + HOUR), "degradation": "100"}
    client.post(f"/suspensions/{case.pk}/edit/", sent)
    before = case.start
    case.refresh_from_db()

    assert case.planned_finish > timezone.now() + 2.9 * HOUR
    assert case.start == before


def test_the_page_calls_off_and_shows_it(page):
    case = announce()
    client = page(case.author)
    assert f"/suspensions/{case.pk}/call-off/" in client.get(case.get_absolute_url()).text

    client.post(f"/suspensions/{case.pk}/call-off/", {"note": "The part did not come."})
    shown = client.get(case.get_absolute_url()).text
    assert "Called off" in shown
    assert "The part did not come." in shown
    assert not list(client.get("/suspensions/?tab=planned").context["page"])
    assert list(client.get("/suspensions/?tab=all").context["page"]) == [case]


def test_the_dialog_offers_the_other_classification(page):
    client = page(UserFactory(manager=True))
    planned, plain = begun(status="restored", finish=timezone.now()), SuspensionFactory()
    for case in (planned, plain):
        form = client.get(f"/suspensions/{case.pk}/plan/").context["form"]
        sent = {"planned": form["planned"].value(), "note": "On second thoughts."}
        sent["announced_at"] = typed(case.announced_at) if case.announced_at else ""
        client.post(f"/suspensions/{case.pk}/plan/", sent)
        case.refresh_from_db()

    assert (planned.planned, plain.planned) == (False, True)


def test_the_api_calls_off(api):
    case = announce()
    client = api(case.author)
    answer = client.post(f"/api/v1/suspensions/{case.pk}/call-off/", {"note": "The part did not come."}, format="json")
    assert (answer.status_code, answer.json()["status"], answer.json()["duration_seconds"]) == (200, "called_off", 0)

    stranger = api(UserFactory())
    assert stranger.post(f"/api/v1/suspensions/{announce().pk}/call-off/", {"note": "No."}).status_code == 403


def test_the_api_refuses_past_planned_work_of_an_employee(api):
    body = {
        "process": TechProcessFactory().code, "risk_source": RiskSourceFactory().code, "planned": True,
        "start": (timezone.now() - HOUR).isoformat(),
    }  # fmt: skip
    answer = api(UserFactory()).post("/api/v1/suspensions/", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "planned"

    answer = api(UserFactory(manager=True)).post("/api/v1/suspensions/", body | {"note": "Agreed."}, format="json")
    assert answer.status_code == 201


@pytest.mark.parametrize(("action", "fields"), [("unplan", {"planned": False}), ("call_off", {"status": "called_off"})])
def test_the_admin_classifies_back_and_calls_off(page, action, fields):
    case = begun()
    sent = {"action": action, "_selected_action": case.pk, "note": "On second thoughts.", "index": 0}
    page(UserFactory(admin=True)).post("/api/admin/suspensions/suspension/", sent)
    case.refresh_from_db()

    assert {name: getattr(case, name) for name in fields} == fields


def test_what_was_called_off_is_neither_running_nor_over(api):
    services.call_off(begun(), by=manager(), note="The part did not come.")
    client = api(UserFactory())

    found = {word: client.get(f"/api/v1/suspensions/?open={word}").json()["count"] for word in ("true", "false")}
    assert found == {"true": 0, "false": 0}


def test_work_past_its_end_is_one_click_from_being_classified(page):
    case, chief = begun(), UserFactory(manager=True, language="en")
    services.remind_of_planned(timezone.now(), by=jobs())
    dialog = f"{case.get_absolute_url()}plan/"

    assert Notice.objects.get(recipient=chief).url == dialog
    assert Notice.objects.get(recipient=case.author).url == case.get_absolute_url()
    client = page(chief)
    assert dialog in client.get("/suspensions/budgets/").text
    note = client.get(case.get_absolute_url()).text.split("Past its planned end")[1][:400]
    assert dialog in note


def test_the_board_is_silent_about_work_that_may_still_run(page):
    begun(planned_finish=timezone.now() + HOUR)

    assert not page(UserFactory()).get("/suspensions/budgets/").context["overrun"]
