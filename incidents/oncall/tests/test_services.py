"""The duty table as managers keep it."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import handover, organisation
from accounts.services import handing_over
from accounts.tests.factories import UserFactory, acting
from incidents.models import Duty
from incidents.oncall import services
from incidents.oncall.services import Every
from incidents.oncall.tests.factories import DAY, HOUR, MONDAY, WEEK, DutyFactory
from notifications.models import Notice
from workflow.models import Conflict, Event, StaleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return acting(UserFactory(manager=True))


@pytest.fixture
def moscow():
    found = organisation.current()
    found.time_zone = "Europe/Moscow"
    found.save()
    organisation.forget()


@pytest.fixture
def berlin():
    found = organisation.current()
    found.time_zone = "Europe/Berlin"
    found.save()
    organisation.forget()


def technician():
    return UserFactory(technician=True)


def code_of(refusal):
    return refusal.value.error_dict[next(iter(refusal.value.error_dict))][0].code or "invalid"


def times(duties):
    return [(duty.person, duty.start, duty.finish) for duty in duties]


def test_somebody_is_put_on_duty_and_told(manager):
    person = UserFactory(technician=True)

    duty = services.plan(by=manager, person=person, start=MONDAY, finish=MONDAY + DAY, remark="Release night")

    assert times(Duty.objects.all()) == [(person, MONDAY, MONDAY + DAY)]
    assert Event.objects.about(duty).get().verb == "plan-duty"
    notice = Notice.objects.get(recipient=person)
    assert notice.kind == "duty.planned"
    assert "20 Jul 2026" in notice.body


def test_a_rota_takes_turns_and_hands_over_on_mondays(manager, moscow):
    one, two, three = UserFactory.create_batch(3, technician=True)
    plan = {"people": [one, two, three], "first_day": date(2026, 7, 20), "handover": time(9)}

    made = services.generate(by=manager, **plan, every=Every.WEEK, turns=4)

    assert times(made) == [
        (one, MONDAY, MONDAY + WEEK),
        (two, MONDAY + WEEK, MONDAY + 2 * WEEK),
        (three, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK),
        (one, MONDAY + 3 * WEEK, MONDAY + 4 * WEEK),
    ]
    assert Notice.objects.filter(recipient=one).count() == 1


def test_a_rota_of_days_changes_every_day(manager, moscow):
    one, two = UserFactory.create_batch(2, technician=True)
    plan = {"people": [one, two], "first_day": date(2026, 7, 20), "handover": time(9)}

    made = services.generate(by=manager, **plan, every=Every.DAY, turns=3)

    assert [duty.person for duty in made] == [one, two, one]
    assert {duty.finish - duty.start for duty in made} == {DAY}


def test_the_hand_over_stays_at_nine_when_the_clock_changes(manager, berlin):
    plan = {"people": [technician()], "first_day": date(2026, 10, 19), "handover": time(9)}

    made = services.generate(by=manager, **plan, every=Every.WEEK, turns=2)

    assert [duty.start for duty in made] == [
        datetime(2026, 10, 19, 7, tzinfo=UTC),
        datetime(2026, 10, 26, 8, tzinfo=UTC),  # summer time ended on the 25th
    ]
    assert made[0].finish == made[1].start


def test_a_rota_that_meets_a_duty_plans_nothing(manager, moscow):
    DutyFactory(number=2)
    plan = {"people": [technician()], "first_day": date(2026, 7, 20), "handover": time(9)}

    with pytest.raises(ValidationError) as refusal:
        services.generate(by=manager, **plan, every=Every.WEEK, turns=4)

    assert code_of(refusal) == "overlap"
    assert Duty.objects.count() == 1
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"people": []}, "required"), ({"turns": 0}, "invalid"), ({"turns": 121}, "invalid"),
     ({"first_day": date(9999, 12, 31)}, "invalid")],
)  # fmt: skip
def test_a_rota_that_means_nothing_is_refused(manager, wrong, code):
    plan = {
        "people": [technician()],
        "first_day": date(2026, 7, 20),
        "handover": time(9),
        "every": "week",
        "turns": 2,
    }

    with pytest.raises(ValidationError) as refusal:
        services.generate(by=manager, **plan | wrong)

    assert code_of(refusal) == code


@pytest.mark.parametrize(("start", "finish"), [(-HOUR, HOUR), (HOUR, 2 * HOUR), (WEEK - HOUR, WEEK + HOUR)])
def test_duties_do_not_overlap(manager, start, finish):
    DutyFactory()

    with pytest.raises(ValidationError) as refusal:
        services.plan(by=manager, person=technician(), start=MONDAY + start, finish=MONDAY + finish)

    assert code_of(refusal) == "overlap"


def test_duties_may_touch(manager):
    DutyFactory()

    services.plan(by=manager, person=technician(), start=MONDAY + WEEK, finish=MONDAY + WEEK + HOUR)

    assert Duty.objects.count() == 2


def test_a_duty_beside_itself_is_no_overlap(manager):
    duty = DutyFactory()

    services.edit(duty, by=manager, finish=MONDAY + WEEK - HOUR)

    assert duty.finish == MONDAY + WEEK - HOUR
    assert Event.objects.about(duty).get().verb == "edit"


@pytest.mark.parametrize(("start", "finish"), [(MONDAY, MONDAY), (MONDAY, MONDAY - HOUR), (MONDAY, MONDAY + 93 * DAY)])
def test_a_duty_has_a_sensible_length(manager, start, finish):
    with pytest.raises(ValidationError):
        services.plan(by=manager, person=technician(), start=start, finish=finish)


@pytest.mark.parametrize("who", [{}, {"auditor": True}, {"technician": True, "is_active": False}])
def test_who_takes_no_incidents_is_not_put_on_duty(manager, who):
    with pytest.raises(ValidationError):
        services.plan(by=manager, person=UserFactory(**who), start=MONDAY, finish=MONDAY + DAY)


def test_a_substitute_takes_a_part_and_both_are_told(manager):
    duty, substitute = DutyFactory(), UserFactory(technician=True)

    made = services.substitute(duty, by=manager, person=substitute, start=MONDAY, finish=MONDAY + DAY, remark="Dentist")

    duty.refresh_from_db()
    assert (made.original, made.person, duty.start, duty.finish) == (duty, substitute, MONDAY, MONDAY + WEEK)
    assert Event.objects.about(duty).get(verb="substitute").note.startswith(substitute.name)
    assert Notice.objects.get(recipient=substitute).kind == "duty.substitute"
    assert Notice.objects.get(recipient=duty.person).kind == "duty.substituted"


@pytest.mark.parametrize(("start", "finish"), [(-HOUR, HOUR), (WEEK - HOUR, WEEK + HOUR)])
def test_a_substitution_lies_within_its_duty(manager, start, finish):
    duty = DutyFactory()

    with pytest.raises(ValidationError):
        services.substitute(duty, by=manager, person=technician(), start=MONDAY + start, finish=MONDAY + finish)


def test_substitutions_do_not_overlap_each_other(manager):
    duty = DutyFactory()
    services.substitute(duty, by=manager, person=technician(), start=MONDAY, finish=MONDAY + DAY)

    with pytest.raises(ValidationError) as refusal:
        services.substitute(duty, by=manager, person=technician(), start=MONDAY + HOUR, finish=MONDAY + 2 * HOUR)

    assert code_of(refusal) == "overlap"


def test_nobody_stands_in_for_themselves_or_for_a_substitute(manager):
    duty = DutyFactory()
    made = services.substitute(duty, by=manager, person=technician(), start=MONDAY, finish=MONDAY + DAY)

    with pytest.raises(ValidationError):
        services.substitute(duty, by=manager, person=duty.person, start=MONDAY + DAY, finish=MONDAY + 2 * DAY)
    with pytest.raises(Conflict):
        services.substitute(made, by=manager, person=technician(), start=MONDAY, finish=MONDAY + HOUR)


def test_a_duty_does_not_leave_its_substitutions_behind(manager):
    duty = DutyFactory()
    made = services.substitute(duty, by=manager, person=technician(), start=MONDAY, finish=MONDAY + DAY)

    with pytest.raises(Conflict):
        services.edit(duty, by=manager, start=MONDAY + HOUR)
    services.delete(duty, by=manager, note="Wrong week.")

    made.refresh_from_db()
    assert made.deleted_at is not None
    assert made.deletion_note == "Wrong week."


def test_a_deleted_duty_comes_back_only_where_its_time_is_free(manager):
    duty = DutyFactory()
    services.delete(duty, by=manager, note="Wrong week.")
    services.plan(by=manager, person=technician(), start=MONDAY, finish=MONDAY + DAY)

    with pytest.raises(ValidationError) as refusal:
        services.undelete(duty, by=manager)
    assert code_of(refusal) == "overlap"

    services.delete(Duty.objects.present().get(), by=manager, note="Free again.")
    services.undelete(duty, by=manager)
    assert duty.deleted_at is None


def test_a_stale_change_is_refused(manager):
    duty = DutyFactory()
    services.edit(duty, by=manager, remark="First")

    with pytest.raises(StaleVersion):
        services.edit(duty, by=manager, version=1, remark="Second")


@pytest.mark.parametrize("who", [{}, {"technician": True}, {"auditor": True}])
def test_others_than_managers_leave_the_table_alone(who):
    by, duty = acting(UserFactory(**who)), DutyFactory()

    for verb in (
        lambda: services.plan(by=by, person=duty.person, start=MONDAY + WEEK, finish=MONDAY + 2 * WEEK),
        lambda: services.substitute(duty, by=by, person=by.user, start=MONDAY, finish=MONDAY + DAY),
        lambda: services.edit(duty, by=by, remark="Mine"),
        lambda: services.delete(duty, by=by, note="Not mine"),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_the_coming_duties_of_who_leaves_go_with_their_work(manager):
    leaver, heir = UserFactory(technician=True), UserFactory(technician=True)
    start = datetime(2099, 1, 5, 9, tzinfo=UTC)
    DutyFactory(person=leaver)  # long past
    coming = DutyFactory(person=leaver, start=start)

    assert handover.count(leaver) == {"duties": 1}
    handing_over.hand_over(leaver, by=manager, to=heir)

    coming.refresh_from_db()
    assert coming.person == heir


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_a_duty_at_the_edges_of_the_calendar_is_refused(manager, year):
    start = datetime(year, 12, 31, 22, tzinfo=UTC) if year > 1 else datetime(1, 1, 1, tzinfo=UTC)

    with pytest.raises(ValidationError) as refusal:
        services.plan(by=manager, person=technician(), start=start, finish=start + HOUR)
    assert set(refusal.value.message_dict) == {"start"}
