from datetime import time

import pytest

from notifications.kinds import Section
from notifications.models import Delivery, Notice, QuietHours
from notifications.services import deliver_due
from notifications.tests.factories import (
    NOON,
    PLAIN,
    QUIET,
    SECRET,
    URGENT,
    PersonFactory,
    states,
    tell,
)  # fmt: skip

pytestmark = pytest.mark.django_db
OUTBOX = "/notifications/outbox/"


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def admin():
    return PersonFactory(admin=True)


class TestBell:
    def test_every_page_counts_what_is_unread(self, page, person):
        tell(person)
        tell(person)

        assert "Notifications: 2 new" in page(person).get("/").text

    def test_the_count_can_be_asked_for_alone(self, page, person):
        tell(person)

        answer = page(person).get("/notifications/bell/", headers={"HX-Request": "true"})

        assert "Notifications: 1 new" in answer.text
        assert "<html" not in answer.text

    def test_whose_session_is_over_asks_no_more(self, page):
        answer = page().get("/notifications/bell/", headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Reswap"]) == (286, "none")

    def test_asking_for_the_count_costs_little(self, page, person, django_assert_max_num_queries):
        client = page(person)
        client.get("/notifications/bell/")

        with django_assert_max_num_queries(4):  # session, person, sign-in, count
            client.get("/notifications/bell/")

    def test_the_newest_open_below(self, page, person):
        for number in range(10):
            tell(person, what=f"Fire {number}")

        text = page(person).get("/notifications/latest/").text

        assert "Fire 9 happened" in text
        assert "Fire 1 happened" not in text


class TestList:
    def test_unread_ones_stand_first_and_all_in_the_other_tab(self, page, person):
        tell(person, what="First")
        Notice.objects.update(read_at=NOON)
        tell(person, what="Second")
        client = page(person)

        unread, everything = (client.get(f"/notifications/?tab={tab}").text for tab in ("unread", "all"))

        assert "Second happened" in unread
        assert "First happened" not in unread
        assert everything.index("Second happened") < everything.index("First happened")

    def test_an_empty_bell_says_so(self, page, person):
        assert "Everything is read" in page(person).get("/notifications/").text

    def test_a_list_costs_the_same_at_any_length(self, page, person, django_assert_max_num_queries):
        client = page(person)
        counts = []
        for more in (1, 40):
            for _number in range(more):
                tell(person)
            with django_assert_max_num_queries(12) as queries:
                client.get("/notifications/")
            counts.append(len(queries))

        assert counts[0] == counts[1]

    def test_opening_a_notice_leads_to_its_page_and_reads_it(self, page, person):
        [notice] = tell(person)

        answer = page(person).get(f"/notifications/{notice.pk}/")

        assert (answer.status_code, answer["Location"]) == (302, "/roof/")
        assert not Notice.objects.unread().exists()

    def test_the_notice_of_another_is_not_found(self, page, person):
        [notice] = tell(PersonFactory())

        assert page(person).get(f"/notifications/{notice.pk}/").status_code == 404
        assert Notice.objects.unread().exists()

    def test_what_came_after_the_page_was_read_stays_unread(self, page, person):
        [seen] = tell(person)
        tell(person, what="Later")

        page(person).post("/notifications/read-all/", {"up_to": seen.pk})

        assert [notice.title for notice in Notice.objects.of(person).unread()] == ["Later happened"]

    @pytest.mark.parametrize("up_to", ["", "x", "-1"])
    def test_without_a_place_all_are_read(self, page, person, up_to):
        tell(person)

        page(person).post("/notifications/read-all/", {"up_to": up_to})

        assert not Notice.objects.unread().exists()


class TestPreferences:
    PREFERENCES = "/notifications/preferences/"

    @pytest.fixture(autouse=True)
    def _known(self, monkeypatch):
        monkeypatch.setattr("notifications.kinds._kinds", {kind.name: kind for kind in (PLAIN, QUIET, URGENT)})

    def test_boxes_show_what_holds(self, page, person):
        text = page(person).get(self.PREFERENCES).text

        assert 'name="test.plain:email"' in text
        assert "test.urgent:email" not in text
        assert "always" in text

    def test_what_is_ticked_is_kept(self, page, person):
        ticked = {f"{PLAIN.name}:app": "on", f"{QUIET.name}:email": "on"}

        page(person).post(self.PREFERENCES, {**ticked, "quiet": "on", "start": "23:00", "end": "07:00"})

        wishes = {(wish.kind, wish.channel): wish.enabled for wish in person.notice_preferences.all()}
        assert wishes == {
            (PLAIN.name, "app"): True,
            (PLAIN.name, "email"): False,
            (QUIET.name, "app"): False,
            (QUIET.name, "email"): True,
        }
        hours = QuietHours.objects.get()
        assert (hours.start, hours.end) == (time(23), time(7))

    def test_kinds_stand_under_the_heading_of_their_noun(self, page, person, monkeypatch):
        sections = {PLAIN.name: Section(20, "Tickets"), QUIET.name: Section(10, "Incidents")}
        monkeypatch.setattr("notifications.kinds._sections", sections)
        groups = list(page(person).get(self.PREFERENCES).context["form"].groups())

        assert [str(group.label) for group in groups] == ["Incidents", "Tickets", "System and account"]
        assert [[row.kind for row in group.rows] for group in groups] == [[QUIET], [PLAIN], [URGENT]]
        assert [[bool(channel) for channel, _way in group.heads] for group in groups] == [
            [True, True], [True, True], [False, False],
        ]  # fmt: skip

    def test_all_comes_back_as_it_was_at_first_but_the_quiet_hours(self, page, person):
        client = page(person)
        client.post(self.PREFERENCES, {"quiet": "on", "start": "23:00", "end": "07:00"})

        client.post(self.PREFERENCES, {"anew": "1"})

        assert not person.notice_preferences.exists()
        assert QuietHours.objects.exists()

    def test_without_the_tick_there_are_no_quiet_hours(self, page, person):
        client = page(person)
        client.post(self.PREFERENCES, {"quiet": "on", "start": "23:00", "end": "07:00"})

        client.post(self.PREFERENCES, {"start": "23:00", "end": "07:00"})

        assert not QuietHours.objects.exists()

    @pytest.mark.parametrize(
        ("start", "end", "words"),
        [("", "07:00", "required"), ("23:00", "25:00", "valid time"), ("07:00", "07:00", "end that differs")],
    )
    def test_hours_that_mean_nothing_are_explained(self, page, person, start, end, words):
        answer = page(person).post(self.PREFERENCES, {"quiet": "on", "start": start, "end": end})

        assert answer.status_code == 400
        assert words in answer.text
        assert not QuietHours.objects.exists()

    def test_a_test_that_arrived_is_told(self, page, person, post_office):
        answer = page(person).post("/notifications/test/", headers={"HX-Request": "true"})

        assert "Look whether it arrived" in answer.text
        assert post_office.received[0]["To"] == person.email

    def test_a_test_that_did_not_says_why_without_javascript_too(self, page, person, post_office):
        post_office.recipient_answers[person.email] = "550 No such user"

        answer = page(person).post("/notifications/test/")

        assert "550 No such user" in answer.text
        assert "<html" in answer.text


class TestOutbox:
    @pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
    def test_only_administrators_look_into_it(self, page, role):
        [notice] = tell()
        client = page(PersonFactory(role=role))
        pk = notice.deliveries.get().pk

        codes = {client.get(OUTBOX).status_code, client.get(f"{OUTBOX}{pk}/").status_code}
        codes |= {client.post(f"{OUTBOX}{pk}/retry/").status_code, client.post(f"{OUTBOX}retry-all/").status_code}

        assert codes == {403}
        assert "Outbox" not in client.get("/").text

    def test_what_was_given_up_stands_with_its_error(self, page, admin, person, post_office):
        post_office.recipient_answers[person.email] = "550 No such user"
        tell(person, what="Flood")
        deliver_due(at=NOON)

        text = page(admin).get(f"{OUTBOX}?tab=dead").text

        assert "Flood happened" in text
        assert "550 No such user" in text

    def test_a_channel_that_is_down_is_red(self, page, admin, closed_post_office):
        tell()
        deliver_due(at=NOON)

        text = page(admin).get(OUTBOX).text

        assert "down since" in text
        assert "refused" in text

    def test_a_list_costs_the_same_at_any_length(self, page, admin, django_assert_max_num_queries):
        client = page(admin)
        counts = []
        for more in (1, 40):
            for _number in range(more):
                tell()
            with django_assert_max_num_queries(12) as queries:
                client.get(OUTBOX)
            counts.append(len(queries))

        assert counts[0] == counts[1]

    def test_the_text_is_never_shown(self, page, admin, person):
        [notice] = tell(person, kind=SECRET, what="https://example.org/key")

        text = page(admin).get(f"{OUTBOX}{notice.deliveries.get().pk}/").text

        assert "Your key" in text
        assert "example.org/key" not in text

    def test_one_is_tried_again(self, page, admin):
        tell()
        deliver_due()  # without a mailer
        pk = Delivery.objects.get().pk

        answer = page(admin).post(f"{OUTBOX}{pk}/retry/", follow=True)

        assert states() == ["pending"]
        assert "tried again at once" in answer.text

    def test_trying_what_waits_is_explained(self, page, admin):
        tell()
        pk = Delivery.objects.get().pk

        answer = page(admin).post(f"{OUTBOX}{pk}/retry/", follow=True)

        assert "not waiting for another attempt" in answer.text

    def test_all_are_tried_again(self, page, admin):
        tell()
        tell()
        tell(kind=SECRET)
        deliver_due()

        answer = page(admin).post(f"{OUTBOX}retry-all/", {"channel": "email"}, follow=True)

        assert sorted(states()) == ["dead", "pending", "pending"]
        assert "2 messages will be tried again" in answer.text


def test_administrators_are_told_what_was_given_up(admin, person, post_office):
    post_office.recipient_answers[person.email] = "550 No such user"
    [notice] = tell(person, what="Flood")

    deliver_due(at=NOON)

    told = Notice.objects.of(admin).get()
    assert told.body == "“Flood happened” could not be sent by e-mail: 550 No such user"
    assert told.url == notice.deliveries.get().get_absolute_url()


def test_an_administrator_who_cannot_be_reached_is_not_told_so_for_ever(admin, post_office):
    post_office.recipient_answers[admin.email] = "550 No such user"
    tell(admin)

    for _turn in range(3):
        deliver_due(at=NOON)

    assert states() == ["dead", "dead"]
