"""The door that programs use: each verb once done, once refused, once unseen; versions, pages, filters, files."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from incidents.tests.standing import kept, standing
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/v1/incidents/"
Status = Incident.Status


def soon() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat()


class Verb(NamedTuple):
    """A verb: the state in which an administrator may do it and what it then is, and where it is out of turn."""

    name: str
    state: str
    ends: str
    out_of_turn: str
    body: dict[str, Any] = {}


VERBS = [
    Verb("take", "open", "in_progress", "closed"),
    Verb("release", "in_progress", "open", "resolved"),
    Verb("resolve", "in_progress", "resolved", "closed"),
    Verb("close", "resolved", "closed", "in_progress"),
    Verb("reopen", "closed", "in_progress", "open"),
    Verb("assign", "assigned", "open", "in_progress", {"assignee": None}),
    Verb("snooze", "open", "open", "closed", {"until": "2999-01-01T00:00:00Z", "note": "Waits for a part."}),
    Verb("watch", "open", "open", "deleted"),
    Verb("delete", "open", "open", "deleted", {"note": "Reported twice."}),
    Verb("undelete", "deleted", "open", "open"),
    Verb("comments", "open", "open", "deleted", {"text": "Looked at it."}),
]
each_verb = pytest.mark.parametrize("verb", VERBS, ids=[verb.name for verb in VERBS])


@pytest.fixture
def technician(api):
    return api(UserFactory(technician=True))


@pytest.fixture
def admin(api):
    return api(UserFactory(admin=True))


def at(incident, verb=""):
    return f"{LIST}{incident.pk}/{verb}"


def do(client, incident, verb, **headers):
    return client.post(at(incident, f"{verb.name}/"), verb.body, format="json", headers=headers)


def numbers(answer):
    return [row["id"] for row in answer.json()["results"]]


def codes(answer):
    return [(error["attr"], error["code"]) for error in answer.json()["errors"]]


class TestVerbs:
    @each_verb
    def test_what_is_done_is_answered_with_its_new_version(self, verb, admin):
        incident = standing(verb.state)

        answer = do(admin, incident, verb)

        assert answer.status_code == (201 if verb.name == "comments" else 200)
        assert (kept(incident).status, Event.objects.about(incident).count()) == (verb.ends, 1)
        if verb.name != "comments":
            assert answer.json()["status"] == verb.ends
            assert answer["ETag"] == f'"{answer.json()["version"]}"' == f'"{kept(incident).version}"'

    @each_verb
    def test_an_auditor_does_nothing(self, verb, api):
        incident = standing(verb.state)

        answer = do(api(UserFactory(auditor=True)), incident, verb)

        assert (answer.status_code, codes(answer)) == (403, [(None, "permission_denied")])
        assert not Event.objects.about(incident).exists()

    @each_verb
    def test_out_of_turn_is_a_conflict(self, verb, admin):
        incident = standing(verb.out_of_turn)

        answer = do(admin, incident, verb)

        assert answer.status_code == 409
        assert not Event.objects.about(incident).exists()
        if verb.name in {"take", "release", "resolve", "close", "reopen"}:
            assert codes(answer) == [(None, "move_refused")]
            assert answer.json()["allowed"] == sorted(Incident.MOVES[verb.out_of_turn])

    @each_verb
    def test_what_cannot_be_seen_is_not_found(self, verb, technician, admin):
        hidden = standing("deleted")

        seeker = admin if verb.name in {"delete", "undelete"} else technician
        if seeker is admin:
            hidden.pk = hidden.pk + 1

        assert do(seeker, hidden, verb).status_code == 404

    @each_verb
    def test_an_older_version_is_refused_with_the_current_one(self, verb, admin):
        if verb.name == "comments":  # adds and overwrites nothing, so it minds no version
            return
        incident = standing(verb.state, version=3)

        answer = do(admin, incident, verb, **{"If-Match": '"2"'})

        assert (answer.status_code, answer.json()["version"], answer["ETag"]) == (412, 3, '"3"')
        assert not Event.objects.about(incident).exists()

    def test_the_version_that_was_read_is_taken(self, technician):
        incident = IncidentFactory()
        read = technician.get(at(incident))

        answer = do(technician, incident, VERBS[0], **{"If-Match": read["ETag"]})

        assert (answer.status_code, answer["ETag"]) == (200, '"2"')

    def test_who_stops_watching_is_told_no_more(self, api):
        incident, me = IncidentFactory(), UserFactory()
        api(me).post(at(incident, "watch/"))

        assert api(me).post(at(incident, "unwatch/")).status_code == 200
        assert not incident.watchings.exists()

    @pytest.mark.parametrize(
        ("verb", "body", "fault"),
        [
            ("assign", {}, ("assignee", "required")),
            ("assign", {"assignee": 999999}, ("assignee", "does_not_exist")),
            ("snooze", {"note": "x"}, ("until", "required")),
            ("snooze", {"until": "2020-01-01T00:00:00Z", "note": "x"}, ("until", "invalid")),
            ("snooze", {"until": "2999-01-01T00:00:00Z", "note": ""}, ("note", "blank")),
            ("delete", {"note": " "}, ("note", "blank")),
            ("comments", {"text": " "}, ("text", "blank")),
            ("take", {"note": "x" * 5001}, ("note", "max_length")),
        ],
    )
    def test_a_body_that_lacks_something_is_refused_at_its_field(self, verb, body, fault, admin):
        incident = IncidentFactory()

        answer = admin.post(at(incident, f"{verb}/"), body, format="json")

        assert (answer.status_code, codes(answer)) == (400, [fault])
        assert not Event.objects.about(incident).exists()

    def test_a_colleague_who_does_not_respond_cannot_be_assigned(self, technician):
        answer = technician.post(at(IncidentFactory(), "assign/"), {"assignee": UserFactory().pk}, format="json")

        assert (answer.status_code, codes(answer)) == (400, [("assignee", "invalid")])


class TestReading:
    def test_an_incident_is_read_whole(self, technician):
        incident = IncidentFactory(in_progress=True)

        read = technician.get(at(incident)).json()

        assert (read["id"], read["status"], read["version"]) == (incident.pk, "in_progress", 1)
        assert read["reporter"] == {
            "id": incident.reporter_id, "username": incident.reporter.username, "name": incident.reporter.name,
        }  # fmt: skip
        assert read["assignee"]["id"] == incident.assignee_id
        assert read["acknowledged_at"].endswith("Z")

    @pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"7", "1"', "*"])
    def test_what_is_known_is_not_sent_again(self, known, technician):
        answer = technician.get(at(IncidentFactory()), headers={"If-None-Match": known})

        assert (answer.status_code, answer["ETag"], answer.content) == (304, '"1"', b"")

    @pytest.mark.parametrize("known", ['"2"', "nonsense", ""])
    def test_what_is_not_known_is_sent(self, known, technician):
        assert technician.get(at(IncidentFactory()), headers={"If-None-Match": known}).status_code == 200

    def test_comments_and_timeline_are_read_oldest_first(self, technician):
        incident = IncidentFactory()
        for text in ("One.", "Two."):
            technician.post(at(incident, "comments/"), {"text": text})

        said = technician.get(at(incident, "comments/")).json()["results"]
        lines = technician.get(at(incident, "timeline/")).json()["results"]

        assert [comment["text"] for comment in said] == ["One.", "Two."]
        assert [(line["verb"], line["note"], line["channel"]) for line in lines] == [
            ("comment", "One.", "api"), ("comment", "Two.", "api"),
        ]  # fmt: skip

    def test_a_stranger_is_asked_to_sign_in(self, api):
        assert api().get(LIST).status_code == 401


class TestReporting:
    def test_a_report_opens_an_incident_in_the_callers_name(self, api):
        me = UserFactory()

        answer = api(me).post(LIST, {"description": "All is down", "severity": "high"}, format="json")

        incident = Incident.objects.get()
        assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, at(incident), '"1"')
        assert (incident.reporter, incident.title, incident.severity) == (me, "All is down", "high")

    def test_what_the_server_sets_is_ignored_when_sent(self, api):
        sent = {"description": "Down", "status": "closed", "id": 7, "occurrences": 9, "version": 5, "reporter": 1}

        answer = api(UserFactory()).post(LIST, sent, format="json").json()

        assert (answer["status"], answer["occurrences"], answer["version"]) == ("open", 1, 1)

    @pytest.mark.parametrize(
        ("wrong", "fault"),
        [
            ({"description": ""}, ("description", "blank")),
            ({"description": "x" * 5001}, ("description", "max_length")),
            ({"title": "x" * 201}, ("title", "max_length")),
            ({"severity": "awful"}, ("severity", "invalid_choice")),
            ({"source": "rumour"}, ("source", "invalid_choice")),
            ({"assignee": 999999}, ("assignee", "does_not_exist")),
        ],
    )
    def test_what_means_nothing_is_refused_at_its_field(self, wrong, fault, technician):
        answer = technician.post(LIST, {"description": "Down"} | wrong, format="json")

        assert (answer.status_code, codes(answer)) == (400, [fault])
        assert not Incident.objects.exists()

    def test_a_repeated_key_answers_the_same_and_opens_one(self, technician):
        first, second = (
            technician.post(LIST, {"description": "Down"}, format="json", headers={"Idempotency-Key": "k"})
            for _attempt in range(2)
        )

        assert (first.status_code, second.status_code, Incident.objects.count()) == (201, 201, 1)
        assert (second.json(), second["Location"], second["ETag"]) == (first.json(), first["Location"], '"1"')
        assert (second["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)

    def test_a_key_used_with_other_words_is_refused(self, technician):
        headers = {"Idempotency-Key": "k"}
        technician.post(LIST, {"description": "Down"}, format="json", headers=headers)

        answer = technician.post(LIST, {"description": "Up"}, format="json", headers=headers)

        assert (answer.status_code, codes(answer)) == (422, [(None, "idempotency_key_reused")])

    def test_a_key_belongs_to_whoever_sent_it(self, api):
        for person in (UserFactory(), UserFactory()):
            api(person).post(LIST, {"description": "Down"}, format="json", headers={"Idempotency-Key": "k"})

        assert Incident.objects.count() == 2

    def test_a_refusal_does_not_use_the_key_up(self, technician):
        headers = {"Idempotency-Key": "k"}
        assert technician.post(LIST, {"description": ""}, format="json", headers=headers).status_code == 400

        assert technician.post(LIST, {"description": "Down"}, format="json", headers=headers).status_code == 201


class TestPatching:
    def test_each_field_is_a_verb_of_its_own(self, technician):
        incident = IncidentFactory()
        sent = {"title": "No exchange", "severity": "high", "status": "in_progress", "note": "By phone."}

        answer = technician.patch(at(incident), sent, format="json", headers={"If-Match": '"1"'})

        assert (answer.status_code, answer["ETag"]) == (200, '"4"')
        assert [event.verb for event in Event.objects.about(incident)] == ["edit", "severity", "take"]

    @pytest.mark.parametrize("path", ["", "status/"])
    def test_an_older_version_changes_nothing(self, path, technician):
        incident = IncidentFactory(version=2)

        answer = technician.patch(
            at(incident, path), {"status": "resolved"}, format="json", headers={"If-Match": '"1"'}
        )

        assert (answer.status_code, answer["ETag"], kept(incident).status) == (412, '"2"', "open")

    @pytest.mark.parametrize("sent", [{"severity": "low"}, {"status": "resolved"}, {"assignee": 1}])
    def test_a_reporter_changes_words_and_no_more(self, sent, api):
        incident = IncidentFactory()
        reporter = api(incident.reporter)

        assert reporter.patch(at(incident), {"title": "New"} | sent, format="json").status_code == 403
        assert kept(incident).title == incident.title
        assert reporter.patch(at(incident), {"title": "New"}, format="json").json()["title"] == "New"

    def test_what_is_hidden_is_not_found(self, technician):
        assert technician.patch(at(IncidentFactory(deleted=True)), {"title": "New"}, format="json").status_code == 404

    @pytest.mark.parametrize("start", Status)
    @pytest.mark.parametrize("wanted", Status)
    def test_a_wanted_status_does_the_verb_that_leads_there(self, start, wanted, admin):
        leads = {
            ("open", "in_progress"): "take", ("open", "resolved"): "resolve", ("open", "closed"): "close",
            ("in_progress", "open"): "release", ("in_progress", "resolved"): "resolve",
            ("resolved", "closed"): "close", ("resolved", "in_progress"): "reopen",
            ("closed", "in_progress"): "reopen",
        }  # fmt: skip
        incident, verb = standing(str(start)), leads.get((start, wanted))

        answer = admin.patch(at(incident, "status/"), {"status": wanted, "note": "So be it."}, format="json")

        said = [(event.verb, event.note) for event in Event.objects.about(incident)]
        assert (answer.status_code, said) == ((200, [(verb, "So be it.")]) if verb else (409, []))
        assert kept(incident).status == (wanted if verb else start)
        if not verb:
            assert answer.json()["allowed"] == sorted(Incident.MOVES[start])

    @pytest.mark.parametrize(("sent", "code"), [({}, "required"), ({"status": "lost"}, "invalid_choice")])
    def test_a_status_that_is_none_is_refused(self, sent, code, admin):
        answer = admin.patch(at(IncidentFactory(), "status/"), sent, format="json")

        assert (answer.status_code, codes(answer)) == (400, [("status", code)])


class TestListing:
    @pytest.mark.parametrize("ordering", ["", "&ordering=created_at", "&ordering=-updated_at", "&ordering=id"])
    def test_a_walk_by_cursor_meets_each_once_and_leads_back(self, ordering, technician):
        made = sorted(incident.pk for incident in IncidentFactory.create_batch(5))
        there, back = [], []

        answer = technician.get(f"{LIST}?cursor=&page_size=2{ordering}")
        there.append(numbers(answer))
        while following := answer.json()["next"]:
            answer = technician.get(following)
            there.append(numbers(answer))
        while before := answer.json()["previous"]:
            answer = technician.get(before)
            back.append(numbers(answer))

        assert [len(part) for part in there] == [2, 2, 1]
        assert sorted(number for page in there for number in page) == made
        assert back == there[-2::-1]
        assert "count" not in answer.json()

    def test_a_row_that_comes_during_the_walk_shifts_nothing(self, technician):
        first, second, third = (IncidentFactory().pk for _number in range(3))
        page = technician.get(f"{LIST}?cursor=&page_size=2")
        IncidentFactory(created_at=timezone.now() + timedelta(minutes=1))

        assert (numbers(page), numbers(technician.get(page.json()["next"]))) == ([third, second], [first])

    @pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=e30", "cursor=&ordering=severity"])
    def test_a_cursor_that_means_nothing_is_refused(self, query, technician):
        answer = technician.get(f"{LIST}?{query}")

        assert (answer.status_code, codes(answer)) == (400, [("cursor", "invalid")])

    def test_a_cursor_of_another_ordering_is_refused(self, technician):
        IncidentFactory.create_batch(2)
        token = technician.get(f"{LIST}?cursor=&page_size=1&ordering=id").json()["next"]

        answer = technician.get(token.replace("ordering=id", "ordering=created_at"))

        assert (answer.status_code, codes(answer)) == (400, [("cursor", "invalid")])

    def test_pages_are_counted_and_linked(self, technician):
        IncidentFactory.create_batch(3)

        first = technician.get(f"{LIST}?page_size=2").json()
        last = technician.get(first["next"]).json()

        assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
        assert (last["count"], len(last["results"]), last["next"]) == (3, 1, None)
        assert technician.get(f"{LIST}?page=9").status_code == 404

    def test_filters_find_what_they_name(self, technician):
        mine = UserFactory(technician=True)
        plain = IncidentFactory(description="All quiet")
        mended = IncidentFactory(resolved=True, severity="high", source="partner", assignee=mine)
        closed = IncidentFactory(closed=True, title="The depositary again", severity="low")
        IncidentFactory(deleted=True)
        day = timedelta(days=1)
        Incident.objects.filter(pk=closed.pk).update(created_at=timezone.now() - 3 * day)
        yesterday = (timezone.now() - day).strftime("%Y-%m-%dT%H:%M:%SZ")

        for query, found in {
            "": [plain, mended, closed],
            "status=open": [plain],
            "status=resolved&status=closed": [mended, closed],
            "severity=high": [mended],
            "severity=high&severity=low": [mended, closed],
            "source=partner": [mended],
            f"assignee={mine.pk}": [mended],
            "assignee=none": [plain],
            f"reporter={plain.reporter_id}": [plain],
            f"created_after={yesterday}": [plain, mended],
            f"created_before={yesterday}": [closed],
            "search=DEPOSITARY+again": [closed],
            f"search=INC-{mended.pk}": [mended],
            "search=quiet&status=closed": [],
        }.items():
            assert set(numbers(technician.get(f"{LIST}?{query}"))) == {each.pk for each in found}, query

    def test_orderings_put_first_what_they_name(self, technician):
        low, critical = IncidentFactory(severity="low"), IncidentFactory(severity="critical", closed=True)
        Incident.objects.filter(pk=low.pk).update(created_at=timezone.now() - timedelta(days=1))

        for ordering, first in {
            "": critical, "created_at": low, "-created_at": critical, "severity": low, "-severity": critical,
            "status": low, "-status": critical, "id": low, "-id": critical, "-updated_at": critical,
        }.items():  # fmt: skip
            query = f"?ordering={ordering}" if ordering else ""
            assert numbers(technician.get(f"{LIST}{query}"))[0] == first.pk, ordering


class TestExporting:
    def body(self, client, query):
        answer = client.get(f"{LIST}export/?{query}")
        assert answer.status_code == 200
        return answer, b"".join(answer)

    @pytest.mark.parametrize(
        ("form", "kind", "ending"),
        [
            ("csv", "text/csv; charset=utf-8", "csv"),
            ("csv_semicolon", "text/csv; charset=utf-8", "csv"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            ("json", "application/json", "json"),
        ],
    )
    def test_each_format_holds_the_same_rows(self, form, kind, ending, technician):
        incident = IncidentFactory(title="=1+1", severity="high")
        IncidentFactory(severity="low")

        answer, body = self.body(technician, f"format={form}&severity=high")

        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].endswith(f'.{ending}"')
        if form == "xlsx":
            rows = [list(row) for row in load_workbook(BytesIO(body)).active.values]
        elif form == "json":
            rows = [list(row) for row in json.loads(body)]
            rows += [list(row.values()) for row in json.loads(body)]
        else:
            rows = [line.split(";" if "semi" in form else ",") for line in body.decode("utf-8-sig").splitlines()]
        assert [row[0] for row in rows] == ["Number", f"INC-{incident.pk}"]
        assert rows[1][1] == ("=1+1" if form == "json" else "'=1+1")  # no spreadsheet runs it

    def test_what_was_taken_along_is_written_down(self, api):
        me = UserFactory()
        IncidentFactory.create_batch(2)
        IncidentFactory(deleted=True)

        _answer, body = self.body(api(me), "format=csv&status=open")

        event = Event.objects.about(me).get()
        assert len(body.splitlines()) == 3
        assert (event.verb, event.after["rows"], event.after["filters"]) == ("export", 2, {"status": "open"})

    def test_nothing_is_an_empty_register(self, technician):
        assert json.loads(self.body(technician, "format=json")[1]) == []
