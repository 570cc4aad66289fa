from accounts.views.calendar import calendar, clear_day, edit_day, edit_week, import_days
from accounts.views.entry import (
    accept_invitation,
    forgotten,
    register,
    reset_password,
    sign_in,
    sign_in_code,
    sign_out,
)
from accounts.views.invitations import invitations, invite, resend, withdraw
from accounts.views.organisation import edit_organisation, organisation
from accounts.views.own import (
    change_password,
    disable_second_factor,
    end_session,
    end_sessions,
    profile,
    renew_recovery_codes,
    security,
    set_up_second_factor,
)
from accounts.views.people import VERBS, create_person, edit_person, hand_over, leavers, people, person, verb_page
from accounts.views.policy import policy
from accounts.views.telegram import begin_telegram, telegram, unlink_telegram

__all__ = [
    "VERBS",
    "accept_invitation",
    "begin_telegram",
    "calendar",
    "change_password",
    "clear_day",
    "create_person",
    "disable_second_factor",
    "edit_day",
    "edit_organisation",
    "edit_person",
    "edit_week",
    "end_session",
    "end_sessions",
    "forgotten",
    "hand_over",
    "import_days",
    "invitations",
    "invite",
    "leavers",
    "organisation",
    "people",
    "person",
    "policy",
    "profile",
    "register",
    "renew_recovery_codes",
    "resend",
    "reset_password",
    "security",
    "set_up_second_factor",
    "sign_in",
    "sign_in_code",
    "sign_out",
    "telegram",
    "unlink_telegram",
    "verb_page",
    "withdraw",
]
