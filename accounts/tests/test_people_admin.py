import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Standing, User
from accounts.tests.acting import by, fail, fresh, verbs
from accounts.tests.factories import UserFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_user_changelist")


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(admin=True, username="boss"))
    return client


def card(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def act(client, action, *users, note=""):
    chosen = [user.pk for user in users]
    form = {"action": action, "_selected_action": chosen, "index": "0", "note": note}
    return client.post(LIST, form, follow=True)


def test_actions_do_what_the_services_do(admin):
    waiting, active = UserFactory(unapproved=True), UserFactory()
    act(admin, "approve", waiting, note="Known.")
    act(admin, "make_manager", active)
    act(admin, "deactivate", active, note="Left.")

    event = Event.objects.about(waiting).last()
    assert fresh(waiting).standing == Standing.ACTIVE
    assert (event.verb, event.channel, event.note) == ("approve", "admin", "Known.")
    assert (fresh(active).role, fresh(active).standing) == ("manager", Standing.DEACTIVATED)
    assert verbs(active) == ["set-role", "deactivate"]


def test_what_the_rules_refuse_is_a_warning(admin):
    boss = User.objects.get(username="boss")
    answer = act(admin, "deactivate", boss)

    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert fresh(boss).is_active


def test_a_card_is_edited_through_the_service_and_nothing_else_is_written(admin):
    user = UserFactory()
    form = {
        "username": user.username, "email": user.email, "department": "IT",
        "role": "admin", "is_active": "", "token_version": "9", "password": "x",
    }  # fmt: skip
    admin.post(card(user), form)

    changed = fresh(user)
    assert (changed.department, changed.role, changed.is_active, changed.token_version) == ("IT", "user", True, 1)
    assert changed.password == user.password
    assert verbs(user) == ["edit"]


def test_a_taken_email_is_said_on_the_form(admin):
    UserFactory(email="taken@example.org")
    user = UserFactory()
    answer = admin.post(card(user), {"username": user.username, "email": "Taken@example.org"})

    assert "email" in answer.context["adminform"].form.errors


def test_an_account_is_made_without_a_password(admin):
    admin.post(reverse("admin:accounts_user_add"), {"username": "orlov", "email": "orlov@example.org"})

    user = User.objects.get(username="orlov")
    assert not user.has_usable_password()
    assert verbs(user) == ["create"]


def test_the_system_is_hidden_and_nobody_is_deleted(admin):
    system, user = User.objects.system(), UserFactory()

    assert admin.get(card(system)).status_code == 302
    assert "system@localhost" not in admin.get(LIST).content.decode()
    assert admin.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["user", "invitation", "signin", "failedsignin"])
def test_every_list_and_card_opens(admin, model):
    user = UserFactory()
    services.invite(by=by(UserFactory(admin=True)), email="x@example.org", role="user", product_url="https://a")
    services.sign_in(by=by(user), kind="api", device="curl/8.5", address=None)
    fail("orlov", 1)
    answer = admin.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "o"})

    assert answer.status_code == 200
    row = answer.context["cl"].result_list.first() or answer.context["cl"].model.objects.first()
    assert admin.get(reverse(f"admin:accounts_{model}_change", args=[row.pk])).status_code == 200


def test_a_link_cannot_be_read_from_an_invitation(admin):
    sent = services.invite(by=by(UserFactory(admin=True)), email="x@example.org", role="user", product_url="https://a")
    page = admin.get(reverse("admin:accounts_invitation_change", args=[sent.invitation.pk])).content.decode()

    assert sent.invitation.digest not in page


def test_the_admin_password_page_is_the_product_s(admin):
    assert admin.get(reverse("admin:password_change"))["Location"] == reverse("accounts:change-password")
