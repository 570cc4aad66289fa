from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.tests.factories import UserFactory
from suspensions import services
from suspensions.models import ProcessLimit, RiskSource, TechProcess
from suspensions.tests.factories import ProcessLimitFactory, TechProcessFactory
from workflow.actor import Actor, Channel
from workflow.models import Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = datetime(2026, 7, 24, 17, 30, tzinfo=UTC), datetime(2026, 7, 27, 9, 45, tzinfo=UTC)


def proposed(by, **fields):
    defaults = {"process": TechProcessFactory(), "valid_from": date(2026, 1, 1), "document": "Order 1"}
    return services.propose_limit(by=actor_of(by), **(defaults | fields))


def test_a_first_start_fills_empty_dictionaries_once():
    assert services.first_start() == 9
    assert services.first_start() == 0
    assert list(TechProcess.objects.values_list("code", "number")) == [
        ("DU_25", "25"),
        ("SPEC_DEP_26", "26"),
        ("CLIENTS_27", "27"),
    ]
    assert RiskSource.objects.get(code="PROVAIDER").name == "Провайдер"


def test_syncing_adds_what_is_new_and_keeps_what_people_renamed(settings):
    services.first_start()
    TechProcess.objects.filter(code="DU_25").update(name="Renamed")
    settings.TECH_PROCESS = {"DU_25": "25", "REPORTS": "31"}

    assert services.sync_dictionaries(by=Actor(User.objects.system(), Channel.COMMAND)) == 1
    assert TechProcess.objects.get(code="DU_25").name == "Renamed"
    assert TechProcess.objects.get(code="REPORTS").number == "31"


@pytest.mark.parametrize("wrong", [["DU_25"], {"DU_25": {"number": 25}}, "DU_25"])
def test_a_setting_that_is_no_map_is_refused(settings, wrong):
    settings.TECH_PROCESS = wrong
    with pytest.raises(ValidationError):
        services.sync_dictionaries(by=Actor(User.objects.system(), Channel.COMMAND))


def test_a_code_with_spaces_is_refused():
    with pytest.raises(ValidationError):
        services.create_process(by=actor_of(UserFactory(admin=True)), code="A B", name="Settlement")


def test_managers_do_not_change_dictionaries():
    with pytest.raises(PermissionDenied):
        services.create_process(by=actor_of(UserFactory(manager=True)), code="A", name="Settlement")


def test_editing_a_process_is_told_in_its_timeline():
    process = TechProcessFactory(name="Old")
    services.edit_process(process, by=actor_of(UserFactory(admin=True)), name="New")

    assert Event.objects.about(process).last().before == {"name": "Old"}


def test_a_process_without_hours_works_as_the_organisation_does():
    assert TechProcessFactory().working_time().working_time(FRIDAY, MONDAY) == timedelta(minutes=75)


def test_a_process_has_hours_and_a_zone_of_its_own():
    process = TechProcessFactory(round_the_clock=True, time_zone="Asia/Yekaterinburg")

    assert process.working_time().working_time(FRIDAY, MONDAY) == MONDAY - FRIDAY


def test_a_limit_is_proposed_by_one_and_approved_by_another():
    manager, other = UserFactory(manager=True), UserFactory(manager=True)
    limit = proposed(manager)
    with pytest.raises(PermissionDenied):
        services.approve_limit(limit, by=actor_of(manager))
    services.approve_limit(limit, by=actor_of(other))

    assert (limit.status, limit.approved_by) == ("approved", other)
    assert list(ProcessLimit.objects.in_force(date(2026, 5, 1))) == [limit]


def test_who_alone_may_approve_approves_their_own():
    manager = UserFactory(manager=True)
    limit = proposed(manager)
    services.approve_limit(limit, by=actor_of(manager))

    assert limit.status == "approved"


def test_a_limit_ends_the_day_before_the_one_that_replaces_it():
    old = ProcessLimitFactory(approved=True, valid_from=date(2026, 1, 1))
    new = ProcessLimitFactory(process=old.process, valid_from=date(2026, 7, 1))
    services.approve_limit(new, by=actor_of(UserFactory(admin=True)))
    old.refresh_from_db()

    assert old.valid_to == date(2026, 6, 30)
    assert list(ProcessLimit.objects.in_force(date(2026, 6, 30))) == [old]
    assert list(ProcessLimit.objects.in_force(date(2026, 7, 1))) == [new]


@pytest.mark.parametrize("begins", [date(2026, 1, 1), date(2025, 1, 1)])
def test_two_limits_never_hold_at_once(begins):
    old = ProcessLimitFactory(approved=True, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    new = ProcessLimitFactory(process=old.process, valid_from=begins)
    with pytest.raises(ValidationError):
        services.approve_limit(new, by=actor_of(UserFactory(admin=True)))


def test_a_proposal_is_withdrawn_and_what_is_approved_stays():
    limit, manager = ProcessLimitFactory(), actor_of(UserFactory(manager=True))
    services.withdraw_limit(limit, by=manager, note="Wrong document.")
    assert not ProcessLimit.objects.proposed().exists()

    with pytest.raises(MoveRefused):
        services.withdraw_limit(ProcessLimitFactory(approved=True), by=manager, note="Wrong.")


@pytest.mark.parametrize("wrong", [{"degradation_share": "1.5"}, {"case_warn": 0}, {"valid_to": date(2025, 1, 1)}])
def test_a_limit_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValidationError):
        proposed(UserFactory(manager=True), **wrong)
