"""Rounds against real listeners, and what follows from them: cases, an incident, notices."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory, acting
from incidents import services as incidents
from incidents.models import Incident
from monitoring import services
from monitoring.checks import Answer
from monitoring.models import Minute, Outage, TargetGroup, Watch
from monitoring.models.group import ROUND
from monitoring.services import outages, probing
from monitoring.tests.factories import GroupFactory
from monitoring.tests.listeners import free_port, listener
from notifications.models import Chat, Delivery, Notice
from suspensions import services as suspensions
from suspensions.models import Suspension
from suspensions.tests.factories import TechProcessFactory
from workflow.models import Conflict, Event

pytestmark = pytest.mark.django_db
GOOD, BAD, BLIND = (
    Answer(True, 0.02),
    Answer(False, 3.0, "target", "No answer in time."),
    Answer(None, 0, "self", "EMFILE"),
)
INTERVAL = timedelta(seconds=20)


@pytest.fixture
def group():
    return GroupFactory(name="Internet access")


def play(group, verdicts, start):
    """Record a round of both targets every 20 seconds and return the moments."""
    moments = [start + number * INTERVAL for number in range(len(verdicts))]
    for at, answer in zip(moments, verdicts, strict=True):
        targets = list(group.targets.order_by("pk"))
        probing.record(probing.Round(group, targets, at), [answer] * len(targets))
    return moments


def minutes_ago(count):
    return timezone.now() - timedelta(minutes=count)


def verbs_of(subject):
    return list(Event.objects.about(subject).values_list("verb", flat=True))


def test_an_outage_becomes_a_case_and_an_incident_with_the_true_start(group):
    moments = play(group, [GOOD, BAD, BAD, BAD], minutes_ago(10))

    outage = Outage.objects.get()
    case = outage.suspension
    assert (outage.start, outage.finish, outage.cause) == (moments[1], None, "target")
    assert (case.start, case.finish, case.status, case.origin) == (moments[1], None, "registered", "probe")
    assert (case.process, case.risk_source, case.incident) == (group.process, group.risk_source, outage.incident)
    assert case.author.is_system
    assert (outage.incident.source, outage.incident.severity) == ("monitoring", "high")
    assert "No answer in time." in outage.incident.description


def test_recovery_closes_the_case_and_resolves_the_incident_with_the_true_finish(group):
    moments = play(group, [BAD, BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    outage = Outage.objects.get()
    assert (outage.finish, outage.suspension.finish) == (moments[4], moments[4])
    assert outage.suspension.status == "restored"
    assert outage.downtime == 4 * INTERVAL
    assert outage.incident.status == "resolved"
    assert verbs_of(outage.suspension) == ["record", "restore"]
    assert (verbs_of(outage.incident)[0], verbs_of(outage.incident)[-1]) == ("report", "resolve")
    assert verbs_of(group) == ["outage-open", "outage-close"]
    assert {event.channel for event in Event.objects.about(outage.suspension)} == {"probe"}


def test_managers_are_told_after_recovery_when_it_began_ended_and_what_it_came_to(group):
    manager = UserFactory(manager=True, time_zone="UTC", language="en")
    moments = play(group, [BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    outages.tell_recoveries(at=timezone.now())

    notice = Notice.objects.get(recipient=manager, kind="outage.closed")
    assert "Internet access" in notice.title
    assert "1 min" in notice.title
    assert f"{moments[0]:%H:%M} UTC" in notice.body
    assert notice.url == group.get_absolute_url()


def test_the_on_call_chat_hears_of_the_recovery(group, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    Chat.objects.create(telegram_id=-100, title="On call", on_call=True)
    play(group, [BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    outages.tell_recoveries(at=timezone.now())

    assert Delivery.objects.get(notice__kind="outage.closed").address == "-100"


def test_nobody_but_managers_and_administrators_is_told_of_the_recovery(group):
    UserFactory(technician=True)
    UserFactory()
    play(group, [BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    assert outages.tell_recoveries(at=timezone.now()) == 1
    assert not Notice.objects.filter(kind="outage.closed").exists()


def test_what_fails_again_soon_is_the_same_case_and_the_good_time_stays_out_of_the_sum(group):
    start = minutes_ago(20)

    play(group, [BAD, BAD, BAD, GOOD, GOOD, BAD, BAD, BAD, BAD, GOOD, GOOD], start)

    outage = Outage.objects.get()
    assert Suspension.objects.count() == Incident.objects.count() == 1
    assert (outage.start, outage.finish) == (start, start + 9 * INTERVAL)
    assert outage.suspension.segments.count() == 2
    assert outage.downtime == (3 + 4) * INTERVAL
    assert outage.incident.status == "resolved"


def test_time_that_nobody_measured_stays_out_of_the_case(group):
    start = timezone.now() - timedelta(hours=64)
    play(group, [BAD] * 4, start)
    monday = start + timedelta(hours=63)

    play(group, [BAD, BAD, GOOD, GOOD], monday)

    outage = Outage.objects.get()
    case = outage.suspension
    assert Suspension.objects.count() == Incident.objects.count() == 1
    assert (case.start, case.finish, case.status) == (start, monday + 2 * INTERVAL, "restored")
    assert list(case.segments.values_list("start", "finish")) == [
        (start, start + 3 * INTERVAL), (monday, monday + 2 * INTERVAL),
    ]  # fmt: skip
    assert outage.downtime == case.duration == 5 * INTERVAL
    assert verbs_of(case) == ["record", "segments", "restore"]
    assert verbs_of(group) == ["outage-open", "outage-gap", "outage-close"]


def test_what_people_said_of_a_case_meanwhile_is_left_to_them(group):
    start = timezone.now() - timedelta(hours=10)
    play(group, [BAD] * 4, start)
    case, admin = Suspension.objects.get(), acting(UserFactory(admin=True))
    suspensions.add_segment(case, by=admin, start=start + timedelta(hours=9, minutes=30), degradation="0.5")

    play(group, [BAD] * 4, start + timedelta(hours=9))

    assert case.segments.count() == 2
    assert Outage.objects.get().finish is None


def test_an_outage_of_one_round_before_a_silence_lasts_a_second(group):
    group.open_after = 1
    group.save()
    start = timezone.now() - timedelta(hours=2)
    play(group, [BAD], start)

    play(group, [BAD, GOOD, GOOD], start + timedelta(hours=1))

    assert Outage.objects.get().downtime == timedelta(seconds=1) + INTERVAL


def test_an_incident_that_flaps_waits_for_somebody_again(group):
    play(group, [BAD, BAD, BAD, GOOD, GOOD, BAD, BAD, BAD], minutes_ago(20))

    incident = Incident.objects.get()
    assert (incident.status, incident.assignee) == ("open", None)


def test_what_people_have_closed_is_not_taken_up_again(group):
    start = minutes_ago(20)
    play(group, [BAD, BAD, BAD, GOOD, GOOD], start)
    case, by = Suspension.objects.get(), acting(UserFactory(manager=True))
    suspensions.close(case, by=by, implementing_measures="A call.", root_cause="A cable.")

    play(group, [BAD, BAD, BAD], start + 5 * INTERVAL)

    assert Suspension.objects.count() == Outage.objects.count() == 2
    assert Outage.objects.running().count() == 1


def test_each_process_gets_a_case_of_its_own_under_one_incident(group):
    group.more_processes.set(TechProcessFactory.create_batch(2))

    play(group, [BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    outage = Outage.objects.get()
    assert Suspension.objects.count() == 3
    assert {case.incident_id for case in outage.cases()} == {outage.incident_id}
    assert {case.status for case in outage.cases()} == {"restored"}


def test_what_a_person_has_resolved_already_does_not_stop_the_probe(group):
    start = minutes_ago(10)
    play(group, [BAD, BAD, BAD], start)
    outage = Outage.objects.get()
    person = acting(UserFactory(admin=True))
    incidents.close(outage.incident, by=person)
    suspensions.restore(outage.suspension, by=person, finish=start + 3 * INTERVAL)

    play(group, [GOOD, GOOD], start + 5 * INTERVAL)

    outage.refresh_from_db()
    assert outage.finish == start + 5 * INTERVAL
    assert outage.suspension.finish == start + 3 * INTERVAL


def test_a_deleted_case_does_not_stop_the_probe(group):
    start = minutes_ago(10)
    play(group, [BAD, BAD, BAD], start)
    suspensions.delete(Suspension.objects.get(), by=acting(UserFactory(admin=True)), note="A drill.")

    play(group, [GOOD, GOOD], start + 5 * INTERVAL)

    assert Outage.objects.get().finish == start + 5 * INTERVAL


def test_a_case_that_the_dictionaries_refuse_leaves_the_outage_on_record(group):
    group.process.active_to = timezone.localdate() - timedelta(days=30)
    group.process.save()

    play(group, [BAD, BAD, BAD, GOOD, GOOD], minutes_ago(10))

    outage = Outage.objects.get()
    assert (outage.suspension, outage.incident.status) == (None, "resolved")
    assert outage.downtime == 3 * INTERVAL


def test_one_failing_target_of_two_is_no_outage(group):
    targets = list(group.targets.all())
    for number in range(5):
        probing.record(probing.Round(group, targets, minutes_ago(10) + number * INTERVAL), [BAD, GOOD])

    assert not Outage.objects.exists()
    assert Watch.objects.get().state.failures == 0


def test_a_probe_at_fault_is_no_evidence(group):
    play(group, [BAD, BAD, BLIND, BLIND], minutes_ago(10))

    assert not Outage.objects.exists()
    assert Minute.objects.order_by("at").last().blind


def test_no_outage_begins_within_a_maintenance_window(group):
    admin = acting(UserFactory(admin=True))
    now = timezone.now()
    services.add_window(group, by=admin, start=now - timedelta(hours=1), finish=now + timedelta(hours=1), note="Router")

    play(group, [BAD] * 5, minutes_ago(10))

    assert not Outage.objects.exists()


def test_a_group_has_one_open_outage_whoever_writes(group):
    play(group, [BAD, BAD, BAD], minutes_ago(10))

    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.create(group=group, start=timezone.now())


def test_the_same_round_recorded_twice_counts_once(group):
    start = minutes_ago(10)
    for _twice in range(2):
        play(group, [BAD, BAD], start)

    assert not Outage.objects.exists()


def test_only_one_may_make_a_round_at_a_time(group):
    now = timezone.now()

    assert probing.claim(group, now)
    assert probing.claim(group, now) is None
    assert probing.claim(group, now + timedelta(seconds=1)) is None


def test_a_beat_that_comes_late_makes_no_second_round(group):
    """Both saw that it was due; the first has made its round before the second claims."""
    now = timezone.now()
    made = probing.claim(group, now)
    probing.record(made, [BAD, BAD])

    assert probing.claim(group, now + timedelta(seconds=1)) is None
    assert probing.claim(group, now - timedelta(seconds=1)) is None


def test_looking_out_of_turn_is_no_evidence_and_moves_no_round(group, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    services.edit(
        group, by=acting(UserFactory(admin=True)), targets=[{"kind": "tcp", "address": f"127.0.0.1:{free_port()}"}]
    )
    for _click in range(4):
        services.check(group, by=acting(UserFactory(admin=True)))

    watch = Watch.objects.get()
    assert not Outage.objects.exists()
    assert (watch.failures, watch.busy_until) == (1, None)  # the first one was due
    assert sum(Minute.objects.values_list("bad", flat=True)) == 4
    assert watch.is_due(watch.begun_at + INTERVAL, INTERVAL)


def test_a_round_whose_maker_died_is_given_to_another(group):
    now = timezone.now()
    probing.claim(group, now)

    assert probing.claim(group, now + ROUND) is None  # it is not due
    assert probing.claim(group, now + INTERVAL)


def test_a_clock_set_back_does_not_stop_the_rounds(group):
    now = timezone.now()
    probing.claim(group, now)

    assert probing.claim(group, now - timedelta(days=1))
    assert Watch.objects.get().is_due(now - timedelta(days=2), INTERVAL)


@pytest.mark.parametrize(
    ("seconds", "due"), [(0, False), (15, False), (16, True), (20, True), (-5, False), (-600, True)]
)
def test_a_round_is_due_an_interval_after_the_last_one_or_a_little_earlier(seconds, due):
    now = timezone.now()

    assert Watch(begun_at=now).is_due(now + timedelta(seconds=seconds), INTERVAL) is due


def test_due_rounds_look_at_real_listeners(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as one, listener() as two:
        group = GroupFactory(addresses=[f"127.0.0.1:{one}", f"127.0.0.1:{two}"])
        services.probe_due(at=timezone.now())
    assert [target.last_ok for target in group.targets.all()] == [True, True]

    services.probe_due(at=timezone.now() + INTERVAL)
    assert [target.last_ok for target in group.targets.all()] == [False, False]
    assert group.targets.first().last_cause == "target"
    assert TargetGroup.objects.for_list().get().standing == "late"


def test_a_tick_too_many_looks_at_nothing(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as port:
        GroupFactory(addresses=[f"127.0.0.1:{port}"])
        now = timezone.now()
        for _tick in range(3):
            services.probe_due(at=now)

    assert sum(Minute.objects.values_list("good", flat=True)) == 1


def test_groups_that_are_off_or_deleted_are_left_alone():
    GroupFactory(enabled=False, addresses=["127.0.0.1:1"])
    services.delete(GroupFactory(addresses=["127.0.0.1:2"]), by=acting(UserFactory(admin=True)), note="Gone.")

    services.probe_due(at=timezone.now())

    assert not Minute.objects.exists()


def test_groups_in_a_hurry_say_when_they_are_next(settings):
    settings.SLEEP_TEST_CONNECTION = 20
    GroupFactory(addresses=[], enabled=True)
    assert services.probe_due(at=timezone.now()) is None

    GroupFactory(addresses=[], interval_seconds=2)
    assert services.probe_due(at=timezone.now()) == timedelta(seconds=2)


def test_a_minute_gathers_its_rounds(group):
    start = minutes_ago(10).replace(second=0, microsecond=0)

    play(group, [GOOD, BAD, BLIND], start)

    minute = Minute.objects.filter(target=group.targets.first()).get()
    assert (minute.at, minute.good, minute.bad, minute.blind, minute.good_ms) == (start, 1, 1, 1, 20)
    assert minute.error == "EMFILE"


def test_old_samples_are_forgotten_and_outages_are_not(group, settings):
    settings.PROBE_KEEP = timedelta(days=90)
    play(group, [BAD, BAD, BAD, GOOD, GOOD], timezone.now() - timedelta(days=91))
    play(group, [GOOD], minutes_ago(1))

    assert services.forget_samples(at=timezone.now()) > 0
    assert Minute.objects.count() == 2
    assert Outage.objects.count() == 1


def test_switching_off_ends_the_running_outage_with_the_last_failed_round(group):
    moments = play(group, [BAD, BAD, BAD, BAD], minutes_ago(10))

    services.edit(group, by=acting(UserFactory(admin=True)), enabled=False)

    outage = Outage.objects.get()
    assert outage.finish == outage.suspension.finish == moments[3]
    assert not Watch.objects.get().is_down


def test_an_outage_ends_after_it_begins_whatever_the_clock_says(group):
    play(group, [BAD, BAD, BAD], minutes_ago(1))
    watch = Watch.objects.select_related("group", "outage").get()

    outages.end(watch, watch.outage.start - timedelta(hours=1))

    assert Outage.objects.get().downtime == timedelta(seconds=1)


def test_checking_now_is_for_administrators_and_is_written_down(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as port:
        group = GroupFactory(addresses=[f"127.0.0.1:{port}"])
        services.check(group, by=acting(UserFactory(admin=True)))

    assert group.targets.get().last_ok
    assert Event.objects.about(group).get().after == {"seen": {f"127.0.0.1:{port}": "ok"}}
    with pytest.raises(PermissionDenied):
        services.check(group, by=acting(UserFactory(manager=True)))


def test_checking_while_a_round_is_made_is_refused(group):
    probing.claim(group, timezone.now())

    with pytest.raises(Conflict):
        services.check(group, by=acting(UserFactory(admin=True)))


def test_testing_an_address_tells_what_was_found_and_is_written_down():
    admin = UserFactory(admin=True)

    answer = services.test_url(by=acting(admin), url="http://127.0.0.1/")

    assert answer.ok is None
    assert Event.objects.about(admin).get().after["url"] == "http://127.0.0.1/"
    with pytest.raises(PermissionDenied):
        services.test_url(by=acting(UserFactory(technician=True)), url="http://127.0.0.1/")


def test_a_silent_probe_shows_no_data_and_never_its_last_green(group):
    play(group, [GOOD], minutes_ago(10))
    assert TargetGroup.objects.for_list().get().standing == "nodata"

    play(group, [GOOD], timezone.now())
    assert TargetGroup.objects.for_list().get().standing == "up"


def test_the_system_user_acts(group):
    play(group, [BAD, BAD, BAD], minutes_ago(10))

    assert Outage.objects.get().incident.reporter == User.objects.system()
