"""The first administrator, without whom nobody could let anybody in."""

import secrets

from django.db import transaction

from accounts.models import Role, User
from workflow.actor import Actor, Channel
from workflow.models import Event


@transaction.atomic
def first_admin() -> str | None:
    """Create `admin` where no person exists yet and return the password, to be shown once; None where one does."""
    if User.objects.people().exists():
        return None
    password = secrets.token_urlsafe(12)
    admin = User.objects.create_superuser("admin", "admin@localhost", password)
    Event.record(admin, by=Actor(User.objects.system(), Channel.COMMAND), verb="create", after={"role": Role.ADMIN})
    return password
