import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import services
from accounts.models import Role, Standing, User
from accounts.tests.acting import ADDRESS, by, fresh, verbs
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.models import Conflict, Event, StaleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return by(UserFactory(admin=True))


def signed_in(user):
    return services.sign_in(by=by(user), kind="api", device="curl/8.5", address=ADDRESS)


def test_a_role_is_given_and_ends_what_the_old_one_opened(admin):
    user = UserFactory()
    session, version = signed_in(user), user.token_version

    services.set_role(user, by=admin, role=Role.TECHNICIAN, note="New shift.")

    session.refresh_from_db()
    event = Event.objects.about(user).last()
    assert fresh(user).role == Role.TECHNICIAN
    assert fresh(user).token_version == version + 1
    assert session.ended_at is not None
    assert (event.verb, event.before, event.after, event.note) == (
        "set-role", {"role": "user"}, {"role": "technician"}, "New shift.",
    )  # fmt: skip


def test_the_same_role_again_changes_nothing(admin):
    user = UserFactory(technician=True)
    services.set_role(user, by=admin, role=Role.TECHNICIAN)

    assert verbs(user) == []
    assert fresh(user).token_version == 1


def test_an_unknown_role_is_refused(admin):
    with pytest.raises(ValidationError):
        services.set_role(UserFactory(), by=admin, role="emperor")


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
@pytest.mark.parametrize(
    "verb",
    [
        lambda user, by: services.set_role(user, by=by, role=Role.ADMIN),
        lambda user, by: services.edit_person(user, by=by, role=Role.ADMIN),
        lambda user, by: services.deactivate(user, by=by),
        lambda user, by: services.activate(user, by=by),
        lambda user, by: services.set_password(user, by=by, password="another long secret"),
        lambda user, by: services.reset_second_factor(user, by=by),
        lambda user, by: services.create_person(by=by, username="x", email="x@example.org"),
    ],
    ids=["set_role", "edit", "deactivate", "activate", "set_password", "reset_second_factor", "create"],
)
def test_nobody_but_administrators_manages_people(role, verb):
    user, other = UserFactory(role=role), UserFactory()

    for whom in (user, other):
        with pytest.raises(PermissionDenied):
            verb(whom, by(user))
    assert fresh(user).role == role
    assert fresh(other).is_active


def test_the_last_administrator_is_neither_demoted_nor_deactivated(admin):
    UserFactory(admin=True, inactive=True)

    with pytest.raises(Conflict):
        services.set_role(admin.user, by=admin, role=Role.USER)
    with pytest.raises(Conflict):
        services.deactivate(admin.user, by=admin)
    assert fresh(admin.user).is_admin
    assert fresh(admin.user).is_active


def test_one_of_two_administrators_may_go(admin):
    other = UserFactory(admin=True)
    services.deactivate(other, by=admin)

    assert fresh(other).standing == Standing.DEACTIVATED


def test_who_is_deactivated_is_shut_out_at_once_and_signs_in_anew_when_back(admin):
    user = UserFactory()
    session = signed_in(user)
    services.deactivate(user, by=admin, note="Left.")
    session.refresh_from_db()
    assert session.ended_at is not None
    assert services.check_credentials(user.username, PASSWORD, address=ADDRESS, door="api") is None

    services.activate(user, by=admin)

    session.refresh_from_db()
    assert session.ended_at is not None
    assert services.check_credentials(user.username, PASSWORD, address=ADDRESS, door="api") == user
    assert verbs(user) == ["sign-in", "deactivate", "activate"]


def test_out_of_turn_is_refused(admin):
    gone, here = UserFactory(inactive=True), UserFactory()

    with pytest.raises(Conflict):
        services.deactivate(gone, by=admin)
    with pytest.raises(Conflict):
        services.activate(here, by=admin)


@pytest.mark.parametrize(
    "verb",
    [
        lambda user, by: services.set_role(user, by=by, role=Role.ADMIN),
        lambda user, by: services.edit_person(user, by=by, email="else@example.org"),
        lambda user, by: services.deactivate(user, by=by),
        lambda user, by: services.set_password(user, by=by, password="another long secret"),
    ],
    ids=["set_role", "edit", "deactivate", "set_password"],
)
def test_the_system_itself_is_untouchable(admin, verb):
    system = User.objects.system()

    with pytest.raises(PermissionDenied):
        verb(system, admin)
    assert fresh(system).is_active
    assert not fresh(system).has_usable_password()


def test_a_card_is_edited_with_one_event(admin):
    user = UserFactory(department="Sales")
    services.edit_person(user, by=admin, department="IT", last_name="Орлов")

    event = Event.objects.about(user).last()
    assert event.before == {"department": "Sales", "last_name": ""}
    assert event.after == {"department": "IT", "last_name": "Орлов"}


def test_a_stale_card_is_refused(admin):
    user = UserFactory()
    services.edit_person(user, by=admin, department="IT", version=1)

    with pytest.raises(StaleVersion):
        services.edit_person(user, by=admin, department="Sales", version=1)


def test_a_card_says_nothing_about_the_role(admin):
    stale = UserFactory(role=Role.MANAGER)
    services.set_role(fresh(stale), by=admin, role=Role.USER)

    services.edit_person(stale, by=admin, department="IT")

    assert fresh(stale).role == Role.USER


def test_a_role_is_given_whatever_the_giver_has_seen(admin):
    stale = UserFactory(role=Role.MANAGER)
    services.set_role(fresh(stale), by=admin, role=Role.USER)

    services.set_role(stale, by=admin, role=Role.MANAGER)

    assert fresh(stale).role == Role.MANAGER


@pytest.mark.parametrize("field", ["is_active", "token_version", "password", "approved_at", "must_change_password"])
def test_what_is_not_on_the_card_cannot_be_written(admin, field):
    user = UserFactory()

    with pytest.raises(PermissionDenied):
        services.edit_person(user, by=admin, **{field: 1})


def test_an_email_of_somebody_else_is_refused(admin):
    UserFactory(email="taken@example.org")
    user = UserFactory()

    with pytest.raises(ValidationError) as refusal:
        services.edit_person(user, by=admin, email="Taken@Example.org")
    assert set(refusal.value.message_dict) == {"email"}


def test_a_person_made_by_an_administrator_may_come_in_but_must_choose_a_password(admin):
    user = services.create_person(
        by=admin, username="orlov", email="orlov@example.org", role=Role.MANAGER, password=PASSWORD
    )

    assert services.check_credentials("orlov", PASSWORD, address=ADDRESS, door="api") == user
    assert user.must_change_password
    assert user.role == Role.MANAGER


def test_without_a_password_nobody_comes_in(admin):
    user = services.create_person(by=admin, username="orlov", email="orlov@example.org")

    assert not user.has_usable_password()


def test_the_register_finds_people_by_standing():
    people = {
        Standing.ACTIVE: UserFactory(),
        Standing.WAITING: UserFactory(unapproved=True),
        Standing.REFUSED: UserFactory(unapproved=True, inactive=True),
        Standing.DEACTIVATED: UserFactory(inactive=True),
    }
    for standing, user in people.items():
        assert list(User.objects.people().standing(standing)) == [user]
        assert user.standing == standing
