"""Several at once, each with a database connection of its own: exactly one wins."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from rest_framework.exceptions import Throttled

from accounts import services
from accounts.lockout import PER_ACCOUNT
from accounts.models import FailedSignIn, Role, User
from accounts.services.second_factor import accepts
from accounts.tests.acting import ADDRESS, by, code_of, fresh, guard
from accounts.tests.factories import PASSWORD, UserFactory
from workflow.actor import Channel
from workflow.models import Conflict
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_administrators_do_not_oust_each_other():
    one, other = UserFactory(admin=True), UserFactory(admin=True)
    by_one, by_other = by(fresh(one)), by(fresh(other))
    outcomes = together(
        lambda: services.set_role(other, by=by_one, role=Role.USER),
        lambda: services.deactivate(one, by=by_other),
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
    assert User.objects.admins().count() == 1


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_lets_one_in(kind):
    user = UserFactory()
    secret, recovery = guard(user)
    code = code_of(secret, steps=1) if kind == "app" else recovery[0]
    outcomes = together(*[lambda: accepts(user, code, at=timezone.now())] * 8)

    assert sorted(outcomes) == [False] * 7 + [True]


def test_an_invitation_makes_one_account():
    sent = services.invite(by=by(UserFactory(admin=True)), email="x@example.org", role="user", product_url="https://a")
    outcomes = together(
        *(
            lambda name=name: services.accept_invitation(
                sent.invitation, channel=Channel.PAGE, username=name, password=PASSWORD
            )
            for name in ("one", "two", "three", "four")
        )
    )

    made = [outcome for outcome in outcomes if isinstance(outcome, User)]
    assert len(made) == 1
    assert all(isinstance(other, ValidationError | IntegrityError) for other in outcomes if other not in made)
    assert list(User.objects.filter(email="x@example.org")) == made


def test_a_person_is_let_in_once():
    user, admin = UserFactory(unapproved=True), by(UserFactory(admin=True))
    outcomes = together(*[lambda: services.approve(fresh(user), by=admin)] * 4)

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict] * 3


def test_a_burst_of_guesses_is_bounded_by_the_lock():
    user = UserFactory()
    outcomes = together(*[lambda: services.check_credentials(user.username, "wrong", address=ADDRESS, door="api")] * 24)

    learned = [outcome for outcome in outcomes if not isinstance(outcome, Throttled)]
    assert set(learned) <= {None}
    assert len(learned) <= PER_ACCOUNT
    with pytest.raises(Throttled):
        services.check_credentials(user.username, PASSWORD, address=ADDRESS, door="api")
    assert FailedSignIn.objects.count() >= PER_ACCOUNT


def test_a_letter_is_written_once():
    services.request_reset(email=UserFactory().email, address=ADDRESS, language="en", product_url="https://a")
    outcomes = together(*[lambda: services.answer_resets(at=timezone.now())] * 4)

    assert sorted(outcomes) == [0, 0, 0, 1]
