from accounts.views.calendar import calendar, clear_day, edit_day, edit_week, import_days
from accounts.views.organisation import edit_organisation, organisation
from accounts.views.own import change_password, profile, sign_in, sign_out
from accounts.views.policy import policy

__all__ = [
    "calendar",
    "change_password",
    "clear_day",
    "edit_day",
    "edit_organisation",
    "edit_week",
    "import_days",
    "organisation",
    "policy",
    "profile",
    "sign_in",
    "sign_out",
]
