from accounts.forms.entry import (
    AccountForm,
    CodeForm,
    ForgottenForm,
    NewPasswordForm,
    RegistrationForm,
    SignInForm,
)
from accounts.forms.organisation import DayForm, ImportForm, OrganisationForm, WeekForm, zone_names
from accounts.forms.own import OwnPasswordForm, PasswordForm, ProfileForm
from accounts.forms.people import (
    CardForm,
    GivenPasswordForm,
    InviteForm,
    NoteForm,
    PersonForm,
    RoleForm,
    SuccessorForm,
)

__all__ = [
    "AccountForm",
    "CardForm",
    "CodeForm",
    "DayForm",
    "ForgottenForm",
    "GivenPasswordForm",
    "ImportForm",
    "InviteForm",
    "NewPasswordForm",
    "NoteForm",
    "OrganisationForm",
    "OwnPasswordForm",
    "PasswordForm",
    "PersonForm",
    "ProfileForm",
    "RegistrationForm",
    "RoleForm",
    "SignInForm",
    "SuccessorForm",
    "WeekForm",
    "zone_names",
]
