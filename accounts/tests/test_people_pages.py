"""People on the pages of administrators."""

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Invitation, Standing, User
from accounts.tests.acting import by, fresh, guard
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.views import VERBS
from incidents.tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db
PEOPLE = reverse("accounts:people")
PAGES = ["people", "create-person", "invitations", "invite"]


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(admin=True, username="boss"))
    return client


def act(client, verb, user, **form):
    return client.post(reverse(f"accounts:{verb}", args=[user.pk]), form)


@pytest.mark.parametrize("role", ["user", "technician", "manager"])
def test_the_register_is_not_for_everybody(client, role):
    client.force_login(UserFactory(role=role))
    user = UserFactory()

    assert all(client.get(reverse(f"accounts:{page}")).status_code == 403 for page in PAGES)
    assert client.get(user.get_absolute_url()).status_code == 403
    assert all(act(client, verb, user, role="admin").status_code == 403 for verb in VERBS)


def test_an_auditor_reads_and_changes_nothing(client):
    client.force_login(UserFactory(auditor=True))
    user = UserFactory()
    card = client.get(user.get_absolute_url())

    assert client.get(PEOPLE).status_code == card.status_code == 200
    assert reverse("accounts:deactivate", args=[user.pk]) not in card.content.decode()
    assert act(client, "deactivate", user).status_code == 403


def test_people_are_found_by_standing_role_and_words(admin):
    UserFactory(username="orlov", last_name="Орлов", technician=True)
    UserFactory(username="gone", inactive=True)
    UserFactory(username="new", unapproved=True)
    User.objects.system()

    def listed(**query):
        return {person.username for person in admin.get(PEOPLE, query).context["page"]}

    assert listed() == {"boss", "orlov"}
    assert listed(tab="waiting") == {"new"}
    assert listed(tab="deactivated") == {"gone"}
    assert listed(role="technician") == listed(search="орл") == {"orlov"}
    assert listed(role="nonsense") == set()


def test_the_list_costs_the_same_for_fifty(admin, django_assert_max_num_queries):
    UserFactory.create_batch(50)

    with django_assert_max_num_queries(12):
        admin.get(PEOPLE)


def test_a_newcomer_is_let_in_from_the_card(admin):
    user = UserFactory(unapproved=True)
    card = admin.get(user.get_absolute_url()).content.decode()
    assert reverse("accounts:approve", args=[user.pk]) in card
    assert reverse("accounts:deactivate", args=[user.pk]) not in card

    assert act(admin, "approve", user, note="Known.")["Location"] == user.get_absolute_url()

    assert fresh(user).standing == Standing.ACTIVE


def test_out_of_turn_is_said_on_the_card(admin):
    user = UserFactory()

    answer = admin.post(reverse("accounts:approve", args=[user.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == user.get_absolute_url()
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_every_verb_has_its_page_and_does_its_work(admin):
    user = UserFactory()
    guard(user)
    for verb in VERBS:
        assert admin.get(reverse(f"accounts:{verb}", args=[user.pk])).status_code == 200

    act(admin, "set-role", user, role="manager")
    act(admin, "reset-second-factor", user)
    act(admin, "set-password", user, password="another long secret")
    act(admin, "sign-out", user)
    act(admin, "deactivate", user, note="Left.")

    changed = fresh(user)
    assert (changed.role, changed.is_guarded, changed.must_change_password) == ("manager", False, True)
    assert changed.standing == Standing.DEACTIVATED
    act(admin, "activate", user)
    assert fresh(user).standing == Standing.ACTIVE


def test_a_weak_password_is_said_at_its_field(admin):
    answer = act(admin, "set-password", UserFactory(), password="short")

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["password"]


def test_the_system_has_no_card(admin):
    system = User.objects.system()

    assert admin.get(system.get_absolute_url()).status_code == 404
    assert act(admin, "deactivate", system).status_code == 404


def test_an_account_is_made_and_its_card_changed(admin):
    form = {"username": "orlov", "email": "orlov@example.org", "role": "technician", "password": PASSWORD}
    admin.post(reverse("accounts:create-person"), form)
    user = User.objects.get(username="orlov")
    assert (user.role, user.must_change_password, user.standing) == ("technician", True, Standing.ACTIVE)

    edit = reverse("accounts:edit-person", args=[user.pk])
    admin.post(edit, {"username": "orlov", "email": "orlov@example.org", "department": "IT", "role": "admin"})

    assert (fresh(user).department, fresh(user).role) == ("IT", "technician")
    taken = admin.post(edit, {"username": "boss", "email": "orlov@example.org"})
    assert taken.status_code == 400
    assert list(taken.context["form"].errors) == ["username"]


def test_somebody_is_invited_and_the_link_is_shown_once(admin):
    form = {"email": "orlov@example.org", "role": "technician", "language": "ru"}
    answer = admin.post(reverse("accounts:invite"), form)
    invitation = Invitation.objects.get()
    assert "http://testserver/invitation/" in answer.content.decode()
    assert "/invitation/" not in admin.get(reverse("accounts:invitations")).content.decode()
    assert admin.post(reverse("accounts:invite"), form).status_code == 400

    admin.post(reverse("accounts:resend-invitation", args=[invitation.pk]))
    admin.post(reverse("accounts:withdraw-invitation", args=[invitation.pk]))

    invitation.refresh_from_db()
    assert (invitation.times_sent, invitation.state) == (2, "withdrawn")
    late = admin.post(reverse("accounts:resend-invitation", args=[invitation.pk]), follow=True)
    assert late.redirect_chain[-1][0] == reverse("accounts:invitations")


def test_a_manager_hands_over_what_a_leaver_had_open(client):
    leaver, successor = UserFactory(technician=True), UserFactory(technician=True)
    incident = IncidentFactory(in_progress=True, assignee=leaver)
    services.deactivate(leaver, by=by(UserFactory(admin=True)))
    client.force_login(UserFactory(manager=True))
    page = reverse("accounts:hand-over", args=[leaver.pk])
    assert page in client.get(reverse("accounts:leavers")).content.decode()
    assert incident.title in client.get(page).content.decode()

    client.post(page, {"to": successor.pk, "note": "Left."})

    incident.refresh_from_db()
    assert incident.assignee == successor
    assert page not in client.get(reverse("accounts:leavers")).content.decode()


def test_a_technician_hands_nothing_over(client):
    client.force_login(UserFactory(technician=True))

    assert client.get(reverse("accounts:leavers")).status_code == 403


def test_a_card_that_somebody_else_changed_is_not_overwritten(admin):
    user = UserFactory(username="orlov", email="orlov@example.org", department="Sales")
    edit = reverse("accounts:edit-person", args=[user.pk])
    form = admin.get(edit).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"last_name": "Orlov"}
    User.objects.get(pk=user.pk).change(verb="edit", by=by(user), department="IT")

    assert admin.post(edit, sent).status_code == 412
    assert User.objects.get(pk=user.pk).department == "IT"
