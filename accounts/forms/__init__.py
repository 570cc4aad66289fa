from accounts.forms.organisation import DayForm, ImportForm, OrganisationForm, WeekForm, zone_names
from accounts.forms.own import PasswordForm, ProfileForm, SignInForm

__all__ = [
    "DayForm",
    "ImportForm",
    "OrganisationForm",
    "PasswordForm",
    "ProfileForm",
    "SignInForm",
    "WeekForm",
    "zone_names",
]
