from datetime import timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import services, tokens
from accounts.lockout import Locked
from accounts.models import FailedSignIn, PasswordReset, User
from accounts.services.passwords import LETTERS_PER_ADDRESS
from accounts.tests.acting import ADDRESS, by, fresh, verbs
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.actor import Channel

pytestmark = pytest.mark.django_db
NEW = "a brand new secret"


def change(user, current=PASSWORD, new=NEW, **options):
    services.change_password(by=by(user), current=current, new=new, address=ADDRESS, **options)


def ask(email):
    return services.request_reset(
        email=email, address=ADDRESS, language="ru", product_url="https://journal.example.org"
    )


def reset(user, token, new=NEW):
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return services.reset_password(uid, token, new=new, address=ADDRESS, channel=Channel.PAGE)


def test_a_changed_password_ends_every_other_session_and_all_tokens():
    user = UserFactory()
    kept, other = (services.sign_in(by=by(user), kind="page", device="", address=ADDRESS) for _each in range(2))
    change(user, keep=kept.pk)

    kept.refresh_from_db()
    other.refresh_from_db()
    assert fresh(user).check_password(NEW)
    assert kept.ended_at is None
    assert other.ended_at is not None
    assert fresh(user).token_version == 2


def test_a_wrong_current_password_changes_nothing_and_counts_as_a_failure():
    user = UserFactory()

    with pytest.raises(ValidationError) as refusal:
        change(user, current="wrong")
    assert set(refusal.value.message_dict) == {"current_password"}
    assert fresh(user).check_password(PASSWORD)
    assert FailedSignIn.objects.filter(account=user.username, door="account").count() == 1


def test_guessing_the_current_password_locks_out():
    user = UserFactory()
    for _attempt in range(10):
        with pytest.raises(ValidationError):
            change(user, current="wrong")

    with pytest.raises(Locked):
        change(user)


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", PASSWORD])
def test_a_weak_or_unchanged_password_is_refused(weak):
    user = UserFactory()

    with pytest.raises(ValidationError) as refusal:
        change(user, new=weak)
    assert set(refusal.value.message_dict) == {"new_password"}


def test_a_password_set_by_an_administrator_must_be_changed():
    user = UserFactory()
    services.set_password(user, by=by(UserFactory(admin=True)), password=NEW)
    assert fresh(user).must_change_password

    change(user, current=NEW, new="third time lucky")

    assert not fresh(user).must_change_password
    assert verbs(user) == ["set-password", "change-password"]


def test_nobody_sets_their_own_password_without_knowing_the_old_one():
    admin = UserFactory(admin=True)

    with pytest.raises(PermissionDenied):
        services.set_password(admin, by=by(admin), password=NEW)


@pytest.mark.parametrize("email", ["orlov@example.org", "ORLOV@example.org"])
def test_a_letter_is_written_to_who_has_the_address(email):
    user = UserFactory(email="orlov@example.org")
    asked = ask(email)

    assert services.answer_resets(at=timezone.now()) == 1
    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert verbs(user) == ["reset-letter"]


@pytest.mark.parametrize("trait", ["inactive", "unapproved"])
def test_who_may_not_come_in_gets_no_letter(trait):
    ask(UserFactory(**{trait: True}).email)

    assert services.answer_resets(at=timezone.now()) == 0


def test_neither_a_stranger_nor_the_system_gets_a_letter():
    ask("nobody@example.org")
    ask(User.objects.system().email)

    assert services.answer_resets(at=timezone.now()) == 0
    assert not PasswordReset.objects.waiting().exists()


def test_a_request_is_answered_once():
    ask(UserFactory().email)

    assert [services.answer_resets(at=timezone.now()) for _run in range(2)] == [1, 0]


def test_nobody_is_flooded_with_letters():
    email = UserFactory().email
    for _request in range(LETTERS_PER_ADDRESS + 2):
        ask(email)

    assert services.answer_resets(at=timezone.now()) == LETTERS_PER_ADDRESS


def test_a_letter_sets_the_password_once():
    user = UserFactory()
    session = services.sign_in(by=by(user), kind="page", device="", address=ADDRESS)
    token = default_token_generator.make_token(fresh(user))
    reset(user, token)

    session.refresh_from_db()
    assert fresh(user).check_password(NEW)
    assert session.ended_at is not None
    with pytest.raises(ValidationError) as refusal:
        reset(user, token, new="once more unto the breach")
    assert refusal.value.error_dict["token"][0].code == "invalid_token"


def test_a_letter_dies_when_the_password_changes():
    user = UserFactory()
    token = default_token_generator.make_token(user)
    change(user)

    with pytest.raises(ValidationError):
        reset(user, token)
    assert fresh(user).check_password(NEW)


def test_a_letter_grows_too_old(settings, monkeypatch):
    user = UserFactory()
    issued = timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    monkeypatch.setattr(default_token_generator, "_now", lambda: issued.replace(tzinfo=None))
    token = default_token_generator.make_token(user)
    monkeypatch.undo()

    with pytest.raises(ValidationError):
        reset(user, token)


def test_a_weak_password_does_not_use_the_letter_up():
    user = UserFactory()
    token = default_token_generator.make_token(user)
    with pytest.raises(ValidationError):
        reset(user, token, new="short")

    assert reset(user, token) == user


def test_a_letter_of_one_person_does_not_open_another_account():
    user, other = UserFactory(), UserFactory()

    with pytest.raises(ValidationError):
        reset(other, default_token_generator.make_token(user))


@pytest.mark.parametrize("uid", ["", "Nw", "!!", "99999999999999999999999999", "w6k", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_nonsense_letter_is_refused(uid):
    with pytest.raises(ValidationError):
        services.find_reset(uid, "x-y", address=ADDRESS)


def test_guessing_letters_locks_the_address_out():
    user = UserFactory()
    for _attempt in range(10):
        with pytest.raises(ValidationError):
            reset(user, "x-y")

    with pytest.raises(Locked):
        reset(user, default_token_generator.make_token(user))


def test_tokens_given_out_before_a_reset_are_dead():
    user = UserFactory()
    pair = tokens.pair(services.sign_in(by=by(user), kind="api", device="", address=ADDRESS))
    reset(user, default_token_generator.make_token(fresh(user)))

    for token in pair.values():
        with pytest.raises(Exception, match="not valid"):
            tokens.verify(token)
