"""Everything that can happen to a person and their sign-ins, by use case.

Raises PermissionDenied, ValidationError or Conflict.
"""

from accounts.services.passwords import change_password
from accounts.services.profile import edit_profile
from accounts.services.registration import register
from accounts.services.signing_in import check_credentials, sign_in, sign_out

__all__ = ["change_password", "check_credentials", "edit_profile", "register", "sign_in", "sign_out"]
