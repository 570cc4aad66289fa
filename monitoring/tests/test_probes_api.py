from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from monitoring.models import Outage, Target, TargetGroup
from monitoring.tests.factories import GroupFactory
from monitoring.tests.listeners import listener
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/v1/probes/"
OUTAGES = "/api/v1/outages/"
TEST_URL = "/api/v1/probes/test-url/"


@pytest.fixture
def admin(api):
    return api(UserFactory(admin=True))


@pytest.fixture
def body():
    TechProcessFactory(code="SPEC_DEP")
    return {
        "name": "Internet access",
        "process": "SPEC_DEP",
        "risk_source": RiskSourceFactory().pk,
        "targets": [
            {"kind": "http", "address": "https://www.example.org/"},
            {"kind": "tcp", "address": "1.1.1.1:53"},
            {"kind": "dns", "address": "example.org@8.8.8.8", "expect": "93.184.216.34"},
        ],
    }


def test_a_probe_is_made_with_its_targets(admin, body):
    answer = admin.post(LIST, body)

    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["enabled"], made["outage"], made["checked_at"]) == ("nodata", True, None, None)
    assert [target["address"] for target in made["targets"]] == [target["address"] for target in body["targets"]]
    assert made["process"]["code"] == "SPEC_DEP"
    assert answer["ETag"] == '"1"'
    assert admin.get(answer["Location"]).json() == made


def test_the_same_key_makes_one_probe(admin, body):
    for _twice in range(2):
        admin.post(LIST, body, headers={"Idempotency-Key": "once"})

    assert TargetGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"name": ""}, "name"),
        ({"process": "NOTHING"}, "process"),
        ({"process": None}, "process"),
        ({"process": True}, "process"),
        ({"process": 10**30}, "process"),
        ({"risk_source": [1]}, "risk_source"),
        ({"quorum": 0}, "quorum"),
        ({"interval_seconds": 0}, "interval_seconds"),
        ({"interval_seconds": 10**9}, "interval_seconds"),
        ({"targets": []}, "targets"),
        ({"targets": [{"kind": "http", "address": "http://127.0.0.1/"}]}, "targets"),
        ({"targets": [{"kind": "http", "address": "http://10.0.0.1:8080/"}]}, "targets"),
        ({"targets": [{"kind": "http", "address": "file:///etc/passwd"}]}, "targets"),
        ({"targets": [{"kind": "tcp", "address": "192.168.1.1:22"}]}, "targets"),
        ({"targets": [{"kind": "dns", "address": "example.org@169.254.169.254"}]}, "targets"),
        ({"targets": [{"kind": "tcp", "address": "1.1.1.1:53", "expect": "x"}]}, "targets"),
        ({"targets": [{"kind": "ftp", "address": "ftp://example.org/"}]}, "targets.0.kind"),
        ({"targets": [{"kind": "tcp", "address": "1.1.1.1:53"}] * 2}, "targets"),
        ({"targets": [{"kind": "tcp", "address": f"1.1.1.1:{port}"} for port in range(1, 23)]}, "targets"),
    ],
)
def test_what_cannot_be_watched_is_refused(admin, body, change, attr):
    answer = admin.post(LIST, body | change)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr
    assert not TargetGroup.objects.exists()
    assert not Target.objects.exists()


def test_two_probes_of_one_name_are_refused(admin, body):
    admin.post(LIST, body)

    assert admin.post(LIST, body).status_code == 400


def test_targets_that_stay_keep_what_was_seen(admin, body):
    pk = admin.post(LIST, body).json()["id"]
    Target.objects.filter(kind="tcp").update(last_ok=True, last_ms=7)

    answer = admin.patch(
        f"{LIST}{pk}/",
        {"targets": [{"kind": "tcp", "address": "1.1.1.1:53"}, {"kind": "tcp", "address": "8.8.8.8:53"}]},
    )

    assert [(target["address"], target["response_ms"]) for target in answer.json()["targets"]] == [
        ("1.1.1.1:53", 7),
        ("8.8.8.8:53", None),
    ]
    assert answer.json()["version"] == 2


def test_a_change_is_told_with_old_and_new_values(admin, body):
    pk = admin.post(LIST, body).json()["id"]

    admin.patch(f"{LIST}{pk}/", {"interval_seconds": 5, "note": "Faster."})

    event = admin.get(f"{LIST}{pk}/timeline/").json()["results"][-1]
    assert (event["verb"], event["before"], event["after"], event["note"]) == (
        "edit", {"interval_seconds": None}, {"interval_seconds": 5}, "Faster.",
    )  # fmt: skip


def test_a_stale_version_is_refused(admin, body):
    pk = admin.post(LIST, body).json()["id"]
    admin.patch(f"{LIST}{pk}/", {"open_after": 2})

    assert admin.patch(f"{LIST}{pk}/", {"open_after": 4}, headers={"If-Match": '"1"'}).status_code == 412


def test_a_deleted_probe_is_hidden_and_comes_back(admin, api, body):
    pk = admin.post(LIST, body).json()["id"]

    assert admin.post(f"{LIST}{pk}/delete/", {}).status_code == 400
    assert admin.post(f"{LIST}{pk}/delete/", {"note": "Moved."}).status_code == 200
    assert admin.get(LIST).json()["count"] == 0
    assert api(UserFactory(manager=True)).get(f"{LIST}{pk}/").status_code == 404
    assert admin.post(f"{LIST}{pk}/undelete/", {}).status_code == 200
    assert admin.get(LIST).json()["count"] == 1


def test_check_now_looks_at_once(admin, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as port:
        group = GroupFactory(addresses=[f"127.0.0.1:{port}"])
        answer = admin.post(f"{LIST}{group.pk}/check/")

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["targets"][0]["ok"]) == ("up", True)


@pytest.mark.parametrize("role", ["technician", "manager", "auditor"])
def test_others_see_and_change_nothing(api, role):
    client, group = api(UserFactory(role=role)), GroupFactory()

    assert client.get(f"{LIST}{group.pk}/").status_code == 200
    assert client.get(OUTAGES).status_code == 200
    assert client.post(f"{LIST}{group.pk}/check/").status_code == 403
    assert client.patch(f"{LIST}{group.pk}/", {"enabled": False}).status_code == 403
    assert client.post(TEST_URL, {"url": "https://example.org/"}).status_code == 403


def test_employees_see_no_probes(api):
    client, group = api(UserFactory()), GroupFactory()

    assert client.get(LIST).status_code == 403
    assert client.get(OUTAGES).status_code == 403
    assert client.get(f"{LIST}{group.pk}/").status_code in {403, 404}


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://169.254.169.254/",
     "http://localhost/", "http://0x7f000001/", "http://2130706433/", "http://0/", "http://[fe80::1%25lo]/",
     "https://user:pass@127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://1.1.1.1:22/", "x"],
)  # fmt: skip
def test_the_test_of_an_address_never_reaches_inside(admin, url):
    with listener():
        answer = admin.post(TEST_URL, {"url": url})

    assert answer.status_code == 200
    assert answer.json()["ok"] is not True
    assert answer.json()["error"]


def test_the_test_of_an_address_shows_no_content(admin, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as port:
        answer = admin.post(TEST_URL, {"url": f"http://127.0.0.1:{port + 1 if port < 65000 else port - 1}/"})

    assert set(answer.json()) == {"ok", "status", "cause", "error", "response_ms", "address", "url"}


def test_maintenance_is_agreed_on_ahead(admin):
    group, now = GroupFactory(), timezone.now()
    path = f"{LIST}{group.pk}/windows/"
    times = {"start": (now + timedelta(hours=1)).isoformat(), "finish": (now + timedelta(hours=2)).isoformat()}

    assert admin.post(path, times | {"note": "A new router."}).status_code == 201
    assert admin.get(path).json()["results"][0]["note"] == "A new router."
    assert Event.objects.about(group).get().verb == "probe-window"


def test_maintenance_comes_every_week_until_it_is_cancelled(admin):
    group, now = GroupFactory(), timezone.now()
    path = f"{LIST}{group.pk}/windows/"
    times = {"start": (now - timedelta(hours=1)).isoformat(), "finish": (now + timedelta(hours=1)).isoformat()}
    made = admin.post(path, times | {"note": "A new router.", "weekly": True}).json()
    assert (made["weekly"], made["next"]["start"], made["cancelled_at"]) == (True, made["start"], None)

    assert admin.post(f"{path}{made['id']}/cancel/", {"note": "Sold."}).status_code == 200
    read = admin.get(path).json()["results"][0]
    assert read["next"] is None
    assert read["cancelled_at"]
    assert admin.post(f"{path}{made['id']}/cancel/").status_code == 400


def test_a_window_is_cancelled_through_its_own_probe_by_administrators(admin, api):
    group, other, now = GroupFactory(), GroupFactory(), timezone.now()
    path = f"{LIST}{group.pk}/windows/"
    times = {"start": (now + timedelta(hours=1)).isoformat(), "finish": (now + timedelta(hours=2)).isoformat()}
    window = admin.post(path, times | {"note": "A new router."}).json()["id"]

    assert admin.post(f"{LIST}{other.pk}/windows/{window}/cancel/").status_code == 404
    assert api(UserFactory(manager=True)).post(f"{path}{window}/cancel/").status_code == 403
    assert admin.post(f"{path}{window}/cancel/").status_code == 200
    assert admin.get(path).json()["results"] == []


@pytest.mark.parametrize(("start", "finish"), [(2, 1), (1, 1), (-3, -2)])
def test_a_window_that_is_over_or_upside_down_is_refused(admin, start, finish):
    group, now = GroupFactory(), timezone.now()
    times = {"start": (now + timedelta(hours=start)).isoformat(), "finish": (now + timedelta(hours=finish)).isoformat()}

    assert admin.post(f"{LIST}{group.pk}/windows/", times | {"note": "Router"}).status_code == 400


@pytest.fixture
def outage():
    start = timezone.now() - timedelta(hours=2)
    case = SuspensionFactory(start=start, finish=start + timedelta(minutes=14), status="restored", origin="probe")
    return Outage.objects.create(
        group=GroupFactory(), start=start, finish=case.finish, cause="link", suspension=case, incident=IncidentFactory()
    )


def test_outages_are_listed_with_their_case(admin, outage):
    row = admin.get(OUTAGES).json()["results"][0]

    assert row["duration_seconds"] == 14 * 60
    assert row["suspension"] == {"id": outage.suspension.pk, "number": outage.suspension.number}
    assert row["suspensions"] == [row["suspension"]]
    assert row["incident"] == outage.incident.pk
    assert row["group"]["name"] == outage.group.name
    assert admin.get(f"{OUTAGES}{outage.pk}/").json() == row


def test_open_outages_are_told_from_past_ones(admin, outage):
    lasting = Outage.objects.create(group=GroupFactory(), start=timezone.now())

    assert [row["id"] for row in admin.get(f"{OUTAGES}?open=true").json()["results"]] == [lasting.pk]
    assert [row["id"] for row in admin.get(f"{OUTAGES}?open=false").json()["results"]] == [outage.pk]
    assert [row["id"] for row in admin.get(f"{OUTAGES}?group={outage.group.pk}").json()["results"]] == [outage.pk]
    assert admin.get(f"{OUTAGES}?open=maybe&cause=weather").status_code == 400


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_outages_are_exported(admin, outage, form):
    answer = admin.get(f"{OUTAGES}export/?format={form}")

    assert answer.status_code == 200
    if form == "csv":
        assert "14.0" in b"".join(answer.streaming_content).decode()
    answer.close()


def test_every_case_of_an_outage_is_named(admin, outage):
    later = SuspensionFactory(start=outage.start, finish=outage.finish, status="restored")
    outage.siblings.add(later)
    numbers = [outage.suspension.number, later.number]

    assert [case["number"] for case in admin.get(OUTAGES).json()["results"][0]["suspensions"]] == numbers
    answer = admin.get(f"{OUTAGES}export/?format=json")
    assert ", ".join(numbers) in b"".join(answer.streaming_content).decode()


def test_the_export_for_people_says_what_it_is_about(admin, outage):
    answer = admin.get(f"{OUTAGES}export/?format=csv_semicolon&open=false&cause=link&group={outage.group.pk}")

    head = b"".join(answer.streaming_content).decode().split("\r\n\r\n")[0]
    assert f"Running: no; Probe: {outage.group.name}; Cause: link" in head


def test_without_a_case_what_nobody_measured_is_not_counted(outage):
    outage.suspension = None
    outage.left_out = timedelta(minutes=4)

    assert outage.downtime == timedelta(minutes=10)


@pytest.mark.parametrize("field", ["process", "more_processes"])
def test_a_process_that_has_ended_is_refused(admin, field):
    ended = TechProcessFactory(active_to=timezone.localdate() - timedelta(days=30))
    group = GroupFactory()

    answer = admin.patch(f"{LIST}{group.pk}/", {field: ended.pk if field == "process" else [ended.pk]})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "inactive"


@pytest.mark.parametrize("path", [LIST, OUTAGES])
def test_a_list_costs_the_same_at_one_and_at_thirty_rows(admin, path, django_assert_max_num_queries):
    for number in range(30):
        start = timezone.now() - timedelta(days=number)
        case = SuspensionFactory(start=start, finish=start + timedelta(minutes=1), status="restored")
        outage = Outage.objects.create(group=GroupFactory(), start=start, finish=case.finish, suspension=case)
        outage.siblings.set([SuspensionFactory(start=start)])

    with django_assert_max_num_queries(8):
        assert admin.get(path).json()["count"] == 30


def test_outages_are_written_by_the_probe_alone(admin, outage):
    assert admin.post(OUTAGES, {}).status_code == 405
    assert admin.patch(f"{OUTAGES}{outage.pk}/", {}).status_code == 405
    assert admin.delete(f"{LIST}{outage.group.pk}/").status_code == 405
