"""What people do with their own account: with no other, only what is theirs to change, each told in its timeline."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import services
from accounts.models import TelegramCode
from accounts.services.telegram import GOOD_FOR
from accounts.tests.acting import ADDRESS, by, fresh, verbs
from accounts.tests.factories import UserFactory
from workflow.models import Conflict, Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(first_name="Anna")


class TestProfile:
    def test_names_and_preferences_are_the_persons_own(self, user):
        services.edit_profile(user, by=by(user), first_name="Anna-Maria", theme="dark", language="ru")

        event = Event.objects.about(user).get()
        assert (fresh(user).first_name, fresh(user).theme, fresh(user).language) == ("Anna-Maria", "dark", "ru")
        assert (event.verb, event.before["first_name"], event.after["first_name"]) == ("edit", "Anna", "Anna-Maria")

    @pytest.mark.parametrize(
        "field", [{"role": "admin"}, {"username": "root"}, {"is_active": False}, {"email": "a@b.c"}, {"password": "x"}]
    )
    @pytest.mark.parametrize("trait", [{}, {"admin": True}])
    def test_nothing_else_is_even_for_administrators(self, field, trait):
        user = UserFactory(**trait)

        with pytest.raises(PermissionDenied):
            services.edit_profile(user, by=by(user), first_name="New", **field)

        assert (fresh(user).role, fresh(user).username, verbs(user)) == (user.role, user.username, [])

    @pytest.mark.parametrize("trait", [{}, {"admin": True}])
    def test_nobody_edits_the_profile_of_another(self, user, trait):
        with pytest.raises(PermissionDenied):
            services.edit_profile(user, by=by(UserFactory(**trait)), first_name="Bob")

        assert fresh(user).first_name == "Anna"

    @pytest.mark.parametrize(
        "wrong", [{"time_zone": "Mars/Olympus"}, {"language": "tlh"}, {"theme": "neon"}, {"first_name": "x" * 200}]
    )
    def test_what_means_nothing_is_refused_at_its_field(self, user, wrong):
        with pytest.raises(ValidationError) as refused:
            services.edit_profile(user, by=by(user), **wrong)

        assert list(refused.value.message_dict) == list(wrong)
        assert verbs(user) == []

    def test_saving_it_unchanged_leaves_no_line(self, user):
        services.edit_profile(user, by=by(user), first_name="Anna")

        assert (verbs(user), fresh(user).version) == ([], user.version)


class TestTelegram:
    def test_a_code_links_whoever_made_it_once(self, user):
        code = services.begin_telegram(by=by(user))

        linked = services.link_telegram(code, telegram_id=77)

        assert (linked, fresh(user).telegram_id, verbs(user)) == (user, 77, ["link-telegram"])
        with pytest.raises(ValidationError, match="wrong or too old"):
            services.link_telegram(code, telegram_id=78)
        assert fresh(user).telegram_id == 77

    @pytest.mark.parametrize("typed", [str.upper, lambda code: f" {code[:5]}-{code[5:]} ", lambda code: " ".join(code)])
    def test_typed_by_hand_it_is_the_same_code(self, user, typed):
        assert services.link_telegram(typed(services.begin_telegram(by=by(user))), telegram_id=77) == user

    @pytest.mark.parametrize(("late", "good"), [(-timedelta(seconds=1), True), (timedelta(seconds=1), False)])
    def test_it_is_good_for_a_quarter_of_an_hour(self, user, late, good):
        begun = timezone.now()
        code = services.begin_telegram(by=by(user), at=begun)
        try:
            services.link_telegram(code, telegram_id=77, at=begun + GOOD_FOR + late)
        except ValidationError:
            assert not good

        assert (fresh(user).telegram_id == 77) is good

    @pytest.mark.parametrize("nonsense", ["", "0000000000", "привет", "x" * 5000])
    def test_what_is_no_code_links_nobody(self, user, nonsense):
        services.begin_telegram(by=by(user))

        with pytest.raises(ValidationError):
            services.link_telegram(nonsense, telegram_id=77)

        assert TelegramCode.objects.filter(user=user).exists()

    def test_a_telegram_account_belongs_to_one_person(self, user):
        owner = UserFactory(telegram_id=77)

        with pytest.raises(Conflict) as refused:
            services.link_telegram(services.begin_telegram(by=by(user)), telegram_id=77)

        assert (refused.value.subject, fresh(user).telegram_id, fresh(owner).telegram_id) == (owner, None, 77)

    def test_the_code_of_somebody_who_left_is_worthless(self, user):
        code = services.begin_telegram(by=by(user))
        type(user).objects.filter(pk=user.pk).update(is_active=False)

        with pytest.raises(ValidationError):
            services.link_telegram(code, telegram_id=77)

    def test_taking_it_back_forgets_the_account_and_the_code_that_waits(self):
        user = UserFactory(telegram_id=77)
        code = services.begin_telegram(by=by(user))

        services.unlink_telegram(user, by=by(user))
        services.unlink_telegram(fresh(user), by=by(user))

        assert (fresh(user).telegram_id, verbs(user)) == (None, ["unlink-telegram"])
        with pytest.raises(ValidationError):
            services.link_telegram(code, telegram_id=77)


class TestSigningOut:
    def opened(self, user):
        return services.sign_in(by=by(user), kind="page", device="Firefox", address=ADDRESS)

    def test_it_ends_the_session_it_came_with_and_no_other(self, user):
        this, other = self.opened(user), self.opened(user)

        services.sign_out(this.pk, by=by(user))

        assert list(user.sign_ins.alive()) == [other]
        assert verbs(user)[-1] == "sign-out"

    def test_ending_it_again_leaves_no_line(self, user):
        this = self.opened(user)
        services.sign_out(this.pk, by=by(user))
        told = verbs(user)

        services.sign_out(this.pk, by=by(user))

        assert verbs(user) == told

    def test_a_session_of_somebody_else_goes_on(self, user):
        theirs = self.opened(UserFactory())

        for session in (theirs.pk, uuid.uuid4(), None):
            services.sign_out(session, by=by(user))

        assert theirs.user.sign_ins.alive().exists()
        assert verbs(user) == []
