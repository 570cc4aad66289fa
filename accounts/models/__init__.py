"""People, what they may be, and where they are signed in."""

from accounts.models.sign_in import FailedSignIn, SignIn
from accounts.models.user import Role, User

__all__ = ["FailedSignIn", "Role", "SignIn", "User"]
