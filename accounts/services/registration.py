"""How newcomers get an account."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.passwords import check_password_strength


@transaction.atomic
def register(*, mode: str, **fields: Any) -> User:
    """Create an account for a newcomer; by `mode` it is open at once, waits for an admin, or is refused."""
    if mode == "closed":
        raise PermissionDenied(_("Registration is closed. Ask an administrator for an invitation."))
    check_password_strength(fields["password"], User(**{**fields, "password": ""}))
    return User.objects.create_user(**fields, approved_at=timezone.now() if mode == "open" else None)
