from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.channels import Failed
from notifications.models import Attempt
from notifications.services import deliver_due, set_preferences
from notifications.services.claiming import LEASE, STORM, claim
from notifications.services.delivering import report
from notifications.tests.factories import (
    MINUTE,
    NOON,
    PLAIN,
    SECRET,
    STORMY,
    URGENT,
    PersonFactory,
    acting,
    states,
    tell,
)  # fmt: skip
from notifications.tests.smtp import plain

pytestmark = pytest.mark.django_db


class TestLeases:
    def test_what_is_being_sent_is_not_claimed_again(self, post_office):
        tell()
        claim("email", at=NOON)

        assert deliver_due(at=NOON + LEASE - MINUTE) == 0

    def test_a_dead_workers_message_is_sent_when_the_lease_is_over(self, post_office):
        tell()
        parcel = claim("email", at=NOON)

        deliver_due(at=NOON + LEASE)

        assert states() == ["sent"]
        assert post_office.ids == [f"<{parcel.message_id}@localhost>"]

    def test_an_attempt_that_never_ended_is_seen(self, post_office):
        tell()
        claim("email", at=NOON)

        deliver_due(at=NOON + LEASE)

        assert [attempt.duration is None for attempt in Attempt.objects.all()] == [True, False]

    def test_a_dead_workers_summary_is_sent_as_it_was(self, post_office):
        person = PersonFactory()
        for what in ("First", "Second"):
            tell(person, kind=STORMY, what=what)
        claim("email", at=NOON)
        tell(person, kind=STORMY, what="Third", at=NOON + MINUTE)

        deliver_due(at=NOON + LEASE)

        assert post_office.subjects[0] == "test.stormy: 2"

    def test_who_comes_too_late_does_not_undo_what_another_did(self, post_office):
        tell()
        slow = claim("email", at=NOON)
        deliver_due(at=NOON + LEASE)

        report("email", slow, Failed("451 Later"), timedelta(seconds=1), NOON + 2 * LEASE)

        assert states() == ["sent"]

    def test_who_comes_late_with_good_news_is_believed(self):
        tell()
        slow = claim("email", at=NOON)
        deliver_due(at=NOON + LEASE)
        assert states() == ["dead"]

        report("email", slow, None, timedelta(seconds=1), NOON + 2 * LEASE)

        assert states() == ["sent"]


class TestStorms:
    def test_thirty_at_once_are_one_summary(self, post_office):
        person = PersonFactory()
        for number in range(30):
            tell(person, kind=STORMY, what=f"Fire {number}")

        assert deliver_due(at=NOON) == 1

        [mail] = post_office.received
        assert mail["Subject"] == "test.stormy: 30"
        text = plain(mail)
        assert [line for line in text.splitlines() if line.startswith("- ")] == [
            f"- Fire {number} happened" for number in range(30)
        ]
        assert states() == ["sent"] * 30

    def test_the_first_goes_at_once_and_the_rest_after_two_minutes_as_one(self, post_office):
        person = PersonFactory()
        at = NOON
        for number in range(30):
            at = NOON + number * timedelta(seconds=4)
            tell(person, kind=STORMY, what=f"Fire {number}", at=at)
            deliver_due(at=at)
        assert post_office.subjects == ["Fire 0 happened"]

        deliver_due(at=NOON + STORM)

        assert post_office.subjects == ["Fire 0 happened", "test.stormy: 29"]

    def test_people_and_kinds_are_not_mixed(self, post_office):
        one, other = PersonFactory.create_batch(2)
        tell(one, other, kind=STORMY)
        tell(one, kind=PLAIN)

        assert deliver_due(at=NOON) == 3

    def test_a_kind_that_is_not_grouped_comes_one_by_one(self, post_office):
        person = PersonFactory()
        tell(person)
        tell(person)

        assert deliver_due(at=NOON) == 2

    def test_letters_with_a_link_are_never_summed_up(self, post_office):
        person = PersonFactory()
        tell(person, kind=SECRET)
        tell(person, kind=SECRET)

        assert deliver_due(at=NOON) == 2

    def test_after_the_storm_a_single_one_goes_at_once(self, post_office):
        person = PersonFactory()
        tell(person, kind=STORMY)
        deliver_due(at=NOON)
        tell(person, kind=STORMY, at=NOON + 3 * MINUTE)

        assert deliver_due(at=NOON + 3 * MINUTE) == 1


class TestQuietHours:
    @pytest.fixture
    def sleeper(self):
        person = PersonFactory(time_zone="Europe/Moscow")
        set_preferences(person, quiet_hours=(time(22), time(8)), by=acting(person))
        return person

    NIGHT = datetime(2026, 7, 23, 23, 30, tzinfo=UTC)  # 02:30 in Moscow
    MORNING = datetime(2026, 7, 24, 5, tzinfo=UTC)

    def test_the_morning_brings_one_digest_oldest_first(self, post_office, sleeper):
        for number, kind in enumerate([STORMY, STORMY, STORMY]):
            tell(sleeper, kind=kind, what=f"Fire {number}", at=self.NIGHT + number * MINUTE)
        assert deliver_due(at=self.MORNING - MINUTE) == 0

        assert deliver_due(at=self.MORNING) == 1

        [mail] = post_office.received
        assert mail["Subject"] == "3 notices of the quiet hours"
        text = plain(mail)
        assert text.index("Fire 0") < text.index("Fire 1") < text.index("Fire 2")
        assert "Delayed" not in text

    def test_what_is_critical_wakes(self, post_office, sleeper):
        tell(sleeper, kind=URGENT, at=self.NIGHT)

        assert deliver_due(at=self.NIGHT) == 1

    def test_what_was_delayed_into_the_night_waits_too(self, post_office, sleeper):
        evening = datetime(2026, 7, 23, 18, tzinfo=UTC)
        tell(sleeper, at=evening)

        assert deliver_due(at=self.NIGHT) == 0
        assert deliver_due(at=self.MORNING) == 1

        assert "Delayed 11 h" in plain(post_office.received[0])
