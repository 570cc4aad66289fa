"""People, what they may be, where they are signed in; their organisation and when it works."""

from accounts.models.calendar import WEEKDAYS, CalendarDay, WorkingCalendar
from accounts.models.invitation import Invitation
from accounts.models.organisation import Organisation
from accounts.models.password_reset import PasswordReset
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.sign_in import FailedSignIn, SignIn
from accounts.models.telegram_code import TelegramCode
from accounts.models.user import Role, Standing, User

__all__ = [
    "WEEKDAYS",
    "CalendarDay",
    "FailedSignIn",
    "Invitation",
    "Organisation",
    "PasswordReset",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "SignIn",
    "Standing",
    "TelegramCode",
    "User",
    "WorkingCalendar",
]
