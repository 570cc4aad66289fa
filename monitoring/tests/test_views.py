from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from accounts.tests.factories import UserFactory
from monitoring.models import MaintenanceWindow, Minute, Outage, TargetGroup
from monitoring.tests.factories import GroupFactory
from monitoring.tests.listeners import listener
from suspensions.models import TechProcess
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(page):
    return page(UserFactory(admin=True))


@pytest.fixture
def group():
    found = GroupFactory(name="Internet access")
    now = timezone.now().replace(second=0, microsecond=0)
    for target in found.targets.all():
        for number in range(1, 60):
            Minute.objects.create(target=target, at=now - timedelta(minutes=number), good=3, good_ms=120)
    found.targets.update(last_at=now, last_ok=True, last_ms=40)
    found.watch.last_at = found.watch.begun_at = timezone.now()
    found.watch.save()
    return found


def typed(**more):
    lines = more.pop("lines", [("http", "https://www.example.org/", ""), ("tcp", "1.1.1.1:53", "")])
    data = {"targets-TOTAL_FORMS": len(lines), "targets-INITIAL_FORMS": more.pop("initial", 0), "enabled": "on"}
    for number, (kind, address, expect) in enumerate(lines):
        data |= {f"targets-{number}-{name}": value for name, value in
                 (("kind", kind), ("address", address), ("expect", expect))}  # fmt: skip
    return data | more


def test_the_card_shows_state_strip_and_settings(page, group):
    text = page(UserFactory(technician=True)).get(group.get_absolute_url()).text

    assert "st-up" in text
    assert "http://1.1.1.1/" in text
    assert "40\u00a0ms" in text or "40 ms" in text
    assert "after 3 failed rounds" in text
    assert "2 of 2 targets" in text
    assert "Check now" not in text


def test_an_empty_list_says_what_to_do(admin, page):
    assert "Nothing is watched yet" in admin.get("/probes/").text
    assert "/probes/new/" in admin.get("/probes/").text
    assert "/probes/new/" not in page(UserFactory(technician=True)).get("/probes/").text


def test_an_employee_sees_no_probes(page, group):
    client = page(UserFactory())

    assert client.get("/probes/").status_code == 403
    assert client.get(group.get_absolute_url()).status_code in {403, 404}


def test_an_administrator_makes_a_probe(admin):
    process, source = TechProcessFactory(), RiskSourceFactory()

    answer = admin.post(
        "/probes/new/",
        typed(name="Internet access", process=process.pk, risk_source=source.pk, lines=[
            ("http", "https://www.example.org/", ""), ("tcp", "1.1.1.1:53", ""), ("http", "", ""),
        ]),
    )  # fmt: skip

    group = TargetGroup.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, group.get_absolute_url())
    assert [target.address for target in group.targets.all()] == ["https://www.example.org/", "1.1.1.1:53"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"lines": [("http", "", "")]}, "Between 1 and"),
        ({"lines": [("http", "http://127.0.0.1/", "")]}, "PROBE_ALLOWED_NETWORKS"),
        ({"quorum": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_watched_is_explained_and_what_was_typed_stays(admin, change, words):
    process, source = TechProcessFactory(), RiskSourceFactory()
    data = typed(**({"name": "Kept", "process": process.pk, "risk_source": source.pk} | change))

    answer = admin.post("/probes/new/", data)

    assert answer.status_code == 400
    assert words in answer.text
    assert not TargetGroup.objects.exists()


def test_an_administrator_sets_a_probe_up(admin, group):
    text = admin.get(f"/probes/{group.pk}/edit/").text
    assert 'value="http://1.1.1.1/"' in text

    answer = admin.post(
        f"/probes/{group.pk}/edit/",
        typed(name="Line", process=group.process.pk, risk_source=group.risk_source.pk, version=1, quorum="1", initial=2,
              lines=[("http", "http://1.1.1.1/", ""), ("http", "", "")]),
    )  # fmt: skip

    assert answer.status_code == 302, (answer.context["form"].errors, answer.context["targets"].errors)
    group.refresh_from_db()
    assert (group.name, group.quorum, group.enabled) == ("Line", 1, True)
    assert group.targets.get().minutes.count() == 59


def test_a_form_that_somebody_overtook_is_refused(admin, group):
    TargetGroup.objects.update(version=7)
    data = typed(name="Line", process=group.process.pk, risk_source=group.risk_source.pk, version=1)

    assert admin.post(f"/probes/{group.pk}/edit/", data).status_code == 412
    assert TargetGroup.objects.get().name == "Internet access"


def test_check_now_looks_and_leads_back(admin, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listener() as port:
        group = GroupFactory(addresses=[f"127.0.0.1:{port}"])
        answer = admin.post(f"/probes/{group.pk}/check/", follow=True)

    assert "Checked." in answer.text
    assert "st-up" in answer.text


def test_an_address_is_tested(admin):
    assert "Internal networks" in admin.get("/probes/test-url/").text

    text = admin.post("/probes/test-url/", {"url": "http://192.168.1.1/"}).text

    assert "not allowed" in text
    assert "Not tested" in text


def test_a_probe_is_deleted_with_a_reason_and_restored(admin, group):
    assert admin.post(f"/probes/{group.pk}/delete/", {"note": ""}).status_code == 400
    admin.post(f"/probes/{group.pk}/delete/", {"note": "Moved."})
    assert "Internet access" not in admin.get("/probes/").text

    admin.post(f"/probes/{group.pk}/undelete/")
    assert "Internet access" in admin.get("/probes/").text


def test_maintenance_is_agreed_on_and_taken_back(admin, group):
    start, finish = timezone.localtime() + timedelta(hours=1), timezone.localtime() + timedelta(hours=3)
    times = {"start": f"{start:%Y-%m-%dT%H:%M}", "finish": f"{finish:%Y-%m-%dT%H:%M}"}

    admin.post(f"/probes/{group.pk}/windows/new/", times | {"note": "A new router."})
    assert "A new router." in admin.get(group.get_absolute_url()).text

    admin.post(f"/probes/windows/{MaintenanceWindow.objects.get().pk}/cancel/")
    assert not MaintenanceWindow.objects.exists()


def test_the_page_says_when_weekly_maintenance_comes_and_takes_it_back(admin, group):
    start = timezone.localtime() - timedelta(hours=1)
    times = {"start": f"{start:%Y-%m-%dT%H:%M}", "finish": f"{start + timedelta(hours=3):%Y-%m-%dT%H:%M}"}
    admin.post(f"/probes/{group.pk}/windows/new/", times | {"note": "A new router.", "weekly": "on"})
    window = MaintenanceWindow.objects.get()

    text = admin.get(group.get_absolute_url()).text
    assert escape(window.words[0].upper() + window.words[1:]) in text
    admin.post(f"/probes/windows/{window.pk}/cancel/")
    assert "A new router." not in admin.get(group.get_absolute_url()).text.split("timeline")[0]


def test_work_announced_for_the_process_stands_beside_the_windows(admin, group):
    start = timezone.now() + timedelta(hours=1)
    work = SuspensionFactory(
        process=group.process, planned=True, announced_at=timezone.now(), start=start,
        planned_finish=start + timedelta(hours=1),
    )  # fmt: skip

    assert work.get_absolute_url() in admin.get(group.get_absolute_url()).text


def test_a_running_window_ends_when_it_is_taken_back(admin, group):
    now = timezone.now()
    window = MaintenanceWindow.objects.create(
        group=group, start=now - timedelta(hours=1), finish=now + timedelta(hours=1), note="Router",
        created_by=UserFactory(),
    )  # fmt: skip

    admin.post(f"/probes/windows/{window.pk}/cancel/")

    window.refresh_from_db()
    assert now - timedelta(minutes=1) < window.finish <= timezone.now()


@pytest.fixture
def outage(group):
    start = timezone.now() - timedelta(minutes=30)
    case = SuspensionFactory(start=start, finish=start + timedelta(minutes=14), status="restored", origin="probe")
    return Outage.objects.create(group=group, start=start, finish=case.finish, cause="link", suspension=case)


def test_outages_stand_on_card_and_list(admin, group, outage):
    for path in [group.get_absolute_url(), "/probes/", "/outages/", f"/outages/?group={group.pk}"]:
        text = admin.get(path).text
        assert outage.suspension.number in text
        assert "14\u00a0min" in text
    assert outage.suspension.number not in admin.get("/outages/?open=true").text


def test_outages_are_exported(admin, outage):
    answer = admin.get("/outages/export/?format=csv")

    assert "14.0" in b"".join(answer.streaming_content).decode()


def test_a_target_shows_the_minutes_in_which_it_failed(admin, group):
    target = group.targets.first()
    Minute.objects.create(
        target=target, at=timezone.now() - timedelta(hours=3), bad=3, cause="dns", error="The name cannot be resolved."
    )

    text = admin.get(f"/probes/targets/{target.pk}/").text

    assert "The name cannot be resolved." in text
    assert "Name service" in text or "name service" in text


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("path", ["/probes/", "/outages/", "card"])
def test_a_page_costs_the_same_at_one_and_at_thirty_rows(admin, group, path, rows, django_assert_max_num_queries):
    for number in range(rows):
        start = timezone.now() - timedelta(hours=number)
        case = SuspensionFactory(start=start, finish=start + timedelta(minutes=1), status="restored")
        Outage.objects.create(group=group, start=start, finish=case.finish, suspension=case)
        GroupFactory()

    with django_assert_max_num_queries(22):
        admin.get(group.get_absolute_url() if path == "card" else path)


@pytest.mark.parametrize("path", ["/probes/", "/probes/new/", "/outages/", "/probes/test-url/", "card"])
def test_pages_speak_russian_and_carry_no_inline_code(page, group, outage, path):
    text = page(UserFactory(admin=True, language="ru")).get(group.get_absolute_url() if path == "card" else path).text

    assert "Пробы" in text
    assert " style=" not in text
    assert "<script>" not in text


def test_the_legend_names_every_hatch_of_the_strip(admin, group):
    text = admin.get(group.get_absolute_url()).text

    assert 'fill="url(#p-plan)"/></svg>planned work</li>' in text


@pytest.mark.parametrize(("networks", "words"), [([], "out of reach"), (["192.168.0.0/16"], "within reach")])
def test_the_form_says_which_networks_are_within_reach(admin, settings, networks, words):
    settings.PROBE_ALLOWED_NETWORKS = networks

    assert words in admin.get("/probes/test-url/").text


def test_a_process_that_has_ended_is_offered_only_to_the_probe_that_has_it(admin, group):
    TechProcess.objects.filter(pk=group.process_id).update(
        name="Telegraph", active_to=timezone.localdate() - timedelta(days=2)
    )

    assert "Telegraph" not in admin.get("/probes/new/").text
    assert "Telegraph" in admin.get(f"/probes/{group.pk}/edit/").text
