from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.entry import NewPasswordForm
from accounts.models import User

CURRENT = {"autocomplete": "current-password"}


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["last_name", "first_name", "patronymic", "language", "time_zone", "theme"]
        widgets = {"time_zone": forms.TextInput({"list": "time-zones", "placeholder": "Europe/Moscow"})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("as the browser asks")), *self.fields["language"].choices[1:]]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", _("as the system")), *self.fields["theme"].choices[1:]]  # type: ignore[attr-defined]


class PasswordForm(NewPasswordForm):
    current_password = forms.CharField(
        label=_("current password"), strip=False, max_length=1024, widget=forms.PasswordInput(CURRENT)
    )
    field_order = ["current_password", "new_password"]


class OwnPasswordForm(forms.Form):
    """Asks who is signed in whether it is still they."""

    password = forms.CharField(
        label=_("current password"), strip=False, max_length=1024, widget=forms.PasswordInput(CURRENT)
    )
