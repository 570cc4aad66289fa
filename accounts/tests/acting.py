"""What the tests of people share: an actor of a person, and the codes their phone would show."""

from datetime import timedelta

from django.utils import timezone

from accounts import one_time, services
from accounts.models import FailedSignIn, User
from workflow.actor import Actor, Channel
from workflow.models import Event

ADDRESS = "192.168.1.24"


def by(user):
    return Actor(user, Channel.API)


def verbs(subject):
    return list(Event.objects.about(subject).values_list("verb", flat=True))


def code_of(secret, *, steps=0):
    return one_time.code_at(secret, timezone.now() + timedelta(seconds=one_time.STEP * steps))


def guard(user):
    """Set up a second factor for `user` and return its secret and recovery codes; the code of this moment is spent."""
    secret = services.begin_second_factor(by=by(user))
    codes = services.confirm_second_factor(by=by(user), otp=code_of(secret))
    user.refresh_from_db()
    return secret, codes


def fail(account, times, *, address=ADDRESS, ago=timedelta(0)):
    at = timezone.now() - ago
    FailedSignIn.objects.bulk_create(
        FailedSignIn(account=account, address=address, door="api", at=at) for _number in range(times)
    )


def fresh(user):
    return User.objects.get(pk=user.pk)
