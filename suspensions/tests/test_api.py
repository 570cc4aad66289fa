from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.tests.factories import UserFactory
from suspensions.models import Risk, Segment, Suspension, TechProcess
from suspensions.tests.factories import (
    ProcessLimitFactory,
    RiskFactory,
    RiskSourceFactory,
    SuspensionFactory,
    TechProcessFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/suspensions/"
HOUR = timedelta(hours=1)


@pytest.fixture
def body():
    TechProcessFactory(code="DU_25")
    RiskSourceFactory(code="PROVAIDER")
    return {"process": "DU_25", "risk_source": "PROVAIDER", "start": (timezone.now() - HOUR).isoformat()}


def faults(answer):
    return {error["attr"]: error["code"] for error in answer.json()["errors"]}


def test_downtime_is_recorded_by_codes(api, body):
    user = UserFactory()
    answer = api(user).post(URL, body)

    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["status"], shown["origin"], shown["author"]["id"]) == ("registered", "manual", user.pk)
    assert shown["process"]["code"] == "DU_25"
    assert shown["duration_minutes"] == pytest.approx(60, abs=1)
    assert answer["ETag"] == '"1"'


def test_with_a_finish_it_is_restored(api, body):
    answer = api(UserFactory()).post(URL, body | {"finish": timezone.now().isoformat()})

    assert answer.json()["status"] == "restored"


def test_the_same_key_records_once(api, body):
    client = api(UserFactory())
    first = client.post(URL, body, headers={"Idempotency-Key": "k1"})
    again = client.post(URL, body, headers={"Idempotency-Key": "k1"})

    assert (first.json()["id"], Suspension.objects.count()) == (again.json()["id"], 1)


def test_what_the_server_sets_is_ignored(api, body):
    sent = body | {"status": "closed", "number": "1999-0001", "origin": "probe", "author": 1, "version": 9}
    shown = api(UserFactory()).post(URL, sent).json()

    assert (shown["status"], shown["origin"], shown["version"]) == ("registered", "manual", 1)
    assert shown["number"] != "1999-0001"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"start": "2026-07-23T18:45:00"}, {"start": "naive"}),
        ({"start": "yesterday"}, {"start": "invalid"}),
        ({"start": "0001-01-01T00:00:00+14:00"}, {"start": "overflow"}),
        ({"start": "2150-01-01T00:00:00Z"}, {"start": "future"}),
        ({"finish": "2001-01-01T00:00:00Z"}, {"finish": "order"}),
        ({"finish": "2150-01-01T00:00:00Z"}, {"finish": "future"}),
        ({"degradation": 1.5}, {"degradation": "max_value"}),
        ({"degradation": "NaN"}, {"degradation": "invalid"}),
        ({"kind": "outage", "degradation": 0.5}, {"degradation": "invalid"}),
        ({"process": "NOBODY"}, {"process": "does_not_exist"}),
        ({"process": 10**30}, {"process": "does_not_exist"}),
        ({"process": {"id": 1}}, {"process": "incorrect_type"}),
        ({"risk_source": None}, {"risk_source": "null"}),
        ({"incident": 999}, {"incident": "does_not_exist"}),
        ({"loss": "-1"}, {"loss": "min_value"}),
        ({"currency": "rubles"}, {"currency": "invalid"}),
    ],
)
def test_bad_input_is_refused_at_its_field(api, body, wrong, fault):
    answer = api(UserFactory()).post(URL, body | wrong)

    assert (answer.status_code, faults(answer)) == (400, fault)
    assert not Suspension.objects.exists()


def test_segments_make_the_case(api, body):
    start, turn, finish = (timezone.now() - hours * HOUR for hours in (3, 2, 1))
    segments = [
        {"start": start.isoformat(), "finish": turn.isoformat(), "degradation": 1},
        {"start": turn.isoformat(), "finish": finish.isoformat(), "degradation": 0.25},
    ]
    sent = body | {"start": start.isoformat(), "finish": finish.isoformat(), "segments": segments}
    shown = api(UserFactory()).post(URL, sent).json()

    assert [part["degradation"] for part in shown["segments"]] == [1.0, 0.25]
    assert shown["duration_seconds"] == 7200


def test_segments_that_leave_the_case_are_refused(api, body):
    segments = [{"start": (timezone.now() - 2 * HOUR).isoformat()}]
    answer = api(UserFactory()).post(URL, body | {"segments": segments})

    assert (answer.status_code, faults(answer)) == (400, {"segments": "invalid"})


def test_a_gap_between_segments_is_not_downtime(api):
    case = SuspensionFactory(start=timezone.now() - 4 * HOUR, restored=True)
    case.segments.update(finish=case.start + HOUR)
    Segment.objects.create(suspension=case, start=case.finish - HOUR, finish=case.finish)

    assert api(UserFactory()).get(f"{URL}{case.pk}/").json()["duration_seconds"] == 7200


def test_restoring_takes_a_finish_or_now(api):
    case = SuspensionFactory()
    answer = api(case.author).post(f"{URL}{case.pk}/restore/", {"note": "Router restarted."})

    assert (answer.status_code, answer.json()["status"]) == (200, "restored")
    assert parse_datetime(answer.json()["finish"]) <= timezone.now()


def test_a_verb_out_of_turn_is_409_with_what_is_allowed(api):
    case = SuspensionFactory()
    answer = api(UserFactory(manager=True)).post(f"{URL}{case.pk}/close/")

    assert (answer.status_code, answer.json()["allowed"]) == (409, ["investigating", "restored"])


def test_a_patch_with_a_finish_restores(api):
    case = SuspensionFactory()
    answer = api(case.author).patch(f"{URL}{case.pk}/", {"finish": timezone.now().isoformat(), "root_cause": "Cable."})

    assert (answer.json()["status"], answer.json()["root_cause"]) == ("restored", "Cable.")


def test_a_stale_patch_is_412(api):
    case = SuspensionFactory()
    client = api(case.author)
    client.patch(f"{URL}{case.pk}/", {"description": "Newer."})
    answer = client.patch(f"{URL}{case.pk}/", {"description": "Older."}, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["version"]) == (412, 2)


def test_colleagues_see_a_case_and_do_not_change_it(api):
    case, client = SuspensionFactory(), api(UserFactory())

    assert client.get(f"{URL}{case.pk}/").status_code == 200
    assert client.patch(f"{URL}{case.pk}/", {"description": "Mine."}).status_code == 403


def test_a_deleted_case_is_404_but_for_administrators(api):
    case, admin = SuspensionFactory(), api(UserFactory(admin=True))
    assert admin.post(f"{URL}{case.pk}/delete/", {}).status_code == 400
    assert admin.post(f"{URL}{case.pk}/delete/", {"note": "Twice."}).status_code == 200

    assert api(UserFactory(manager=True)).get(f"{URL}{case.pk}/").status_code == 404
    assert admin.delete(f"{URL}{case.pk}/").status_code == 405


def test_mine_and_the_filters(api):
    me = UserFactory()
    mine, restored, other = (
        SuspensionFactory(author=me),
        SuspensionFactory(restored=True),
        SuspensionFactory(degraded=True),
    )
    SuspensionFactory(draft=True)
    announced = SuspensionFactory(planned=True, start=timezone.now() + HOUR)
    client = api(me)

    def found(query):
        return {row["id"] for row in client.get(f"{URL}{query}").json()["results"]}

    assert found("my/") == {mine.pk}
    assert found("?open=true") == {mine.pk, other.pk}
    assert found("?open=false") == {restored.pk}
    assert found("?planned=true") == {announced.pk}
    assert found("?kind=degradation") == {other.pk}
    assert found(f"?process={mine.process.code}") == {mine.pk}
    assert found(f"?risk_source={other.risk_source_id}&author={other.author_id}") == {other.pk}
    assert found(f"?search={restored.number}") == {restored.pk}
    assert found(f"?start_after={(timezone.now() + 2 * HOUR).isoformat().replace('+', '%2B')}") == set()
    assert len(found("?status=draft")) == 1
    assert client.get(f"{URL}?process=NOBODY").status_code == 400


def test_a_list_costs_the_same_at_one_and_at_twenty_rows(api):
    client = api(UserFactory())
    SuspensionFactory()
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)
    SuspensionFactory.create_batch(20)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(one) <= 6


def test_the_export_has_the_rows_of_the_list(api):
    SuspensionFactory(description="=cmd()|x")
    SuspensionFactory(restored=True)
    answer = api(UserFactory()).get(f"{URL}export/?open=true")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert len(text.splitlines()) == 2
    assert "'=cmd()|x" in text


def test_comments_and_the_timeline(api):
    case = SuspensionFactory()
    client = api(UserFactory())
    assert client.post(f"{URL}{case.pk}/comments/", {"text": "Noon, says the provider."}).status_code == 201

    assert [event["verb"] for event in client.get(f"{URL}{case.pk}/timeline/").json()["results"]] == ["comment"]
    assert client.get(f"{URL}{case.pk}/comments/").json()["results"][0]["text"] == "Noon, says the provider."


def test_a_process_is_added_with_a_schedule(api):
    admin = api(UserFactory(admin=True))
    sent = {"code": "REPORTS", "name": "Reports", "schedule": {"monday": "9-18", "time_zone": "Europe/Moscow"}}
    shown = admin.post("/api/v1/processes/", sent).json()
    assert (shown["schedule"]["monday"], shown["schedule"]["tuesday"], shown["active"]) == ("09:00-18:00", "", True)

    changed = admin.patch(f"/api/v1/processes/{shown['id']}/", {"schedule": None}).json()
    assert changed["schedule"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "a b"},
        {"schedule": {"monday": "25-26"}},
        {"schedule": {"time_zone": "Moon"}},
        {"active_from": "2026-02-01", "active_to": "2026-01-01"},
        {"code": "TAKEN"},
    ],
)
def test_a_process_that_means_nothing_is_refused(api, wrong):
    TechProcessFactory(code="TAKEN")
    answer = api(UserFactory(admin=True)).post("/api/v1/processes/", {"code": "REPORTS", "name": "Reports"} | wrong)

    assert answer.status_code == 400
    assert TechProcess.objects.count() == 1


def test_limits_are_proposed_under_their_process_and_approved(api):
    process, manager = TechProcessFactory(), UserFactory(manager=True)
    sent = {"valid_from": "2026-01-01", "case_minutes": 240, "degradation": 0.2, "document": "Order 12"}
    limit = api(manager).post(f"/api/v1/processes/{process.pk}/limits/", sent)
    assert (limit.status_code, limit.json()["status"], limit.json()["degradation"]) == (201, "proposed", 0.2)

    other = api(UserFactory(manager=True))
    assert api(manager).post(f"/api/v1/limits/{limit.json()['id']}/approve/").status_code == 403
    assert other.post(f"/api/v1/limits/{limit.json()['id']}/approve/").json()["status"] == "approved"
    assert len(other.get("/api/v1/limits/?on=2026-05-01").json()["results"]) == 1
    assert len(other.get(f"/api/v1/processes/{process.pk}/limits/").json()["results"]) == 1


def test_two_limits_at_once_are_refused(api):
    old = ProcessLimitFactory(approved=True)
    new = ProcessLimitFactory(process=old.process)
    answer = api(UserFactory(admin=True)).post(f"/api/v1/limits/{new.pk}/approve/")

    assert (answer.status_code, faults(answer)) == (400, {"valid_from": "overlap"})


def test_a_risk_source_is_put_out_of_use(api):
    source = RiskSourceFactory()
    shown = api(UserFactory(admin=True)).patch(f"/api/v1/risk-sources/{source.pk}/", {"active": False}).json()

    assert shown["active"] is False


def test_the_heat_map_holds_every_risk_twice(api):
    RiskFactory(code="R-04")
    shown = api(UserFactory(auditor=True)).get("/api/v1/risks/heatmap/").json()

    def filled(name):
        return [(cell["likelihood"], cell["impact"], cell["risks"]) for cell in shown[name] if cell["risks"]]

    assert (filled("inherent"), filled("residual")) == ([(4, 4, ["R-04"])], [(2, 3, ["R-04"])])
    assert len(shown["inherent"]) == 25


def test_the_years_of_a_risk_sum_events_minutes_and_losses(api, body):
    manager = api(UserFactory(manager=True))
    case = manager.post(
        URL, body | {"start": "2025-12-31T23:00:00Z", "finish": "2026-01-01T02:00:00Z", "loss": "100.50"}
    ).json()
    sent = {
        "code": "R-1", "title": "Cable", "processes": ["DU_25"], "likelihood": 1, "impact": 2,
        "residual_likelihood": 1, "residual_impact": 1, "suspensions": [case["id"]],
    }  # fmt: skip
    risk = manager.post("/api/v1/risks/", sent).json()

    assert manager.get(f"/api/v1/risks/{risk['id']}/years/").json() == [
        {"year": 2026, "events": 0, "minutes": 120.0, "losses": {}},
        {"year": 2025, "events": 1, "minutes": 60.0, "losses": {"RUB": "100.50"}},
    ]


@pytest.mark.parametrize("role", ["user", "technician"])
def test_the_risk_register_is_not_for_everybody(api, role):
    risk, client = RiskFactory(), api(UserFactory(role=role))

    assert client.get("/api/v1/risks/").status_code == 403
    assert client.get(f"/api/v1/risks/{risk.pk}/").status_code in {403, 404}


def test_a_risk_is_changed_and_exported(api):
    risk, manager = RiskFactory(), api(UserFactory(manager=True))
    assert manager.patch(f"/api/v1/risks/{risk.pk}/", {"residual_impact": 6}).status_code == 400
    assert manager.patch(f"/api/v1/risks/{risk.pk}/", {"residual_impact": 1}).json()["residual_score"] == 2
    text = b"".join(manager.get("/api/v1/risks/export/").streaming_content).decode("utf-8-sig")

    assert risk.code in text
    assert Risk.objects.get().version == 2
