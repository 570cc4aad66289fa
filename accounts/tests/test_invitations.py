from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import services
from accounts.lockout import Locked
from accounts.models import Invitation, Role, User
from accounts.tests.acting import ADDRESS, by, fresh, verbs
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.actor import Channel
from workflow.models import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return by(UserFactory(admin=True))


def invite(admin, email="orlov@example.org", role=Role.TECHNICIAN):
    return services.invite(by=admin, email=email, role=role, product_url="https://journal.example.org")


def token_of(sent):
    return urlsplit(sent.link).path.rstrip("/").rpartition("/")[2]


def accept(token, username="orlov", **names):
    invitation = services.find_invitation(token, address=ADDRESS)
    return services.accept_invitation(invitation, channel=Channel.PAGE, username=username, password=PASSWORD, **names)


def code_of(refusal):
    return refusal.value.error_dict["token"][0].code


def test_an_invitation_makes_the_account_it_promises(admin):
    sent = invite(admin)
    user = accept(token_of(sent), first_name="Илья")

    sent.invitation.refresh_from_db()
    assert (user.email, user.role, user.first_name) == ("orlov@example.org", "technician", "Илья")
    assert services.check_credentials("orlov", PASSWORD, address=ADDRESS, door="page") == user
    assert sent.invitation.state == Invitation.State.ACCEPTED
    assert sent.invitation.accepted_by == user
    assert verbs(sent.invitation) == ["invite", "accept"]


def test_the_link_is_not_kept(admin):
    sent = invite(admin)

    kept = Invitation.objects.values().get(pk=sent.invitation.pk)
    assert token_of(sent) not in str(kept)
    assert sent.link.startswith("https://journal.example.org/")


def test_a_link_works_once(admin):
    token = token_of(invite(admin))
    accept(token)

    with pytest.raises(ValidationError) as refusal:
        accept(token, username="second")
    assert code_of(refusal) == "accepted"
    assert not User.objects.filter(username="second").exists()


def test_of_two_who_found_the_link_in_time_one_wins(admin):
    token = token_of(invite(admin))
    slow = services.find_invitation(token, address=ADDRESS)
    accept(token)
    User.objects.filter(username="orlov").update(email="elsewhere@example.org")

    with pytest.raises(ValidationError) as refusal:
        services.accept_invitation(slow, channel=Channel.API, username="second", password=PASSWORD)
    assert code_of(refusal) == "accepted"
    assert not User.objects.filter(username="second").exists()


def test_a_link_expires(admin):
    sent = invite(admin)
    Invitation.objects.filter(pk=sent.invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(ValidationError) as refusal:
        accept(token_of(sent))
    assert code_of(refusal) == "expired"


def test_a_withdrawn_link_is_worthless(admin):
    sent = invite(admin)
    services.withdraw(sent.invitation, by=admin, note="Hired by others.")

    with pytest.raises(ValidationError) as refusal:
        accept(token_of(sent))
    assert code_of(refusal) == "withdrawn"
    assert verbs(sent.invitation) == ["invite", "withdraw"]


def test_sent_again_the_new_link_works_and_the_old_one_dies(admin):
    first = invite(admin)
    Invitation.objects.filter(pk=first.invitation.pk).update(expires_at=timezone.now() - timedelta(days=1))
    second = services.resend(first.invitation, by=admin, product_url="https://journal.example.org")

    with pytest.raises(ValidationError) as refusal:
        accept(token_of(first))
    assert code_of(refusal) == "invalid"
    assert accept(token_of(second)).role == Role.TECHNICIAN
    assert second.invitation.times_sent == 2


@pytest.mark.parametrize("verb", [services.withdraw, lambda i, by: services.resend(i, by=by, product_url="https://a")])
def test_what_was_accepted_is_neither_withdrawn_nor_sent_again(admin, verb):
    sent = invite(admin)
    accept(token_of(sent))

    with pytest.raises(Conflict):
        verb(sent.invitation, by=admin)


def test_one_address_has_one_open_invitation(admin):
    invite(admin)

    with pytest.raises(ValidationError):
        invite(admin, email="Orlov@Example.org")


def test_after_withdrawal_the_address_may_be_invited_anew(admin):
    services.withdraw(invite(admin).invitation, by=admin)

    assert invite(admin).invitation.state == Invitation.State.OPEN


def test_who_has_an_account_is_not_invited(admin):
    UserFactory(email="orlov@example.org")

    with pytest.raises(ValidationError):
        invite(admin, email="ORLOV@example.org")


@pytest.mark.parametrize("role", ["user", "technician", "manager", "auditor"])
def test_only_administrators_invite(role):
    with pytest.raises(PermissionDenied):
        invite(by(UserFactory(role=role)))


def test_neither_role_nor_address_can_be_smuggled_in(admin):
    user = accept(token_of(invite(admin)), role=Role.ADMIN, email="mine@example.org")

    assert (fresh(user).role, fresh(user).email) == (Role.TECHNICIAN, "orlov@example.org")


def test_guessing_links_locks_the_address_out():
    for number in range(10):
        with pytest.raises(ValidationError):
            services.find_invitation(f"guess-{number}", address=ADDRESS)

    with pytest.raises(Locked):
        services.find_invitation("guess", address=ADDRESS)
