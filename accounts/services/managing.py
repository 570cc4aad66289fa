"""Who may manage whom."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from workflow.actor import Actor


def require_manager(user: User, *, by: Actor) -> None:
    """Raise PermissionDenied unless the actor manages people; the system itself is nobody's to manage."""
    require(by.user, "user.manage")
    if user.is_system:
        raise PermissionDenied(_("The system's own account is not changed by hand."))
