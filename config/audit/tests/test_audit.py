import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as real
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts import services as people
from accounts.models import FailedSignIn, Organisation, Role
from accounts.tests.factories import PASSWORD, UserFactory
from incidents import services
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import TechProcessFactory
from workflow.actor import Actor, Channel
from workflow.models import Event
from workflow.wording import VERBS

pytestmark = pytest.mark.django_db
TIMELINE = "/api/v1/timeline/"
START = datetime(2026, 7, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def auditor(api):
    return api(UserFactory(auditor=True))


def by(user=None, channel=Channel.PAGE):
    return Actor(user or UserFactory(technician=True), channel)


def event(subject, *, minute, user=None, verb="take", channel="page", **fields):
    person = user or UserFactory(technician=True)
    return Event.objects.create(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        actor=person,
        actor_label=person.name,
        verb=verb,
        channel=channel,
        at=START + timedelta(minutes=minute),
        **fields,
    )


def failure(account="stranger", *, minute, door="page"):
    at = START + timedelta(minutes=minute)
    return FailedSignIn.objects.create(account=account, address="192.168.5.9", door=door, at=at)


def ids(response):
    return [line["id"] for line in response.data["results"]]


def test_events_and_failed_sign_ins_are_one_trail_newest_first(auditor):
    incident = IncidentFactory()
    first, second = event(incident, minute=1), event(incident, minute=3)
    wrong = failure(minute=2)

    lines = auditor.get(TIMELINE).data["results"]

    assert [line["id"] for line in lines] == [second.pk, -wrong.pk, first.pk]
    assert lines[1] == {
        "id": -wrong.pk,
        "at": "2026-07-23T09:02:00Z",
        "actor": {"id": None, "username": None, "name": "stranger"},
        "channel": "page",
        "verb": "sign-in-failed",
        "subject": None,
        "before": {},
        "after": {"address": "192.168.5.9", "door": "page"},
        "note": "",
        "request_id": "",
    }


def test_a_line_says_what_it_is_about_with_a_link_for_who_may_see_it(auditor):
    incident = IncidentFactory(title="No exchange")
    event(incident, minute=1)

    subject = auditor.get(TIMELINE).data["results"][0]["subject"]

    assert subject == {
        "noun": "incident",
        "id": incident.pk,
        "name": f"INC-{incident.pk} No exchange",
        "url": f"/incidents/{incident.pk}/",
    }


def test_what_the_reader_may_not_see_is_a_number_without_a_link(auditor, api):
    incident = IncidentFactory(deleted=True, title="A secret title")
    event(incident, minute=1)

    assert auditor.get(TIMELINE).data["results"][0]["subject"] == {
        "noun": "incident",
        "id": incident.pk,
        "name": f"incident {incident.pk}",
        "url": "",
    }
    assert "A secret title" in api(UserFactory(admin=True)).get(TIMELINE).data["results"][0]["subject"]["name"]


@pytest.mark.parametrize("role", ["user", "technician", "manager"])
def test_others_have_no_access_by_any_door(api, client, role):
    somebody = UserFactory(role=role)
    client.force_login(somebody)

    assert api(somebody).get(TIMELINE).status_code == 403
    assert api(somebody).get(f"{TIMELINE}export/").status_code == 403
    assert client.get("/audit/").status_code == 403
    assert client.get("/audit/export/").status_code == 403
    assert api().get(TIMELINE).status_code == 401
    assert 'href="/audit/"' not in client.get("/").text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_changes_the_trail(api, method):
    assert getattr(api(UserFactory(admin=True)), method)(TIMELINE).status_code == 405


def test_each_filter_leaves_what_fits(auditor):
    orlov = UserFactory(username="orlov", last_name="Орлов", email="i.orlov@example.org")
    incident, other = IncidentFactory(), Organisation.objects.get()
    taken = event(incident, minute=1, user=orlov)
    edited = event(other, minute=2, verb="edit", channel="api", request_id="r-1")
    wrong = failure("orlov", minute=3)
    by_mail = failure("i.orlov@example.org", minute=4, door="api")
    letter = failure("reset:MQ", minute=5, door="reset")

    def found(query):
        return set(ids(auditor.get(f"{TIMELINE}?{query}")))

    assert found(f"actor={orlov.pk}") == {taken.pk, -wrong.pk, -by_mail.pk}
    assert found("person=Орлов") == {taken.pk}
    assert found("person=ORLOV") == {taken.pk, -wrong.pk, -by_mail.pk}
    assert found("verb=edit") == {edited.pk}
    assert found("verb=sign-in-failed") == {-wrong.pk, -by_mail.pk, -letter.pk}
    assert found("noun=incident") == {taken.pk}
    assert found(f"noun=incident&subject={incident.pk}") == {taken.pk}
    assert found("channel=api") == {edited.pk, -by_mail.pk}
    assert found("channel=page") == {taken.pk, -wrong.pk, -letter.pk}
    assert found("request_id=r-1") == {edited.pk}
    assert found("at_after=2026-07-23T09:02:00Z&at_before=2026-07-23T09:04:00Z") == {edited.pk, -wrong.pk}


@pytest.mark.parametrize(
    "query",
    ["at_after=soon", "actor=x", "actor=999999", "noun=moon", "channel=door", "subject=-1", f"subject={2**70}",
     "person=%00", "cursor=nonsense", "page=0", "cursor=WyJ4IiwgMSwgZmFsc2Vd"],
)  # fmt: skip
def test_filters_that_mean_nothing_are_refused(auditor, query):
    event(IncidentFactory(), minute=1)

    assert auditor.get(f"{TIMELINE}?{query}").status_code == 400


def walk(client, url):
    """Follow `next` to the end and return the ids of every page."""
    pages = []
    while url:
        data = client.get(url).data
        pages.append([line["id"] for line in data["results"]])
        url = data["next"]
    return pages


@pytest.mark.parametrize("start", ["page_size=2", "page_size=2&cursor="])
def test_pages_and_cursors_walk_the_whole_trail_without_loss_or_repetition(auditor, start):
    incident = IncidentFactory()
    expected = []
    for minute in (1, 1, 2, 3, 3):  # moments that coincide, within a table and across
        expected += [(minute, event(incident, minute=minute).pk), (minute, -failure(minute=minute).pk)]
    expected.sort(reverse=True)

    pages = walk(auditor, f"{TIMELINE}?{start}")

    assert [one for page in pages for one in page] == [key for _minute, key in expected]
    assert [len(page) for page in pages] == [2] * 5


def test_a_cursor_walks_back_as_well(auditor):
    incident = IncidentFactory()
    for minute in range(4):
        event(incident, minute=minute)
        failure(minute=minute)
    first = auditor.get(f"{TIMELINE}?page_size=3&cursor=").data
    second = auditor.get(first["next"]).data
    third = auditor.get(second["next"]).data

    assert auditor.get(third["previous"]).data["results"] == second["results"]
    assert auditor.get(second["previous"]).data["results"] == first["results"]


def test_lists_count_both_tables(auditor):
    event(IncidentFactory(), minute=1)
    failure(minute=2)

    assert auditor.get(f"{TIMELINE}?page_size=1").data["count"] == 2


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", [True, False], ids=["page", "API"])
def test_a_page_costs_the_same_at_two_and_at_fifty_lines(client, auditor, page):
    reader, url = (client, "/audit/") if page else (auditor, TIMELINE)
    client.force_login(UserFactory(auditor=True))
    event(IncidentFactory(), minute=1)
    event(Organisation.objects.get(), minute=1)
    failure(minute=1)
    client.get("/audit/")
    few = queries_of(reader, url)
    for minute in range(2, 24):
        event(IncidentFactory(), minute=minute)
        failure(minute=minute)

    assert queries_of(reader, url) == few <= 12


def test_internal_events_are_read_by_those_who_see_what_is_internal(auditor, api):
    incident = IncidentFactory()
    hidden = event(incident, minute=1, verb="comment", internal=True)

    assert ids(auditor.get(TIMELINE)) == [hidden.pk]
    assert api(UserFactory()).get(f"/api/v1/incidents/{incident.pk}/timeline/").data["results"] == []
    assert api(UserFactory(technician=True)).get(f"/api/v1/incidents/{incident.pk}/timeline/").data["count"] == 1


# Exports


def lines_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_export_is_the_filtered_trail_and_becomes_a_line_of_it(api):
    reader = UserFactory(auditor=True)
    event(IncidentFactory(), minute=1, note="=cmd()")
    failure(minute=2)
    event(IncidentFactory(), minute=3, verb="close")

    rows = lines_of(api(reader).get(f"{TIMELINE}export/?verb=take&format=csv"))

    assert len(rows) == 2
    assert rows[1][9] == "'=cmd()"
    said = Event.objects.about(reader).get(verb="export")
    assert said.after == {"register": "audit", "format": "csv", "rows": 1, "filters": {"verb": "take"}}
    assert said.channel == "api"


def test_the_page_exports_every_format(client):
    client.force_login(UserFactory(auditor=True))
    event(IncidentFactory(), minute=1, before={"status": "open"}, after={"status": "closed"})
    failure(minute=2)
    query = "?at_before=2026-08-01"

    sheet = load_workbook(io.BytesIO(b"".join(client.get(f"/audit/export/{query}&format=xlsx")))).active
    told = json.loads(b"".join(client.get(f"/audit/export/{query}&format=json")))

    assert sheet.max_row == 3
    assert [line["Action"] for line in told] == ["sign-in-failed", "take"]
    assert json.loads(told[1]["After"]) == {"status": "closed"}


def test_an_export_is_noted_before_its_first_byte_and_read_in_chunks(auditor, django_assert_max_num_queries):
    incident = IncidentFactory()
    for minute in range(30):
        event(incident, minute=minute)
        failure(minute=minute)
    response = auditor.get(f"{TIMELINE}export/")
    assert Event.objects.get(verb="export").after["rows"] == 60

    with django_assert_max_num_queries(2):
        assert len(lines_of(response)) == 1 + 60 + 1  # and the export itself, which was there when the reading began


def test_every_export_of_incidents_is_noted_too(client, api):
    technician = UserFactory(technician=True)
    client.force_login(technician)
    IncidentFactory(severity="high")

    b"".join(client.get("/incidents/export/?tab=all&severity=high&format=xlsx"))
    b"".join(api(technician).get("/api/v1/incidents/export/?status=closed").streaming_content)

    said = [one.after for one in Event.objects.about(technician).filter(verb="export")]
    assert said == [
        {"register": "incidents", "format": "xlsx", "rows": 1, "filters": {"tab": "all", "severity": "high"}},
        {"register": "incidents", "format": "csv", "rows": 0, "filters": {"status": "closed"}},
    ]


# What is written down


def verbs_of(auditor):
    return {line["verb"] for line in auditor.get(TIMELINE).data["results"]}


def test_coming_and_going_good_and_bad_is_written_down(auditor, client):
    UserFactory(username="orlov")
    client.post("/sign-in/", {"username": "orlov", "password": "wrong"})
    client.post("/sign-in/", {"username": "orlov", "password": PASSWORD})
    client.post("/sign-out/")

    assert {"sign-in", "sign-in-failed", "sign-out"} <= verbs_of(auditor)


def test_a_role_a_deletion_and_a_stolen_token_are_written_down(auditor, api):
    admin, person = UserFactory(admin=True), UserFactory(username="orlov")
    people.set_role(person, by=by(admin), role=Role.TECHNICIAN)
    services.delete(IncidentFactory(), by=by(admin), note="Reported twice.")
    pair = api().post("/api/identity/auth/jwt/create/", {"username": "orlov", "password": PASSWORD}).data
    person.sign_ins.update(rotation=2, rotated_at=START)
    assert api().post("/api/identity/auth/jwt/refresh/", {"refresh": pair["refresh"]}).status_code == 401

    assert {"set-role", "delete", "token-reused"} <= verbs_of(auditor)
    assert person.sign_ins.alive().count() == 0


def test_every_verb_that_is_written_down_has_words():
    """A new verb needs its words in `VERBS` of workflow.wording, which apps add to when they start."""
    apps = [name for name in real.INSTALLED_APPS if "." not in name] + ["config"]
    sources = [path for app in apps for path in Path(real.BASE_DIR, app).rglob("*.py") if "tests" not in path.parts]
    written = {verb for path in sources for verb in re.findall(r'\bverb="([a-z-]+)"', path.read_text("utf-8"))}

    assert written - VERBS.keys() == set()


# The page


def test_the_page_says_in_words_who_did_what_and_links_to_it(client):
    client.force_login(UserFactory(auditor=True, language="ru"))
    incident = IncidentFactory(title="Нет обмена")
    event(incident, minute=1, before={"status": "open"}, after={"status": "in_progress"})
    failure(minute=2)

    text = client.get("/audit/?at_before=2026-08-01").text

    assert "берёт в работу" in text
    assert "не может войти" in text
    assert f'href="/incidents/{incident.pk}/"' in text
    assert "192.168.5.9" in text


def test_the_page_escapes_what_strangers_typed(client):
    client.force_login(UserFactory(auditor=True))
    failure("<script>alert(1)</script>", minute=1)

    assert "<script>alert" not in client.get("/audit/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [("at_after=soon", False), ("noun=moon", False), ("channel=dove", False), ("page=zzz", True), ("page=999", True)],
)
def test_a_filter_that_means_nothing_finds_nothing_and_a_page_that_is_none_is_another(client, query, found):
    client.force_login(UserFactory(auditor=True))
    event(IncidentFactory(), minute=1)

    answer = client.get(f"/audit/?{query}")

    assert (answer.status_code, bool(answer.context["lines"])) == (200, found)
    assert ("No line fits" in answer.text) is not found


def test_the_page_of_a_quiet_journal_says_so(client):
    client.force_login(UserFactory(auditor=True))

    assert "No line fits" in client.get("/audit/?verb=snooze").text


def test_incidents_are_found_through_the_api_by_number(auditor):
    incident = IncidentFactory()
    services.take(incident, by=by())

    assert Incident.objects.get().status == "in_progress"
    assert auditor.get(f"{TIMELINE}?noun=incident&subject={incident.pk}").data["results"][0]["verb"] == "take"


def test_the_page_tells_of_a_process_and_its_limits(client):
    event(TechProcessFactory(), minute=1, verb="edit", after={"degradation_share": "0.2"})
    client.force_login(UserFactory(auditor=True))

    assert client.get("/audit/").status_code == 200
