import pytest

from accounts.tests.factories import UserFactory
from tickets.models import CannedReply, Category, SlaTarget
from workflow.models import Event

pytestmark = pytest.mark.django_db
ADMIN = "/api/admin/tickets"


@pytest.fixture
def client_of_admin(page):
    return page(UserFactory(admin=True))


def test_a_promise_is_changed_in_admin(client_of_admin):
    high = SlaTarget.objects.get(priority="high")
    typed = {"response_minutes": 10, "resolution_minutes": 20, "warning_share": 50}

    client_of_admin.post(f"{ADMIN}/slatarget/{high.pk}/change/", typed)

    high.refresh_from_db()
    assert (high.response_minutes, high.resolution_minutes, high.warning_share) == (10, 20, 50)
    assert Event.objects.about(high).get().channel == "admin"
    assert client_of_admin.get(f"{ADMIN}/slatarget/add/").status_code == 403


def test_a_canned_reply_is_written_in_admin_and_its_variables_are_checked(client_of_admin):
    typed = {"title": "Restart", "text": "Hello {name}", "is_active": "on"}

    client_of_admin.post(f"{ADMIN}/cannedreply/add/", {**typed, "text": "{x.__class__}"})
    assert not CannedReply.objects.exists()
    client_of_admin.post(f"{ADMIN}/cannedreply/add/", typed)

    assert CannedReply.objects.get().text == "Hello {name}"


def test_a_category_is_kept_in_admin(client_of_admin):
    technician = UserFactory(technician=True)

    client_of_admin.post(
        f"{ADMIN}/category/add/",
        {"name": "Scanners", "default_assignee": technician.pk, "is_active": "on", "order": 3},
    )

    assert Category.objects.get(name="Scanners").default_assignee == technician


@pytest.mark.parametrize("model", ["slatarget", "cannedreply", "category", "slawarning"])
def test_the_lists_open(client_of_admin, model):
    assert client_of_admin.get(f"{ADMIN}/{model}/").status_code == 200
