"""Everything that can happen to a person and their sign-ins, by use case.

Raises PermissionDenied, ValidationError or Conflict; credential doors also Locked, Throttled, AuthenticationFailed.
"""

from accounts.services.calendar import clear_day, edit_week, import_days, set_day
from accounts.services.handing_over import hand_over
from accounts.services.invitations import Sent, accept_invitation, find_invitation, invite, resend, withdraw
from accounts.services.organisation import edit_organisation
from accounts.services.passwords import (
    answer_resets,
    change_password,
    find_reset,
    request_reset,
    reset_password,
    set_password,
)
from accounts.services.people import activate, create_person, deactivate, edit_person, set_role
from accounts.services.profile import edit_profile
from accounts.services.registration import approve, refuse, register
from accounts.services.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    disable_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    second_factor_of,
    uri_of,
)
from accounts.services.signing_in import (
    check_credentials,
    check_second_factor,
    end_session,
    purge,
    sign_in,
    sign_out,
    sign_out_everywhere,
    welcomed,
)
from accounts.services.telegram import begin_telegram, link_telegram, unlink_telegram

__all__ = [
    "Sent",
    "accept_invitation",
    "activate",
    "answer_resets",
    "approve",
    "begin_second_factor",
    "begin_telegram",
    "change_password",
    "check_credentials",
    "check_second_factor",
    "clear_day",
    "confirm_second_factor",
    "create_person",
    "deactivate",
    "disable_second_factor",
    "edit_organisation",
    "edit_person",
    "edit_profile",
    "edit_week",
    "end_session",
    "find_invitation",
    "find_reset",
    "hand_over",
    "import_days",
    "invite",
    "link_telegram",
    "purge",
    "refuse",
    "register",
    "renew_recovery_codes",
    "request_reset",
    "resend",
    "reset_password",
    "reset_second_factor",
    "second_factor_of",
    "set_day",
    "set_password",
    "set_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "unlink_telegram",
    "uri_of",
    "welcomed",
    "withdraw",
]
