from datetime import UTC, datetime, time

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from notifications.kinds import Kind
from notifications.models import Delivery, Notice
from notifications.services import Outsider, notify, set_preferences
from notifications.tests.factories import BOTH, FIRE, NOON, PLAIN, QUIET, SECRET, URGENT, PersonFactory, acting
from workflow.models import Event

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 7, 23, 23, 30, tzinfo=UTC)  # 02:30 in Moscow


def test_a_notice_stands_under_the_bell_and_waits_for_the_mail():
    person = PersonFactory()

    [notice] = notify([person], kind=PLAIN, context=FIRE, url="/roof/", at=NOON)

    assert Notice.objects.of(person).unread().get() == notice
    assert (notice.title, notice.body, notice.url) == ("Fire happened", "At the roof.", "/roof/")
    assert notice.deliveries.get().state == Delivery.State.PENDING


def test_a_change_that_is_rolled_back_announces_nothing():
    with transaction.atomic():
        notify([PersonFactory()], kind=PLAIN, context=FIRE)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


def test_whoever_did_it_is_not_told():
    actor, other = PersonFactory.create_batch(2)

    notify([actor, other], kind=PLAIN, context=FIRE, by=acting(actor))

    assert Notice.objects.get().recipient == other


def test_nobody_is_told_twice():
    person = PersonFactory()

    notify([person, PersonFactory(), person], kind=PLAIN, context=FIRE)

    assert Notice.objects.of(person).count() == 1


def test_who_has_left_and_the_system_itself_are_not_told():
    notify([PersonFactory(inactive=True), get_user_model().objects.system()], kind=PLAIN, context=FIRE)

    assert not Notice.objects.exists()


def test_each_reads_their_own_language_and_zone():
    kind = Kind("test.when", label="", title="%(at)s", channels=BOTH)

    english, russian = notify([PersonFactory(), PersonFactory(russian=True)], kind=kind, context={"at": NOON})

    assert english.title == "23 Jul 2026 12:00 UTC"
    assert russian.title == "23.07.2026 15:00 MSK"


def test_percent_signs_and_line_breaks_of_people_do_no_harm():
    [notice] = notify([PersonFactory()], kind=PLAIN, context={"what": "100 %(x)s\nSubject: no", "place": "50 %"})

    assert notice.title == "100 %(x)s Subject: no happened"


def test_a_long_title_is_cut():
    [notice] = notify([PersonFactory()], kind=PLAIN, context={"what": "я" * 500, "place": ""})

    assert len(notice.title) == 200
    assert notice.title.endswith("…")


def test_the_number_of_queries_does_not_depend_on_that_of_recipients(django_assert_num_queries):
    few, many = PersonFactory.create_batch(1), PersonFactory.create_batch(50, russian=True)

    for people in (few, many):
        with django_assert_num_queries(4):  # wishes, quiet hours, notices, deliveries
            notify(people, kind=PLAIN, context=FIRE)


def test_an_outsider_is_told_by_mail_only():
    [notice] = notify([Outsider("new@example.org", language="ru")], kind=PLAIN, context=FIRE)

    assert (notice.recipient, notice.in_app, notice.language) == (None, False, "ru")
    assert notice.deliveries.get().address == "new@example.org"


def test_a_kind_that_only_rings_the_bell_waits_for_no_delivery():
    notify([PersonFactory()], kind=QUIET, context=FIRE)

    assert not Delivery.objects.exists()


class TestPreferences:
    @pytest.fixture(autouse=True)
    def _known(self, monkeypatch):
        kinds = {kind.name: kind for kind in (PLAIN, QUIET, URGENT)}
        monkeypatch.setattr("notifications.kinds._kinds", kinds)

    def test_a_channel_that_is_switched_off_is_left_out(self):
        person = PersonFactory()
        set_preferences(person, switches={PLAIN.name: {"email": False}}, by=acting(person))

        [notice] = notify([person], kind=PLAIN, context=FIRE)

        assert notice.in_app
        assert not notice.deliveries.exists()

    def test_a_channel_that_is_off_by_default_can_be_switched_on(self):
        person = PersonFactory()
        set_preferences(person, switches={QUIET.name: {"email": True}}, by=acting(person))

        [notice] = notify([person], kind=QUIET, context=FIRE)

        assert notice.deliveries.get().channel == "email"

    def test_who_switched_everything_off_is_not_told(self):
        person = PersonFactory()
        set_preferences(person, switches={PLAIN.name: {"email": False, "app": False}}, by=acting(person))

        assert notify([person], kind=PLAIN, context=FIRE) == []
        assert not Notice.objects.exists()

    def test_mail_only_is_not_under_the_bell(self):
        person = PersonFactory()
        set_preferences(person, switches={PLAIN.name: {"app": False}}, by=acting(person))

        notify([person], kind=PLAIN, context=FIRE)

        assert not Notice.objects.of(person).exists()
        assert Delivery.objects.count() == 1

    def test_the_wishes_of_one_are_not_those_of_another(self):
        person, other = PersonFactory.create_batch(2)
        set_preferences(person, switches={PLAIN.name: {"email": False}}, by=acting(person))

        notify([other], kind=PLAIN, context=FIRE)

        assert Delivery.objects.count() == 1

    def test_what_is_critical_cannot_be_switched_off(self):
        person = PersonFactory()

        with pytest.raises(Exception, match="always comes"):
            set_preferences(person, switches={URGENT.name: {"email": False}}, by=acting(person))

    def test_what_always_comes_may_be_repeated(self):
        person = PersonFactory()

        set_preferences(person, switches={URGENT.name: {"email": True}, QUIET.name: {"email": True}}, by=acting(person))

        assert [wish.kind for wish in person.notice_preferences.all()] == [QUIET.name]

    @pytest.mark.parametrize("switches", [{"no.such": {"email": True}}, {PLAIN.name: {"pigeon": True}}])
    def test_unknown_kinds_and_channels_are_refused(self, switches):
        person = PersonFactory()

        with pytest.raises(Exception, match="no such kind"):
            set_preferences(person, switches=switches, by=acting(person))

    def test_the_last_word_counts(self):
        person = PersonFactory()
        for enabled in (False, True):
            set_preferences(person, switches={PLAIN.name: {"email": enabled}}, by=acting(person))

        assert person.notice_preferences.get().enabled

    def test_setting_anew_returns_the_rest_to_the_defaults(self):
        person = PersonFactory()
        set_preferences(person, switches={PLAIN.name: {"email": False}}, by=acting(person))

        set_preferences(person, switches={QUIET.name: {"email": True}}, by=acting(person), anew=True)

        assert [wish.kind for wish in person.notice_preferences.all()] == [QUIET.name]

    def test_a_change_of_wishes_is_an_event(self):
        person = PersonFactory()

        set_preferences(person, switches={PLAIN.name: {"email": False}}, by=acting(person))
        set_preferences(person, switches={PLAIN.name: {"email": False}}, by=acting(person))

        event = Event.objects.about(person).get()
        assert event.before == {PLAIN.name: "app, email"}
        assert event.after == {PLAIN.name: "app"}


class TestQuietHours:
    @pytest.fixture
    def sleeper(self):
        person = PersonFactory(russian=True)
        set_preferences(person, quiet_hours=(time(22), time(8)), by=acting(person))
        return person

    def test_mail_waits_for_the_morning_of_the_reader(self, sleeper):
        [notice] = notify([sleeper], kind=PLAIN, context=FIRE, at=NIGHT)

        assert notice.deliveries.get().due_at == datetime(2026, 7, 24, 5, tzinfo=UTC)

    def test_the_bell_does_not_wait(self, sleeper):
        notify([sleeper], kind=PLAIN, context=FIRE, at=NIGHT)

        assert Notice.objects.of(sleeper).unread().exists()

    def test_what_is_critical_does_not_wait(self, sleeper):
        [notice] = notify([sleeper], kind=URGENT, context=FIRE, at=NIGHT)

        assert notice.deliveries.get().due_at == NIGHT

    def test_a_letter_that_somebody_waits_for_does_not_wait(self, sleeper):
        [notice] = notify([sleeper], kind=SECRET, context=FIRE, at=NIGHT)

        assert notice.deliveries.get().due_at == NIGHT

    def test_by_day_nothing_waits(self, sleeper):
        [notice] = notify([sleeper], kind=PLAIN, context=FIRE, at=NOON)

        assert notice.deliveries.get().due_at == NOON

    def test_quiet_hours_end_when_they_are_taken_back(self, sleeper):
        set_preferences(sleeper, quiet_hours=None, by=acting(sleeper))

        [notice] = notify([sleeper], kind=PLAIN, context=FIRE, at=NIGHT)

        assert notice.deliveries.get().due_at == NIGHT

    def test_hours_that_never_end_are_refused(self, sleeper):
        with pytest.raises(Exception, match="end that differs"):
            set_preferences(sleeper, quiet_hours=(time(8), time(8)), by=acting(sleeper))

    def test_a_change_of_hours_is_an_event(self, sleeper):
        set_preferences(sleeper, quiet_hours=(time(23), time(7)), by=acting(sleeper))

        event = Event.objects.about(sleeper).last()
        assert (event.before, event.after) == ({"quiet_hours": "22:00–08:00"}, {"quiet_hours": "23:00–07:00"})
