from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from accounts import one_time, sealing, services
from accounts.lockout import Locked
from accounts.models import RecoveryCode, SecondFactor
from accounts.services.second_factor import accepts
from accounts.tests.acting import ADDRESS, by, code_of, fresh, guard, verbs
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.models import Conflict

pytestmark = pytest.mark.django_db


def opens(user, code, *, at=None):
    return accepts(user, code, at=at or timezone.now())


def check(user, otp):
    services.check_second_factor(fresh(user), otp, address=ADDRESS, door="api")


def test_codes_are_those_of_rfc_6238():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's 12345678901234567890 in Base32

    assert one_time.generator(secret).generate(59).decode() == "287082"
    assert one_time.generator(secret).generate(1111111109).decode() == "081804"


def test_it_guards_only_after_its_first_code():
    user = UserFactory()
    secret = services.begin_second_factor(by=by(user))
    check(user, "")

    services.confirm_second_factor(by=by(user), otp=code_of(secret))

    with pytest.raises(AuthenticationFailed) as refusal:
        check(user, "")
    assert refusal.value.get_codes() == "otp_required"
    assert verbs(user) == ["set-up-second-factor"]


def test_beginning_twice_shows_the_same_secret():
    user = UserFactory()

    assert services.begin_second_factor(by=by(user)) == services.begin_second_factor(by=by(user))


def test_a_wrong_first_code_switches_nothing_on():
    user = UserFactory()
    secret = services.begin_second_factor(by=by(user))
    wrong = "000000" if code_of(secret) != "000000" else "000001"

    with pytest.raises(ValidationError):
        services.confirm_second_factor(by=by(user), otp=wrong)
    assert not fresh(user).is_guarded


def test_a_confirmed_one_is_not_begun_or_confirmed_again():
    user = UserFactory()
    guard(user)

    with pytest.raises(Conflict):
        services.begin_second_factor(by=by(user))
    with pytest.raises(Conflict):
        services.confirm_second_factor(by=by(user), otp="123456")


def test_setting_it_up_ends_every_other_session():
    user = UserFactory()
    kept, _other = (services.sign_in(by=by(user), kind="page", device="", address=ADDRESS) for _each in range(2))
    secret = services.begin_second_factor(by=by(user))
    services.confirm_second_factor(by=by(user), otp=code_of(secret), keep=kept.pk)

    assert list(user.sign_ins.alive()) == [kept]


def test_a_code_opens_once():
    user = UserFactory()
    secret, _codes = guard(user)
    code = code_of(secret, steps=1)

    assert opens(user, code)
    assert not opens(user, code)


def test_the_code_that_confirmed_it_is_spent():
    user = UserFactory()
    secret = services.begin_second_factor(by=by(user))
    code = code_of(secret)
    services.confirm_second_factor(by=by(user), otp=code)

    assert not opens(user, code)


def test_an_older_code_than_the_last_used_is_refused():
    user = UserFactory()
    secret, _codes = guard(user)
    now = timezone.now() + timedelta(minutes=5)
    older = one_time.code_at(secret, now - timedelta(seconds=one_time.STEP))

    assert opens(user, one_time.code_at(secret, now), at=now)
    assert not opens(user, older, at=now)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(steps, good):
    user = UserFactory()
    secret, _codes = guard(user)
    now = timezone.now() + timedelta(minutes=5)
    code = one_time.code_at(secret, now + timedelta(seconds=one_time.STEP * steps))

    assert opens(user, code, at=now) is good


@pytest.mark.parametrize("spelled", [str, str.upper, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_recovery_code_opens_once_however_it_is_spelled(spelled):
    user = UserFactory()
    _secret, codes = guard(user)

    assert opens(user, spelled(codes[0]))
    assert not opens(user, spelled(codes[0]))
    assert opens(user, codes[1])
    assert services.second_factor_of(user) == {"enabled": True, "recovery_codes_left": 8}


@pytest.mark.parametrize("nonsense", ["", "-", "12345", "1234567", "١٢٣٤٥٦", "abcde-fghij", "\0", "💥" * 20])
def test_nonsense_opens_nothing(nonsense):
    user = UserFactory()
    guard(user)

    assert not opens(user, nonsense)


def test_codes_of_one_person_do_not_open_for_another():
    user, other = UserFactory(), UserFactory()
    secret, codes = guard(user)
    guard(other)

    assert not opens(other, code_of(secret, steps=1))
    assert not opens(other, codes[0])


def test_neither_secret_nor_recovery_codes_can_be_read_from_the_database():
    user = UserFactory()
    secret, codes = guard(user)

    stored = str(list(SecondFactor.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_sealed_text_opens_only_with_the_key(settings):
    sealed = sealing.seal("secret")
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key that is also long enough to be one"
    with pytest.raises(sealing.InvalidToken):
        sealing.unseal(sealed)

    settings.SECRET_KEY_FALLBACKS = [old]

    assert sealing.unseal(sealed) == "secret"


def test_guessing_codes_locks_out():
    user = UserFactory()
    secret, _codes = guard(user)
    for _attempt in range(10):
        with pytest.raises(AuthenticationFailed) as refusal:
            check(user, "abcdef")
        assert refusal.value.get_codes() == "otp_invalid"

    with pytest.raises(Locked):
        check(user, code_of(secret, steps=1))


def test_taking_it_off_needs_the_password():
    user = UserFactory()
    guard(user)

    with pytest.raises(ValidationError):
        services.disable_second_factor(by=by(user), password="wrong", address=ADDRESS)
    assert fresh(user).is_guarded

    services.disable_second_factor(by=by(user), password=PASSWORD, address=ADDRESS)

    assert not fresh(user).is_guarded
    assert not RecoveryCode.objects.exists()
    assert verbs(user) == ["set-up-second-factor", "take-off-second-factor"]


def test_what_is_not_there_cannot_be_taken_off():
    with pytest.raises(Conflict):
        services.disable_second_factor(by=by(UserFactory()), password=PASSWORD, address=ADDRESS)


def test_new_recovery_codes_make_the_old_ones_worthless():
    user = UserFactory()
    _secret, old = guard(user)
    new = services.renew_recovery_codes(by=by(user), password=PASSWORD, address=ADDRESS)

    assert len(set(new)) == one_time.RECOVERY_CODES
    assert not opens(user, old[0])
    assert opens(user, new[0])


def test_an_administrator_helps_who_lost_phone_and_codes():
    user, admin = UserFactory(), UserFactory(admin=True)
    guard(user)
    services.reset_second_factor(user, by=by(admin), note="Phone stolen.")

    assert not fresh(user).is_guarded


def test_an_administrator_uses_the_password_for_their_own():
    admin = UserFactory(admin=True)
    guard(admin)

    with pytest.raises(PermissionDenied):
        services.reset_second_factor(admin, by=by(admin))


def test_the_app_is_told_who_and_what():
    user = UserFactory(username="orlov")
    uri = services.uri_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", user)

    assert uri.startswith("otpauth://totp/Vakhta:orlov?")
    assert "style" not in one_time.qr(uri)
