import pytest

from notifications.models import Delivery, Notice
from notifications.services import deliver_due, set_preferences
from notifications.tests.factories import NOON, PLAIN, QUIET, SECRET, URGENT, PersonFactory, acting, states, tell
from workflow.models import Event

pytestmark = pytest.mark.django_db
NOTIFICATIONS, OUTBOX = "/api/v1/notifications/", "/api/v1/notifications/outbox/"


@pytest.fixture
def person():
    return PersonFactory()


class TestNotices:
    def test_one_reads_ones_own(self, api, person):
        tell(person, what="Fire")
        tell(PersonFactory(), what="Flood")

        answer = api(person).get(NOTIFICATIONS).data

        assert answer["count"] == 1
        [notice] = answer["results"]
        assert (notice["title"], notice["kind"], notice["url"]) == ("Fire happened", PLAIN.name, "/roof/")
        assert (notice["created_at"], notice["read_at"], notice["subject"]) == ("2026-07-23T12:00:00Z", None, None)

    def test_what_only_went_by_mail_is_not_listed(self, api, person):
        tell(person, kind=SECRET)

        assert api(person).get(NOTIFICATIONS).data["count"] == 0

    def test_a_list_costs_the_same_at_any_length(self, api, person, django_assert_num_queries):
        client = api(person)
        for more in (1, 49):
            for _number in range(more):
                tell(person)
            with django_assert_num_queries(1):
                client.get(NOTIFICATIONS)

    def test_unread_ones_can_be_asked_for(self, api, person):
        tell(person, what="First")
        Notice.objects.update(read_at=NOON)
        tell(person, what="Second")

        titles = {
            wanted: [notice["title"] for notice in api(person).get(NOTIFICATIONS, {"unread": wanted}).data["results"]]
            for wanted in ("true", "false")
        }

        assert titles == {"true": ["Second happened"], "false": ["First happened"]}
        assert api(person).get(f"{NOTIFICATIONS}unread/").data == {"count": 1}

    def test_reading_is_remembered_once(self, api, person):
        [notice] = tell(person)
        client = api(person)

        first = client.post(f"{NOTIFICATIONS}{notice.pk}/read/").data["read_at"]
        second = client.post(f"{NOTIFICATIONS}{notice.pk}/read/").data["read_at"]

        assert first == second
        assert first is not None

    def test_the_notice_of_another_is_as_good_as_missing(self, api, person):
        [notice] = tell(PersonFactory())
        client = api(person)

        foreign = client.post(f"{NOTIFICATIONS}{notice.pk}/read/")
        missing = client.post(f"{NOTIFICATIONS}{notice.pk + 1}/read/")

        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data
        assert client.get(f"{NOTIFICATIONS}{notice.pk}/").status_code == 404

    def test_all_that_was_seen_is_read_at_once(self, api, person):
        [seen] = tell(person)
        tell(person)
        tell(PersonFactory())

        assert api(person).post(f"{NOTIFICATIONS}read-all/", {"up_to": seen.pk}).data == {"count": 1}
        assert api(person).post(f"{NOTIFICATIONS}read-all/").data == {"count": 1}
        assert Notice.objects.unread().count() == 1

    def test_a_stranger_is_refused(self, api):
        assert api().get(NOTIFICATIONS).status_code == 401

    @pytest.mark.parametrize("query", [{"created_after": "yesterday"}, {"page": "x"}])
    def test_values_that_mean_nothing_are_refused(self, api, person, query):
        assert api(person).get(NOTIFICATIONS, query).status_code == 400


class TestPreferences:
    PREFERENCES = f"{NOTIFICATIONS}preferences/"

    @pytest.fixture(autouse=True)
    def _known(self, monkeypatch):
        monkeypatch.setattr("notifications.kinds._kinds", {kind.name: kind for kind in (PLAIN, QUIET, URGENT)})

    def channels(self, answer):
        return {kind["kind"]: kind["channels"] for kind in answer.data["kinds"]}

    def test_without_a_word_the_defaults_hold(self, api, person):
        answer = api(person).get(self.PREFERENCES)

        assert answer.data["quiet_hours"] is None
        assert self.channels(answer) == {
            PLAIN.name: {"app": True, "email": True},
            QUIET.name: {"app": True, "email": False},
            URGENT.name: {"app": True, "email": True},
        }
        assert [kind["fixed"] for kind in answer.data["kinds"]] == [False, False, True]

    def test_a_patch_changes_what_it_names(self, api, person):
        set_preferences(person, quiet_hours=None, switches={PLAIN.name: {"app": False}}, by=acting(person))

        answer = api(person).patch(
            self.PREFERENCES,
            {
                "quiet_hours": {"start": "22:00", "end": "08:00"},
                "kinds": [{"kind": QUIET.name, "channels": {"email": True}}],
            },
        )

        assert answer.data["quiet_hours"] == {"start": "22:00", "end": "08:00"}
        assert self.channels(answer)[QUIET.name] == {"app": True, "email": True}
        assert self.channels(answer)[PLAIN.name] == {"app": False, "email": True}

    def test_a_put_returns_the_rest_to_the_defaults(self, api, person):
        set_preferences(person, switches={PLAIN.name: {"app": False}}, by=acting(person))

        answer = api(person).put(
            self.PREFERENCES, {"quiet_hours": None, "kinds": [{"kind": QUIET.name, "channels": {"email": True}}]}
        )

        assert self.channels(answer)[PLAIN.name] == {"app": True, "email": True}
        assert self.channels(answer)[QUIET.name] == {"app": True, "email": True}

    def test_what_was_read_can_be_put_back(self, api, person):
        client = api(person)
        stated = client.get(self.PREFERENCES).data

        assert client.put(self.PREFERENCES, stated).data == stated
        assert not Event.objects.about(person).exists()

    @pytest.mark.parametrize(
        "body",
        [
            {"kinds": [{"kind": "no.such", "channels": {"email": True}}]},
            {"kinds": [{"kind": PLAIN.name, "channels": {"pigeon": True}}]},
            {"kinds": [{"kind": PLAIN.name, "channels": {"email": "perhaps"}}]},
            {"kinds": [{"kind": URGENT.name, "channels": {"email": False}}]},
            {"quiet_hours": {"start": "08:00", "end": "08:00"}},
            {"quiet_hours": {"start": "25:00", "end": "08:00"}},
            {"quiet_hours": {"start": "22:00"}},
            {"kinds": [{"kind": PLAIN.name}]},
        ],
    )
    def test_nonsense_is_refused_and_nothing_is_kept(self, api, person, body):
        answer = api(person).patch(
            self.PREFERENCES, {"kinds": [{"kind": QUIET.name, "channels": {"email": True}}], **body}
        )

        assert answer.status_code == 400
        assert answer.data["type"] == "validation_error"
        assert not person.notice_preferences.exists()

    def test_a_put_must_state_everything(self, api, person):
        assert api(person).put(self.PREFERENCES, {"kinds": []}).status_code == 400


class TestSendTest:
    def test_success_is_reported(self, api, person, post_office):
        answer = api(person).post(f"{NOTIFICATIONS}test/")

        assert answer.data == {"results": [{"channel": "email", "state": "sent", "error": ""}]}
        assert post_office.received[0]["To"] == person.email

    def test_failure_is_reported_in_the_servers_words(self, api, person, post_office):
        post_office.recipient_answers[person.email] = "550 No such user"

        [result] = api(person).post(f"{NOTIFICATIONS}test/").data["results"]

        assert result == {"channel": "email", "state": "dead", "error": "550 No such user"}


class TestOutbox:
    @pytest.fixture
    def admin(self):
        return PersonFactory(admin=True)

    @pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
    def test_others_may_not_look(self, api, role):
        [notice] = tell()
        client = api(PersonFactory(role=role))
        delivery = notice.deliveries.get()

        codes = {
            client.get(OUTBOX).status_code,
            client.get(f"{OUTBOX}{delivery.pk}/").status_code,
            client.get(f"{OUTBOX}channels/").status_code,
            client.post(f"{OUTBOX}{delivery.pk}/retry/").status_code,
        }

        assert codes == {403}

    def test_it_is_listed_without_texts(self, api, admin, person):
        tell(person, kind=SECRET, what="https://example.org/key")

        [row] = api(admin).get(OUTBOX).data["results"]

        assert (row["state"], row["kind"], row["recipient"]["id"]) == ("pending", SECRET.name, person.pk)
        assert "example.org/key" not in str(row)

    def test_a_list_costs_the_same_at_any_length(self, api, admin, django_assert_num_queries):
        client = api(admin)
        for more in (1, 30):
            for _number in range(more):
                tell()
            with django_assert_num_queries(1):
                client.get(OUTBOX)

    def test_it_can_be_narrowed(self, api, admin, post_office):
        tell(kind=PLAIN)
        deliver_due(at=NOON)
        tell(kind=URGENT)
        client = api(admin)

        def found(**query):
            return [row["kind"] for row in client.get(OUTBOX, query).data["results"]]

        assert found(state="sent") == [PLAIN.name]
        assert found(state=["pending", "sent"]) == [URGENT.name, PLAIN.name]
        assert found(kind=URGENT.name) == [URGENT.name]
        assert found(channel="email") == [URGENT.name, PLAIN.name]
        assert found(created_after="2026-07-24T00:00:00Z") == []
        assert client.get(OUTBOX, {"state": "lost"}).status_code == 400
        assert client.get(OUTBOX, {"channel": "pigeon"}).status_code == 400

    def test_a_card_shows_every_attempt(self, api, admin, person, post_office):
        post_office.recipient_answers[person.email] = "550 No such user"
        [notice] = tell(person)
        deliver_due(at=NOON)

        card = api(admin).get(f"{OUTBOX}{notice.deliveries.get().pk}/").data

        assert (card["state"], card["error"], card["attempts"]) == ("dead", "550 No such user", 1)
        [attempt] = card["tries"]
        assert (attempt["started_at"], attempt["error"]) == ("2026-07-23T12:00:00Z", "550 No such user")

    def test_what_was_given_up_can_be_tried_again(self, api, admin):
        tell()
        deliver_due()  # without a mailer
        assert states() == ["dead"]

        answer = api(admin).post(f"{OUTBOX}{Delivery.objects.get().pk}/retry/")

        assert answer.data["state"] == "pending"

    def test_what_waits_anyway_cannot(self, api, admin):
        tell()

        assert api(admin).post(f"{OUTBOX}{Delivery.objects.get().pk}/retry/").status_code == 409

    def test_the_channels_say_how_they_are(self, api, admin, closed_post_office):
        tell()
        deliver_due(at=NOON)

        [channel] = api(admin).get(f"{OUTBOX}channels/").data

        assert (channel["channel"], channel["works"], channel["waiting"]) == ("email", False, 1)
        assert channel["down_since"] == "2026-07-23T12:00:00Z"
        assert "refused" in channel["error"]

    def test_a_channel_that_is_not_configured_says_so(self, api, admin):
        [channel] = api(admin).get(f"{OUTBOX}channels/").data

        assert (channel["works"], channel["error"]) == (False, "E-mail is not configured: EMAIL_URL is not set.")
