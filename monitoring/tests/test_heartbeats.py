"""Heartbeats by every door: what is expected when, what a miss opens and a late ping resolves, who may do what."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Role
from accounts.tests.factories import UserFactory
from incidents import services as incident_services
from incidents.models import Incident
from monitoring.heartbeats import services
from monitoring.heartbeats.badges import address_of
from monitoring.models import Heartbeat, Ping, Pulse
from monitoring.services import watching
from monitoring.tests.factories import HeartbeatFactory
from workflow.actor import Actor, Channel
from workflow.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def admin():
    return UserFactory(role=Role.ADMIN)


@pytest.fixture
def issued(admin):
    return services.create(by=Actor(admin, Channel.PAGE), name="Export", period_seconds=3600, grace_seconds=300)


def fresh(issued):
    return Heartbeat.objects.get(pk=issued.heartbeat.pk)


def test_the_token_is_kept_as_a_digest_alone(issued):
    assert issued.token not in str(Heartbeat.objects.values().get())


def test_it_is_expected_from_its_first_ping_on(issued):
    assert services.check_due(at=NOW + 1000 * HOUR) == 0
    services.ping(issued.token, "success", at=NOW)

    assert fresh(issued).due_at == NOW + HOUR
    assert fresh(issued).late_at == NOW + HOUR + timedelta(minutes=5)


def test_within_its_grace_nobody_is_told(issued):
    services.ping(issued.token, "success", at=NOW)

    assert services.check_due(at=NOW + HOUR + timedelta(minutes=5)) == 0
    assert not Incident.objects.exists()


def test_a_missed_ping_opens_one_incident_however_many_beats_look(issued):
    services.ping(issued.token, "success", at=NOW)
    opened = [services.check_due(at=NOW + 2 * HOUR) for _beat in range(3)]

    assert opened == [1, 0, 0]
    assert Incident.objects.get().source == Incident.Source.MONITORING
    assert fresh(issued).incident == Incident.objects.get()


def test_a_late_ping_resolves_the_incident(issued):
    services.ping(issued.token, "success", at=NOW)
    services.check_due(at=NOW + 2 * HOUR)
    services.ping(issued.token, "success", at=NOW + 3 * HOUR)

    assert Incident.objects.get().status == Incident.Status.RESOLVED
    assert not fresh(issued).is_down
    assert [event.verb for event in Event.objects.about(issued.heartbeat)][:3] == [
        "heartbeat-create", "heartbeat-miss", "heartbeat-back",
    ]  # fmt: skip


def test_what_people_have_closed_meanwhile_stays_closed(issued, admin):
    services.ping(issued.token, "fail", at=NOW)
    from_incidents(admin)
    services.ping(issued.token, "success", at=NOW + HOUR)

    assert Incident.objects.get().status == Incident.Status.CLOSED
    assert not fresh(issued).is_down


def from_incidents(admin):
    incident_services.close(Incident.objects.get(), by=Actor(admin, Channel.PAGE), note="Known.")


def test_a_failure_opens_the_incident_at_once_with_the_words_of_the_job(issued):
    services.ping(issued.token, "fail", at=NOW, text="disk full")
    services.ping(issued.token, "fail", at=NOW + HOUR, text="disk full")

    assert "disk full" in Incident.objects.get().description


def test_the_next_lapse_is_another_incident(issued):
    for hours in (0, 5):
        services.ping(issued.token, "success", at=NOW + hours * HOUR)
        services.check_due(at=NOW + (hours + 2) * HOUR)

    assert Incident.objects.count() == 2


def test_between_start_and_success_lies_what_it_took(issued):
    services.ping(issued.token, "start", at=NOW)
    services.ping(issued.token, "log", at=NOW, text="half way")
    made = services.ping(issued.token, "success", at=NOW + timedelta(minutes=7))

    assert made.took == timedelta(minutes=7)
    assert fresh(issued).started_at is None


def test_a_clock_that_was_set_back_makes_no_negative_duration(issued):
    services.ping(issued.token, "start", at=NOW)

    assert services.ping(issued.token, "success", at=NOW - HOUR).took == timedelta()


def test_a_schedule_is_of_its_zone_and_knows_daylight_saving():
    berlin = HeartbeatFactory.build(period_seconds=None, cron="30 2 * * *", time_zone="Europe/Berlin")
    moscow = HeartbeatFactory.build(period_seconds=None, cron="30 2 * * *", time_zone="Europe/Moscow")
    night = datetime(2026, 10, 24, 12, tzinfo=UTC)  # before the night in which Berlin has 2:30 twice

    assert moscow.next_after(night) == datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    first = berlin.next_after(night)
    assert first.astimezone(ZoneInfo("Europe/Berlin")).hour == 2
    assert berlin.next_after(first).astimezone(UTC).day == 26


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cron": "every night", "period_seconds": None}, "cron"),
        ({"cron": "0 0 30 2 *", "period_seconds": None}, "cron"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"period_seconds": 5}, "period_seconds"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(admin, fields, field):
    with pytest.raises(ValidationError) as refused:
        services.create(by=Actor(admin, Channel.PAGE), **{"name": "X", "period_seconds": 60, **fields})

    assert field in refused.value.message_dict


@pytest.mark.parametrize("plan", [{}, {"period_seconds": 60, "cron": "* * * * *"}])
def test_it_has_a_period_or_a_schedule_never_both(admin, plan):
    with pytest.raises(ValidationError, match="either a period or a schedule"):
        services.create(by=Actor(admin, Channel.PAGE), name="X", **plan)


def test_a_changed_plan_counts_from_now_on(issued, admin):
    services.ping(issued.token, "success", at=timezone.now())
    services.edit(fresh(issued), by=Actor(admin, Channel.PAGE), period_seconds=86400)

    assert fresh(issued).due_at > timezone.now() + 23 * HOUR


def test_switched_off_it_is_not_missed(issued, admin):
    services.ping(issued.token, "success", at=NOW)
    services.edit(fresh(issued), by=Actor(admin, Channel.PAGE), enabled=False)

    assert services.check_due(at=NOW + 100 * HOUR) == 0
    services.ping(issued.token, "fail", at=NOW)
    assert not Incident.objects.exists()


def test_a_job_that_hangs_in_its_very_first_run_is_missed(issued):
    services.ping(issued.token, "start", at=NOW)
    services.ping(issued.token, "start", at=NOW + timedelta(minutes=1))

    assert fresh(issued).due_at == NOW + HOUR
    assert services.check_due(at=NOW + 2 * HOUR) == 1


def test_a_start_awaits_the_end_that_was_due_and_no_later_one(issued):
    services.ping(issued.token, "success", at=NOW)
    services.ping(issued.token, "start", at=NOW + timedelta(minutes=50))

    assert fresh(issued).due_at == NOW + HOUR


@pytest.mark.parametrize("verb", ["off", "delete"])
def test_what_is_no_longer_expected_leaves_no_incident_behind(issued, admin, verb):
    by = Actor(admin, Channel.PAGE)
    services.ping(issued.token, "fail", at=NOW)
    if verb == "off":
        services.edit(fresh(issued), by=by, enabled=False)
    else:
        services.delete(fresh(issued), by=by, note="The job is gone.")

    incident = Incident.objects.get()
    assert incident.status == Incident.Status.RESOLVED
    assert Event.objects.about(incident).latest("pk").note == "It is expected no more."
    assert not fresh(issued).is_down
    assert [event.verb for event in Event.objects.about(issued.heartbeat)][-1] == "heartbeat-release"


def test_switched_on_again_it_is_awaited_anew_and_misses_anew(issued, admin):
    by = Actor(admin, Channel.PAGE)
    services.ping(issued.token, "fail", at=NOW)
    services.edit(fresh(issued), by=by, enabled=False)
    services.edit(fresh(issued), by=by, enabled=True)

    assert services.check_due(at=timezone.now() + 2 * HOUR) == 1
    assert Incident.objects.count() == 2


def test_after_a_silence_nobody_is_judged_before_it_is_forgiven(issued):
    """Tick and judgement are two jobs, both due when the product comes back; either may be first."""
    services.ping(issued.token, "success", at=NOW)
    Pulse.objects.create(pk=Pulse.JOBS, at=NOW + timedelta(minutes=10))

    assert services.check_due(at=NOW + 3 * HOUR) == 0
    watching.tick(at=NOW + 3 * HOUR)
    assert services.check_due(at=NOW + 3 * HOUR) == 0
    for minutes in (2, 4, 6):
        watching.tick(at=NOW + 3 * HOUR + timedelta(minutes=minutes))
    assert services.check_due(at=NOW + 3 * HOUR + timedelta(minutes=6)) == 1


def test_time_in_which_the_product_was_off_is_no_lapse(issued):
    services.ping(issued.token, "success", at=NOW)
    back = NOW + 10 * HOUR
    services.forgive(NOW + timedelta(minutes=30), back)

    assert services.check_due(at=back) == 0
    assert services.check_due(at=back + timedelta(minutes=6)) == 1


def test_an_old_address_dies_with_its_successor(issued, admin):
    again = services.rotate(fresh(issued), by=Actor(admin, Channel.PAGE))

    with pytest.raises(services.UnknownToken):
        services.ping(issued.token, "success", at=NOW)
    assert services.ping(again.token, "success", at=NOW)


def test_deleted_it_is_deaf_and_restored_it_hears(issued, admin):
    by = Actor(admin, Channel.PAGE)
    services.delete(fresh(issued), by=by, note="Gone")
    with pytest.raises(services.UnknownToken):
        services.ping(issued.token, "success", at=NOW)
    services.undelete(fresh(issued), by=by)

    assert services.ping(issued.token, "success", at=NOW)


@pytest.mark.parametrize("role", [Role.USER, Role.TECHNICIAN, Role.MANAGER, Role.AUDITOR])
def test_only_administrators_keep_heartbeats(issued, role):
    with pytest.raises(PermissionDenied):
        services.edit(fresh(issued), by=Actor(UserFactory(role=role), Channel.PAGE), grace_seconds=1)


def test_old_pings_are_forgotten(issued):
    services.ping(issued.token, "success", at=NOW - timedelta(days=100))
    services.ping(issued.token, "success", at=NOW)

    assert services.forget_pings(at=NOW) == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("path", "kind"), [("", "success"), ("start/", "start"), ("fail/", "fail"), ("log/", "log")])
def test_a_job_pings_with_nothing_but_the_address(api, issued, method, path, kind):
    answer = getattr(api(), method)(f"/api/v1/ping/{issued.token}/{path}")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "kind": kind})


def test_what_a_job_sends_is_kept_whatever_it_is(client, issued):
    body = b"\xff\x00 done " + b"x" * 20_000
    answer = client.post(f"/api/v1/ping/{issued.token}/", body, content_type="application/octet-stream")

    assert answer.status_code == 200
    assert "done" in Ping.objects.get().text
    assert len(Ping.objects.get().text) <= 10_000


def test_a_job_may_be_outside_the_network(client, issued, settings):
    settings.ALLOWED_NETWORKS = ["10.0.0.0/8"]

    assert client.get(f"/api/v1/ping/{issued.token}/").status_code == 200
    assert client.get("/api/v1/heartbeats/").status_code == 403


def test_an_unknown_address_is_404_and_a_flood_429(api, issued):
    assert api().get("/api/v1/ping/unknown/").status_code == 404
    codes = [api().get(f"/api/v1/ping/{issued.token}/log/").status_code for _ping in range(61)]

    assert codes == [200] * 60 + [429]


def test_an_administrator_makes_one_over_the_api_and_sees_its_address_once(api, admin):
    made = api(admin).post(
        "/api/v1/heartbeats/", {"name": "Export", "cron": "30 2 * * *", "time_zone": "Europe/Moscow"}
    )

    assert made.status_code == 201
    assert made.json()["ping_url"].endswith(f"/api/v1/ping/{made.json()['token']}/")
    read = api(admin).get(made["Location"]).json()
    assert "token" not in read
    assert read["state"] == "nodata"


def test_employees_do_not_see_heartbeats(api, issued):
    user = api(UserFactory())

    assert user.get("/api/v1/heartbeats/").status_code == 403
    assert user.get(f"/api/v1/heartbeats/{issued.heartbeat.pk}/").status_code in {403, 404}


def test_a_stale_change_is_refused(api, admin, issued):
    path = f"/api/v1/heartbeats/{issued.heartbeat.pk}/"
    assert api(admin).patch(path, {"grace_seconds": 60}).status_code == 200

    assert api(admin).patch(path, {"grace_seconds": 90}, headers={"If-Match": '"1"'}).status_code == 412


def test_an_administrator_makes_one_on_the_page_and_sees_its_address_once(page, admin):
    form = {"name": "Export", "period_seconds": 3600, "grace_seconds": 60, "severity": "high", "enabled": "on"}
    shown = page(admin).post("/heartbeats/new/", form)

    assert "/api/v1/ping/" in shown.text
    assert shown["Cache-Control"] == "no-store"
    card = page(admin).get(f"/heartbeats/{Heartbeat.objects.get().pk}/")
    assert "No ping yet" in card.text


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(page, admin):
    shown = page(admin).post(
        "/heartbeats/new/", {"name": "Export", "cron": "nonsense", "grace_seconds": 60, "severity": "low"}
    )

    assert shown.status_code == 400
    assert "no cron expression" in shown.text
    assert "nonsense" in shown.text


def test_the_badge_says_name_and_state_and_runs_nothing(page, admin):
    heartbeat = HeartbeatFactory(name="<script>alert(1)</script>")
    picture = page(admin).get(f"/heartbeats/{heartbeat.pk}/badge.svg")

    assert picture["Content-Type"] == "image/svg+xml"
    assert "<script>" not in picture.text
    assert "no ping yet" in picture.text


def test_a_page_of_others_shows_the_badge_without_a_session(page, client):
    heartbeat = HeartbeatFactory(name="Export")
    address = address_of(heartbeat)

    picture = client.get(address)
    assert picture.status_code == 200
    assert ">Export<" in picture.text
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert address in page(UserFactory(role=Role.ADMIN)).get(heartbeat.get_absolute_url()).text


def test_an_address_of_a_badge_cannot_be_guessed_and_dies_with_its_heartbeat(client, admin):
    heartbeat, other = HeartbeatFactory(), HeartbeatFactory()
    address = address_of(heartbeat)

    for wrong in [f"/heartbeats/badges/{heartbeat.pk}.svg", address.replace(f"/{heartbeat.pk}:", f"/{other.pk}:")]:
        assert client.get(wrong).status_code == 404
    services.delete(heartbeat, by=Actor(admin, Channel.PAGE), note="Gone")
    assert client.get(address).status_code == 404


def test_lists_cost_the_same_for_one_and_for_thirty(
    page, admin, django_assert_num_queries, django_assert_max_num_queries
):
    HeartbeatFactory()
    visitor = page(admin)
    visitor.get("/heartbeats/")
    with django_assert_max_num_queries(12) as few:
        visitor.get("/heartbeats/")
    HeartbeatFactory.create_batch(29)

    with django_assert_num_queries(len(few)):
        visitor.get("/heartbeats/")


def test_the_export_names_each_with_its_plan(page, admin):
    HeartbeatFactory(name="Nightly", period_seconds=None, cron="30 2 * * *")

    assert "30 2 * * *" in b"".join(page(admin).get("/heartbeats/export/?format=csv")).decode("utf-8-sig")


def test_admin_switches_watching_only_through_the_service(page, admin):
    heartbeat = HeartbeatFactory()
    page(admin).post(f"/api/admin/monitoring/heartbeat/{heartbeat.pk}/change/", {"_save": "Save"})

    assert not Heartbeat.objects.get().enabled
    assert Event.objects.about(heartbeat).get().channel == Channel.ADMIN
