import pytest

from accounts import bootstrap
from accounts.models import Role, User
from workflow.models import Event

pytestmark = pytest.mark.django_db


def test_the_first_administrator_signs_in_with_the_password_that_was_shown():
    password = bootstrap.first_admin()

    admin = User.objects.get(username="admin")
    assert admin.check_password(password)
    assert admin.role == Role.ADMIN
    assert admin.is_staff
    assert list(Event.objects.about(admin).values_list("verb", flat=True)) == ["create"]


def test_the_password_is_shown_once():
    bootstrap.first_admin()

    assert bootstrap.first_admin() is None


def test_where_people_are_nobody_is_added():
    User.objects.create_user("orlova", "orlova@example.org", "not a secret")

    assert bootstrap.first_admin() is None
    assert not User.objects.filter(username="admin").exists()


def test_the_system_itself_is_nobody():
    User.objects.system()

    assert bootstrap.first_admin() is not None
