from datetime import time, timedelta

import pytest

from notifications.channels import CHANNELS
from notifications.models import Attempt, ChannelHealth, Delivery, Notice
from notifications.services import Outsider, deliver_due, notify, retry, send_test, set_preferences
from notifications.tests.factories import (
    FIRE,
    HOUR,
    MINUTE,
    NOON,
    PLAIN,
    SECRET,
    PersonFactory,
    acting,
    states,
    tell,
)  # fmt: skip
from notifications.tests.smtp import open_post_office, plain
from workflow.models import Conflict, Event

pytestmark = pytest.mark.django_db


class TestTheWay:
    def test_what_is_due_is_sent_once(self, post_office):
        tell()

        assert [deliver_due(at=NOON), deliver_due(at=NOON)] == [1, 0]

        assert post_office.subjects == ["Fire happened"]
        assert states() == ["sent"]

    def test_the_mail_goes_to_the_person_and_says_where_to_look(self, post_office, settings):
        settings.APPLICATION_URL = "https://journal.example.org/"
        person = PersonFactory()
        tell(person)

        deliver_due(at=NOON)

        [mail] = post_office.received
        assert mail["To"] == person.email
        for part in ("plain", "html"):
            text = mail.get_body([part]).get_content()
            assert "At the roof." in text
            assert "https://journal.example.org/roof/" in text

    def test_without_an_address_of_the_product_there_is_no_link(self, post_office):
        tell()

        deliver_due(at=NOON)

        assert "http" not in plain(post_office.received[0])

    def test_a_russian_reads_russian(self, post_office):
        tell(PersonFactory(russian=True))

        deliver_due(at=NOON)

        text = plain(post_office.received[0])
        assert "23.07.2026 15:00" in text

    def test_what_people_wrote_is_no_html(self, post_office):
        tell(what="<script>alert(1)</script>")

        deliver_due(at=NOON)

        html = post_office.received[0].get_body(["html"]).get_content()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_an_outsider_is_reached_at_the_address_given(self, post_office):
        notify([Outsider("new@example.org")], kind=PLAIN, context=FIRE, at=NOON)

        deliver_due(at=NOON)

        assert post_office.received[0]["To"] == "new@example.org"

    def test_the_oldest_goes_first(self, post_office):
        for what in ("First", "Second", "Third"):
            tell(what=what)

        deliver_due(at=NOON)

        assert post_office.subjects == ["First happened", "Second happened", "Third happened"]

    def test_an_attempt_is_written_down(self, post_office):
        tell()

        deliver_due(at=NOON)

        attempt = Attempt.objects.get()
        assert (attempt.started_at, attempt.error) == (NOON, "")
        assert attempt.duration > timedelta()

    def test_what_is_private_is_wiped_once_it_is_sent(self, post_office):
        tell(kind=SECRET, what="https://example.org/key")

        deliver_due(at=NOON)

        assert "https://example.org/key" in plain(post_office.received[0])
        assert Notice.objects.get().body == ""

    def test_a_limit_leaves_the_rest(self, post_office):
        for _number in range(3):
            tell()

        assert deliver_due(at=NOON, limit=2) == 2
        assert states() == ["sent", "sent", "pending"]

    def test_who_left_meanwhile_is_not_written_to(self, post_office):
        person = PersonFactory()
        tell(person)
        person.is_active = False
        person.save()

        deliver_due(at=NOON)

        assert post_office.received == []
        assert Delivery.objects.get().error == "The account is deactivated."

    def test_idle_costs_a_query_a_channel(self, post_office, django_assert_num_queries):
        with django_assert_num_queries(len(CHANNELS)):
            deliver_due(at=NOON)


class TestWhatOnlyOneMessageSuffers:
    def test_an_unknown_mailbox_ends_it_at_once(self, post_office):
        nobody, somebody = PersonFactory.create_batch(2)
        post_office.recipient_answers[nobody.email] = "550 No such user"
        tell(nobody, somebody)

        deliver_due(at=NOON)

        assert states() == ["dead", "sent"]
        assert Delivery.objects.dead().get().error == "550 No such user"
        assert Attempt.objects.first().error == "550 No such user"

    def test_a_refused_text_ends_it_at_once(self, post_office):
        post_office.data_answer = "554 Spam"
        tell()

        deliver_due(at=NOON)

        assert states() == ["dead"]

    def test_an_impossible_address_ends_it_at_once(self, post_office):
        notify([Outsider("nobody at all"), Outsider("good@example.org")], kind=PLAIN, context=FIRE, at=NOON)

        deliver_due(at=NOON)

        assert states() == ["dead", "sent"]

    def test_greylisting_is_waited_out(self, post_office):
        person = PersonFactory()
        post_office.recipient_answers[person.email] = "451 Come back later"
        tell(person)
        deliver_due(at=NOON)
        assert states() == ["failed"]
        post_office.recipient_answers.clear()

        assert deliver_due(at=NOON + 30 * timedelta(seconds=1)) == 0
        assert deliver_due(at=NOON + 2 * MINUTE) == 1

        assert [attempt.error for attempt in Attempt.objects.all()] == ["451 Come back later", ""]

    def test_the_waits_grow(self, post_office):
        post_office.data_answer = "451 Later"
        tell()
        waits, at = [], NOON
        for _turn in range(6):
            deliver_due(at=at)
            due = Delivery.objects.get().due_at
            waits.append((due - at) / MINUTE)
            at = due

        for wait, wanted in zip(waits, [1, 2, 5, 15, 60, 60], strict=True):
            assert wanted <= wait <= 1.1 * wanted

    def test_after_a_day_it_is_given_up(self, post_office):
        post_office.data_answer = "451 Later"
        tell()
        deliver_due(at=NOON + 23 * HOUR)

        deliver_due(at=NOON + 25 * HOUR)

        assert states() == ["dead"]
        assert Delivery.objects.get().error == "451 Later"

    @pytest.mark.parametrize("trouble", ["stalls", "hangs_up"])
    def test_a_server_that_breaks_off_is_tried_again(self, post_office, trouble):
        tell()
        setattr(post_office, trouble, True)
        deliver_due(at=NOON)
        assert states() == ["failed"]
        assert Delivery.objects.get().error
        setattr(post_office, trouble, False)

        deliver_due(at=NOON + 2 * MINUTE)

        assert states() == ["sent"]

    def test_a_lost_answer_repeats_the_message_under_the_same_id(self, post_office):
        tell()
        post_office.loses_answer = True
        deliver_due(at=NOON)
        post_office.loses_answer = False

        deliver_due(at=NOON + 2 * MINUTE)

        assert len(post_office.received) == 2
        assert len(set(post_office.ids)) == 1

    def test_one_broken_message_does_not_keep_the_others(self, post_office):
        tell(what="First")
        tell(what="Second")
        Notice.objects.filter(title="First happened").update(time_zone="Mars/Olympus")

        deliver_due(at=NOON)

        assert states() == ["failed", "sent"]


class TestAChannelThatIsDown:
    def test_everything_arrives_in_order_and_says_how_late_it_is(self, closed_post_office):
        for number in range(50):
            tell(what=f"Fire {number}", at=NOON + number * timedelta(seconds=1))
        at = NOON + MINUTE
        while at < NOON + 107 * MINUTE:
            deliver_due(at=at)
            at += 30 * timedelta(seconds=1)
        assert set(states()) <= {"pending", "failed"}

        with open_post_office(closed_post_office) as office:
            for _tick in range(20):
                deliver_due(at=at)
                at += 30 * timedelta(seconds=1)

        assert office.subjects == [f"Fire {number} happened" for number in range(50)]
        assert states() == ["sent"] * 50
        assert "Delayed 1 h 4" in plain(office.received[0])
        assert ChannelHealth.objects.get().down_since is None

    def test_it_rests_and_only_the_oldest_probes(self, closed_post_office):
        tell()
        tell()

        deliver_due(at=NOON)
        deliver_due(at=NOON + timedelta(seconds=5))

        assert states() == ["failed", "pending"]
        assert Attempt.objects.count() == 1

    def test_it_says_since_when_and_why(self, closed_post_office):
        tell()

        deliver_due(at=NOON)
        deliver_due(at=NOON + MINUTE)

        health = ChannelHealth.objects.get()
        assert (health.down_since, health.failures) == (NOON, 2)
        assert "refused" in health.error

    def test_it_is_looked_after_every_other_minute_or_so(self, closed_post_office):
        tell()
        at = NOON
        for _turn in range(10):
            deliver_due(at=at)
            at = ChannelHealth.objects.get().rest_until

        deliver_due(at=at)

        assert ChannelHealth.objects.get().rest_until - at <= 2.2 * MINUTE

    def test_what_waited_a_day_is_given_up(self, closed_post_office):
        tell()
        tell(at=NOON + HOUR)

        deliver_due(at=NOON + 24 * HOUR)

        assert states() == ["dead", "pending"]


def test_without_a_mailer_the_mail_says_so_and_the_bell_rings():
    person = PersonFactory()
    tell(person)

    deliver_due(at=NOON)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("dead", "E-mail is not configured: EMAIL_URL is not set.")
    assert Notice.objects.of(person).unread().exists()


class TestRetry:
    def test_what_was_given_up_is_tried_again(self, post_office):
        person = PersonFactory()
        post_office.recipient_answers[person.email] = "550 No such user"
        tell(person)
        deliver_due(at=NOON)
        post_office.recipient_answers.clear()
        delivery = Delivery.objects.get()

        retry(delivery, by=acting(person), at=NOON + HOUR)
        deliver_due(at=NOON + HOUR)

        assert states() == ["sent"]
        assert Event.objects.about(delivery).get().before == {"error": "550 No such user"}

    def test_what_was_sent_is_not(self, post_office):
        tell()
        deliver_due(at=NOON)

        with pytest.raises(Conflict):
            retry(Delivery.objects.get(), by=acting(PersonFactory()))

    def test_what_was_wiped_is_not(self, post_office):
        post_office.data_answer = "554 Spam"
        tell(kind=SECRET)
        deliver_due(at=NOON)

        assert Notice.objects.get().body == ""
        with pytest.raises(Conflict, match="ask for a new one"):
            retry(Delivery.objects.get(), by=acting(PersonFactory()))

    def test_a_channel_that_rests_is_woken(self, closed_post_office):
        tell()
        deliver_due(at=NOON)

        retry(Delivery.objects.get(), by=acting(PersonFactory()), at=NOON)

        assert not ChannelHealth.objects.get().is_resting(NOON)


class TestSendTest:
    def test_it_arrives(self, post_office):
        [delivery] = send_test(by=acting(PersonFactory()))

        assert delivery.state == "sent"
        assert post_office.subjects == ["Test message"]

    def test_it_says_what_is_wrong(self, closed_post_office):
        [delivery] = send_test(by=acting(PersonFactory()))

        assert (delivery.state, "refused" in delivery.error) == ("failed", True)

    def test_it_says_that_there_is_no_mailer(self):
        [delivery] = send_test(by=acting(PersonFactory()))

        assert (delivery.state, delivery.error) == ("dead", "E-mail is not configured: EMAIL_URL is not set.")

    def test_quiet_hours_do_not_hold_it(self, post_office):
        person = PersonFactory()
        set_preferences(person, quiet_hours=(time(0), time(23, 59, 59)), by=acting(person))

        [delivery] = send_test(by=acting(person))

        assert delivery.state == "sent"
