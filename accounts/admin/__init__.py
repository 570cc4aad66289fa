from accounts.admin.organisation import OrganisationAdmin, WorkingCalendarAdmin
from accounts.admin.people import FailedSignInAdmin, InvitationAdmin, SignInAdmin, UserAdmin

__all__ = [
    "FailedSignInAdmin",
    "InvitationAdmin",
    "OrganisationAdmin",
    "SignInAdmin",
    "UserAdmin",
    "WorkingCalendarAdmin",
]
