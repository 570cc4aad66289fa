from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import lockout, services
from accounts.lockout import PER_ACCOUNT, PER_ADDRESS, WINDOW, Locked
from accounts.models import FailedSignIn
from accounts.tests.acting import ADDRESS, fail
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(lockout, "PAUSE_STEP", 0.001)


def attempt(account, password=PASSWORD, address=ADDRESS):
    return services.check_credentials(account, password, address=address, door="api")


def test_after_ten_failures_even_the_right_password_waits():
    user = UserFactory()
    for _attempt in range(PER_ACCOUNT):
        assert attempt(user.username, "wrong") is None

    with pytest.raises(Locked) as refusal:
        attempt(user.username)
    assert 0 < refusal.value.wait <= WINDOW.total_seconds()


def test_an_account_that_does_not_exist_is_locked_alike():
    for _attempt in range(PER_ACCOUNT):
        assert attempt("nobody", "wrong") is None

    with pytest.raises(Locked):
        attempt("nobody")


def test_success_never_counts():
    user = UserFactory()

    assert all(attempt(user.username) == user for _attempt in range(2 * PER_ACCOUNT))
    assert not FailedSignIn.objects.exists()


def test_a_lock_ends_by_itself():
    user = UserFactory()
    fail(user.username, PER_ACCOUNT, ago=WINDOW + timedelta(seconds=1))

    assert attempt(user.username) == user


def test_a_lock_is_not_prolonged_by_knocking():
    user = UserFactory()
    fail(user.username, PER_ACCOUNT, ago=WINDOW - timedelta(seconds=30))
    for _attempt in range(3):
        with pytest.raises(Locked) as refusal:
            attempt(user.username, "wrong")

    assert refusal.value.wait <= 30
    assert FailedSignIn.objects.count() == PER_ACCOUNT


def test_a_lock_holds_for_one_address_only():
    user = UserFactory()
    fail(user.username, PER_ACCOUNT)

    assert attempt(user.username, address="192.168.1.25") == user


def test_many_addresses_slow_an_account_down_and_never_lock_it(monkeypatch):
    user = UserFactory()
    for number in range(PER_ACCOUNT * 3):
        fail(user.username, 1, address=f"10.0.0.{number}")
    paused = []
    monkeypatch.setattr(lockout.time, "sleep", paused.append)

    assert attempt(user.username) == user
    assert paused == [pytest.approx(0.001 * PER_ACCOUNT * 2)]


def test_only_so_many_are_kept_waiting_at_once():
    user = UserFactory()
    for number in range(PER_ACCOUNT * 2):
        fail(user.username, 1, address=f"10.0.0.{number}")
    taken = [lockout.pauses.acquire(blocking=False) for _slot in range(2)]
    try:
        with pytest.raises(Locked) as refusal:
            attempt(user.username)
    finally:
        for _slot in taken:
            lockout.pauses.release()
    assert refusal.value.wait == 1


def test_an_address_alone_is_locked_after_a_hundred():
    user = UserFactory()
    for number in range(PER_ADDRESS):
        fail(f"guess{number}", 1)

    with pytest.raises(Locked):
        attempt(user.username)
    assert attempt(user.username, address="192.168.1.25") == user


def test_behind_a_socket_file_nobody_shares_a_lock():
    user = UserFactory()
    for number in range(PER_ADDRESS):
        fail(f"guess{number}", 1, address=None)

    assert attempt(user.username, address=None) == user


@pytest.mark.parametrize("spelling", ["ORLOV", "Orlov", "orlov\0", "ｏｒｌｏｖ"])
def test_another_spelling_does_not_evade(spelling):
    fail("orlov", PER_ACCOUNT)

    with pytest.raises(Locked):
        attempt(spelling)


def test_letters_that_a_database_folds_do_not_evade():
    fail("admin kassir", PER_ACCOUNT)

    with pytest.raises(Locked):
        attempt("adm\u0131n \u212aa\u017f\u017fir")


def test_who_fails_beside_a_lock_is_not_told_whether_they_were_right():
    user = UserFactory()

    def right_after_others_failed():
        fail(user.username, PER_ACCOUNT)
        return user

    with pytest.raises(Locked):
        lockout.guarded(user.username, address=ADDRESS, door="api", attempt=right_after_others_failed)


def test_failures_are_forgotten_in_time(settings):
    old, new = settings.SIGN_INS_KEEP + timedelta(days=1), timedelta(days=1)
    fail("old", 1, ago=old)
    fail("new", 1, ago=new)
    services.purge(at=timezone.now())

    assert list(FailedSignIn.objects.values_list("account", flat=True)) == ["new"]
