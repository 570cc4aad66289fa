from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from suspensions import services
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Suspension.Status
HOUR = timedelta(hours=1)


def record(by=None, **fields):
    defaults = {
        "process": fields.pop("process", None) or TechProcessFactory(),
        "risk_source": fields.pop("risk_source", None) or RiskSourceFactory(),
        "start": timezone.now() - HOUR,
    }
    return services.register(by=actor_of(by or UserFactory()), **(defaults | fields))


def probing():
    return Actor(User.objects.system(), Channel.PROBE)


def verbs(case):
    return [event.verb for event in Event.objects.about(case)]


def refusal(refused):
    return {name: [error.code for error in errors] for name, errors in refused.value.error_dict.items()}


def test_a_running_case_is_registered_with_a_number_a_segment_and_an_event():
    case = record()

    assert case.status == Status.REGISTERED
    assert case.number == f"{case.start.year}-0001"
    assert [(row.start, row.finish, row.degradation) for row in case.segments.all()] == [(case.start, None, 1)]
    assert verbs(case) == ["record"]


def test_a_case_with_a_finish_is_restored_at_once():
    case = record(finish=timezone.now())

    assert case.status == Status.RESTORED


def test_a_case_that_is_rolled_back_gives_its_number_back():
    first = record()
    with transaction.atomic():
        record()
        transaction.set_rollback(True)
    second = record()

    assert [first.number[-4:], second.number[-4:]] == ["0001", "0002"]


def test_numbers_begin_anew_in_the_organisations_new_year():
    old = record(start=datetime(2024, 12, 31, 20, tzinfo=UTC), finish=datetime(2024, 12, 31, 21, tzinfo=UTC))
    new = record(start=datetime(2025, 1, 1, 20, tzinfo=UTC), finish=datetime(2025, 1, 1, 21, tzinfo=UTC))

    assert [old.number, new.number] == ["2024-0001", "2025-0001"]


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ({"start": timezone.now() + HOUR}, {"start": ["future"]}),
        ({"start": timezone.now() - HOUR, "finish": timezone.now() - 2 * HOUR}, {"finish": ["order"]}),
        ({"start": timezone.now() - HOUR, "finish": timezone.now() + 2 * HOUR}, {"finish": ["future"]}),
        ({"start": datetime(2026, 7, 23, 10)}, {"start": ["naive"]}),
        ({"start": datetime(1, 1, 2, tzinfo=UTC)}, {"start": ["invalid"]}),
        ({"planned_finish": timezone.now() + HOUR}, {"planned_finish": ["invalid"]}),
    ],
)
def test_impossible_times_are_refused(times, fault):
    with pytest.raises(ValidationError) as refused:
        record(**times)

    assert refusal(refused) == fault


def test_a_clock_that_is_five_minutes_fast_is_forgiven():
    assert record(start=timezone.now() + timedelta(minutes=4)).status == Status.REGISTERED


@pytest.mark.parametrize("degradation", ["1.01", "-0.1", "NaN", "Infinity"])
def test_a_degradation_that_is_no_share_is_refused(degradation):
    with pytest.raises(ValidationError) as refused:
        record(degradation=degradation)

    assert refusal(refused) == {"degradation": ["invalid"]}


def test_an_outage_is_complete():
    with pytest.raises(ValidationError) as refused:
        record(kind="outage", degradation="0.5")

    assert refusal(refused) == {"degradation": ["invalid"]}


def test_a_part_of_the_service_makes_a_degradation():
    case = record(degradation="0.25")

    assert (case.kind, case.degradation) == ("degradation", Decimal("0.25"))


def test_a_process_that_was_not_active_is_refused():
    process = TechProcessFactory(active_to=timezone.localdate() - timedelta(days=3))
    with pytest.raises(ValidationError) as refused:
        record(process=process)

    assert refusal(refused) == {"process": ["inactive"]}


def test_planned_work_is_announced_before_it_starts():
    case = record(planned=True, start=timezone.now() + HOUR, planned_finish=timezone.now() + 2 * HOUR)

    assert case.announced_at < case.start
    assert case.is_to_come
    assert not case.is_running
    assert case.duration == timedelta(0)


def test_an_auditor_records_nothing():
    with pytest.raises(PermissionDenied):
        record(by=UserFactory(auditor=True))


def test_several_processes_become_siblings_under_one_incident():
    author = UserFactory()
    processes = [TechProcessFactory(), TechProcessFactory()]
    cases = services.register_siblings(
        by=actor_of(author), processes=processes, risk_source=RiskSourceFactory(), start=timezone.now() - HOUR
    )

    assert [case.process for case in cases] == processes
    assert {case.incident for case in cases} == {Incident.objects.get()}
    assert [event.verb for event in Event.objects.about(cases[0].incident)][1:] == ["record-downtime"] * 2


def test_a_deleted_incident_takes_no_case():
    with pytest.raises(Conflict):
        record(incident=IncidentFactory(deleted=True))


def test_restoring_ends_the_case_and_its_segment():
    case = record()
    finish = timezone.now() - timedelta(minutes=10)
    services.restore(case, by=actor_of(case.author), finish=finish, note="Router restarted.")

    assert (case.status, case.finish, case.segments.get().finish) == (Status.RESTORED, finish, finish)
    assert verbs(case) == ["record", "restore"]


@pytest.mark.parametrize("role", ["user", "technician", "manager"])
def test_only_the_author_and_administrators_restore(role):
    case = record()
    with pytest.raises(PermissionDenied):
        services.restore(case, by=actor_of(UserFactory(role=role)))

    services.restore(case, by=actor_of(UserFactory(admin=True)))
    assert case.status == Status.RESTORED


def test_a_probes_case_is_restored_by_the_probe_and_nobody_but_administrators():
    case = services.register(
        by=probing(), process=TechProcessFactory(), risk_source=RiskSourceFactory(), start=timezone.now() - HOUR,
        origin="probe",
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.restore(case, by=actor_of(UserFactory(manager=True)))
    services.restore(case, by=probing(), finish=timezone.now())

    assert (case.origin, case.status) == ("probe", Status.RESTORED)


def test_restoring_before_the_start_is_refused():
    case = record()
    with pytest.raises(ValidationError) as refused:
        services.restore(case, by=actor_of(case.author), finish=case.start - HOUR)

    assert refusal(refused) == {"finish": ["order"]}


def test_a_case_is_restored_once():
    case = record()
    stale = Suspension.objects.get(pk=case.pk)
    services.restore(case, by=actor_of(case.author))
    with pytest.raises(MoveRefused):
        services.restore(stale, by=actor_of(case.author))


def test_a_manager_investigates_closes_and_reopens():
    case, manager = record(), actor_of(UserFactory(manager=True))
    services.investigate(case, by=manager)
    services.restore(case, by=actor_of(case.author))
    services.close(case, by=manager, implementing_measures="Restarted.", root_cause="Firmware.")
    assert (case.status, case.closed_by) == (Status.CLOSED, manager.user)

    services.reopen(case, by=manager, note="It came back.")
    assert (case.status, case.finish, case.closed_at, case.segments.get().finish) == ("investigating", None, None, None)
    assert verbs(case) == ["record", "investigate", "restore", "close", "reopen"]


def test_reopening_from_a_later_moment_leaves_the_good_time_out():
    case = record(finish=timezone.now() - timedelta(minutes=30))
    later = timezone.now() - timedelta(minutes=10)
    services.reopen(case, by=actor_of(UserFactory(manager=True)), start=later)

    first, second = case.segments.all()
    assert first.finish < second.start == later
    assert second.finish is None


def test_what_is_running_cannot_be_closed():
    with pytest.raises(MoveRefused) as refused:
        services.close(record(), by=actor_of(UserFactory(manager=True)))

    assert refused.value.allowed == ["investigating", "restored"]


def test_a_correction_keeps_the_old_values():
    case = record(description="Line down.")
    start = case.start - HOUR
    services.correct(case, by=actor_of(case.author), start=start, description="Line cut.", note="Log found.")

    told = Event.objects.about(case).last()
    assert (told.before["description"], told.after["description"], told.note) == (
        "Line down.",
        "Line cut.",
        "Log found.",
    )
    assert case.segments.get().start == start


def test_the_finish_of_a_restored_case_is_corrected_with_its_segment():
    case = record(finish=timezone.now())
    finish = timezone.now() - timedelta(minutes=20)
    services.revise(case, by=actor_of(case.author), finish=finish)

    assert (case.finish, case.segments.get().finish) == (finish, finish)
    assert verbs(case)[-1] == "edit"


def test_giving_a_running_case_a_finish_restores_it():
    case = record()
    services.revise(case, by=actor_of(case.author), finish=timezone.now(), root_cause="Router.")

    assert (case.status, case.root_cause) == (Status.RESTORED, "Router.")
    assert verbs(case) == ["record", "edit", "restore"]


def test_taking_the_finish_away_is_a_managers_reopening():
    case = record(finish=timezone.now())
    with pytest.raises(PermissionDenied):
        services.revise(case, by=actor_of(case.author), finish=None)
    services.revise(case, by=actor_of(UserFactory(manager=True)), finish=None)

    assert case.status == Status.INVESTIGATING


def test_a_stale_version_is_refused():
    case = record()
    services.correct(case, by=actor_of(case.author), description="Newer.")
    with pytest.raises(StaleVersion):
        services.correct(case, by=actor_of(case.author), version=1, description="Older.")


def test_a_closed_case_is_reopened_before_it_is_changed():
    case = SuspensionFactory(closed=True)
    with pytest.raises(Conflict):
        services.correct(case, by=actor_of(case.author), description="Changed.")


def test_changing_to_a_part_of_the_service_changes_kind_and_segment():
    case = record()
    services.correct(case, by=actor_of(case.author), kind="degradation", degradation=Decimal("0.4"))

    assert (case.kind, case.degradation, case.segments.get().degradation) == (
        "degradation",
        Decimal("0.4"),
        Decimal("0.4"),
    )


def test_a_segment_within_the_case_cuts_the_others():
    case = record(start=timezone.now() - 4 * HOUR, finish=timezone.now())
    services.add_segment(
        case, by=actor_of(case.author), start=case.start + HOUR, finish=case.start + 2 * HOUR, degradation="0.3"
    )

    parts = [
        ((row.start - case.start) // HOUR, (row.finish - case.start) // HOUR, row.degradation)
        for row in case.segments.all()
    ]
    assert parts == [(0, 1, 1), (1, 2, Decimal("0.3")), (2, 4, 1)]
    assert verbs(case)[-1] == "segments"


def test_from_now_on_only_a_part_is_lost():
    case = record()
    turn = case.start + timedelta(minutes=20)
    services.add_segment(case, by=actor_of(case.author), start=turn, degradation="0.2")

    assert [(row.finish, row.degradation) for row in case.segments.all()] == [(turn, 1), (None, Decimal("0.2"))]


def test_replaced_segments_lead_the_times_of_the_case():
    case = record(start=timezone.now() - 4 * HOUR, finish=timezone.now() - HOUR)
    start, turn, finish = timezone.now() - 5 * HOUR, timezone.now() - 3 * HOUR, timezone.now() - 2 * HOUR
    services.replace_segments(
        case,
        by=actor_of(case.author),
        segments=[
            {"start": turn, "finish": finish, "degradation": "0.1"},
            {"start": start, "finish": turn, "degradation": "0.5"},
        ],
    )

    assert (case.start, case.finish, case.degradation, case.kind) == (start, finish, Decimal("0.5"), "degradation")


@pytest.mark.parametrize("overlap", [timedelta(minutes=1), 5 * HOUR])
def test_overlapping_segments_are_refused(overlap):
    case = record(start=timezone.now() - 4 * HOUR, finish=timezone.now() - HOUR)
    turn = timezone.now() - 3 * HOUR
    with pytest.raises(ValidationError):
        services.replace_segments(
            case,
            by=actor_of(case.author),
            segments=[
                {"start": case.start, "finish": turn + overlap, "degradation": 1},
                {"start": turn, "finish": case.finish, "degradation": 1},
            ],
        )


def test_classifying_as_planned_afterwards_needs_a_manager_and_a_reason():
    case, manager = record(), actor_of(UserFactory(manager=True))
    with pytest.raises(PermissionDenied):
        services.plan(case, by=actor_of(case.author), note="It was agreed.")
    with pytest.raises(ValidationError):
        services.plan(case, by=manager, note=" ")
    services.plan(case, by=manager, note="Agreed on Monday.")

    assert case.planned
    assert Event.objects.about(case).last().note == "Agreed on Monday."


def test_what_the_regulator_hears_needs_a_reason():
    case, manager = record(), actor_of(UserFactory(manager=True))
    with pytest.raises(ValidationError) as refused:
        services.regulate(case, by=manager, reportable=True)
    assert refusal(refused) == {"reportable_reason": ["required"]}

    services.regulate(case, by=manager, reportable=True, reportable_reason="Limit exceeded.")
    assert case.reportable


def test_a_draft_gets_its_number_when_it_is_confirmed():
    case = record(finish=timezone.now(), draft=True)
    assert (case.status, case.number) == (Status.DRAFT, None)
    services.confirm(case, by=actor_of(UserFactory(manager=True)))

    assert (case.status, case.number[-4:]) == (Status.RESTORED, "0001")


def test_drafts_and_deleted_cases_are_not_counted():
    counted = [SuspensionFactory(), SuspensionFactory(closed=True)]
    SuspensionFactory(draft=True)
    SuspensionFactory(deleted=True)

    assert set(Suspension.objects.counted()) == set(counted)


def test_running_cases_have_begun_and_not_ended():
    running = SuspensionFactory()
    SuspensionFactory(restored=True)
    SuspensionFactory(start=timezone.now() + HOUR, planned=True)

    assert list(Suspension.objects.running()) == [running]


def test_a_period_holds_the_cases_that_share_a_moment_with_it():
    start, finish = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    inside = SuspensionFactory(status="restored", start=start + HOUR, finish=start + 2 * HOUR)
    across = SuspensionFactory(status="restored", start=start - HOUR, finish=start + HOUR)
    running = SuspensionFactory(start=start - HOUR)
    SuspensionFactory(status="restored", start=start - 2 * HOUR, finish=start)
    SuspensionFactory(status="restored", start=finish, finish=finish + HOUR)

    assert set(Suspension.objects.in_period(start, finish)) == {inside, across, running}


def test_a_comment_is_in_the_timeline_and_told_to_the_author():
    case = record()
    services.comment(case, by=actor_of(UserFactory()), text="The provider promises noon.")

    assert verbs(case)[-1] == "comment"
    assert [notice.kind for notice in Notice.objects.filter(recipient=case.author)] == ["suspension.commented"]


def test_the_owner_hears_of_downtime_and_of_its_end():
    owner = UserFactory()
    case = record(process=TechProcessFactory(owner=owner))
    services.restore(case, by=actor_of(case.author))

    assert [notice.kind for notice in Notice.objects.filter(recipient=owner).order_by("pk")] == [
        "suspension.registered",
        "suspension.restored",
    ]


def test_a_deleted_case_is_hidden_for_a_reason_and_comes_back():
    case, admin = record(), actor_of(UserFactory(admin=True))
    services.delete(case, by=admin, note="Recorded twice.")
    assert Suspension.objects.visible_to(case.author).count() == 0

    services.undelete(case, by=admin)
    assert Suspension.objects.visible_to(case.author).get() == case
