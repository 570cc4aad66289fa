from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

KEEP = {"autocomplete": "current-password"}


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("username or e-mail"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(label=_("password"), strip=False, max_length=1024, widget=forms.PasswordInput(KEEP))


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["last_name", "first_name", "patronymic", "language", "time_zone", "theme"]
        widgets = {"time_zone": forms.TextInput({"list": "time-zones", "placeholder": "Europe/Moscow"})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("as the browser asks")), *self.fields["language"].choices[1:]]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", _("as the system")), *self.fields["theme"].choices[1:]]  # type: ignore[attr-defined]


class PasswordForm(forms.Form):
    current_password = forms.CharField(label=_("current password"), strip=False, widget=forms.PasswordInput(KEEP))
    new_password = forms.CharField(
        label=_("new password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not a common word, not your name."),
    )
