"""People, what they may be, where they are signed in; their organisation and when it works."""

from accounts.models.calendar import WEEKDAYS, CalendarDay, WorkingCalendar
from accounts.models.organisation import Organisation
from accounts.models.sign_in import FailedSignIn, SignIn
from accounts.models.user import Role, User

__all__ = ["WEEKDAYS", "CalendarDay", "FailedSignIn", "Organisation", "Role", "SignIn", "User", "WorkingCalendar"]
