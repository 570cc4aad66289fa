"""Everything that can happen to a person and their sign-ins, by use case.

Raises PermissionDenied, ValidationError or Conflict.
"""

from accounts.services.calendar import clear_day, edit_week, import_days, set_day
from accounts.services.organisation import edit_organisation
from accounts.services.passwords import change_password
from accounts.services.profile import edit_profile
from accounts.services.registration import register
from accounts.services.signing_in import check_credentials, sign_in, sign_out

__all__ = [
    "change_password",
    "check_credentials",
    "clear_day",
    "edit_organisation",
    "edit_profile",
    "edit_week",
    "import_days",
    "register",
    "set_day",
    "sign_in",
    "sign_out",
]
