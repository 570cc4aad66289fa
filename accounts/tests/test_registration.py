import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework.exceptions import Throttled

from accounts import services, throttle
from accounts.models import Standing, User
from accounts.tests.acting import ADDRESS, by, verbs
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.models import Conflict

pytestmark = pytest.mark.django_db


def newcomer(**fields):
    wanted = {"username": "orlova", "email": "orlova@example.org", "password": PASSWORD, **fields}
    return services.register(address=ADDRESS, **wanted)


def test_who_registers_waits_for_approval():
    user = newcomer()

    assert user.standing == Standing.WAITING
    assert services.check_credentials("orlova", PASSWORD, address=ADDRESS, door="api") is None


def test_open_registration_lets_in_at_once(settings):
    settings.REGISTRATION_MODE = "open"
    newcomer()

    assert services.check_credentials("orlova", PASSWORD, address=ADDRESS, door="api").username == "orlova"


def test_closed_registration_lets_nobody_in(settings):
    settings.REGISTRATION_MODE = "closed"

    with pytest.raises(PermissionDenied):
        newcomer()
    assert not User.objects.filter(username="orlova").exists()


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"email": "Person@Example.org"}, "email"),
        ({"username": "PERSON"}, "username"),
        ({"username": "person@example.org"}, "username"),
        ({"password": "12345"}, "password"),
        ({"username": "no spaces please"}, "username"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_what_cannot_be_an_account_is_refused_at_its_field(fields, at_fault):
    UserFactory(username="person", email="person@example.org")

    with pytest.raises(ValidationError) as refusal:
        newcomer(**fields)
    assert set(refusal.value.message_dict) == {at_fault}


def test_an_address_that_registers_too_often_waits(settings, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "register", throttle.Rate(2, 3600))
    for number in range(2):
        newcomer(username=f"person{number}", email=f"person{number}@example.org")

    with pytest.raises(Throttled) as refusal:
        newcomer()
    assert 0 < refusal.value.wait <= 3600


def test_an_administrator_approves():
    user = newcomer()
    services.approve(user, by=by(UserFactory(admin=True)))

    assert user.standing == Standing.ACTIVE
    assert verbs(user) == ["register", "approve"]
    assert services.check_credentials("orlova", PASSWORD, address=ADDRESS, door="api") == user


def test_who_is_approved_is_not_approved_again():
    with pytest.raises(Conflict):
        services.approve(UserFactory(), by=by(UserFactory(admin=True)))


def test_who_is_refused_stays_outside_until_approved_after_all():
    user, admin = newcomer(), by(UserFactory(admin=True))
    services.refuse(user, by=admin, note="Nobody knows her.")
    assert user.standing == Standing.REFUSED

    services.approve(user, by=admin)

    assert user.standing == Standing.ACTIVE


def test_only_a_waiting_person_is_refused():
    with pytest.raises(Conflict):
        services.refuse(UserFactory(), by=by(UserFactory(admin=True)))


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_nobody_but_administrators_lets_people_in(role):
    user = newcomer()

    with pytest.raises(PermissionDenied):
        services.approve(user, by=by(UserFactory(role=role)))
    user.refresh_from_db()
    assert user.standing == Standing.WAITING
