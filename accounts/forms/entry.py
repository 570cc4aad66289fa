"""Forms of those who are not signed in yet."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

NAME = {"autocomplete": "username", "autocapitalize": "none"}
NEW = {"autocomplete": "new-password"}


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("username or e-mail"), max_length=254, widget=forms.TextInput({**NAME, "autofocus": True})
    )
    password = forms.CharField(
        label=_("password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    otp = forms.CharField(
        label=_("code"),
        max_length=64,
        help_text=_("Six digits of your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    new_password = forms.CharField(
        label=_("new password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(NEW),
        help_text=_("At least 10 characters, not a common word, not your name."),
    )


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("e-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email", "autofocus": True})
    )


class AccountForm(forms.ModelForm):
    """What a newcomer says; who they may be is said by others."""

    password = forms.CharField(
        label=_("password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(NEW),
        help_text=_("At least 10 characters, not a common word, not your name."),
    )

    class Meta:
        model = User
        fields = ["last_name", "first_name", "patronymic", "username"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"username": forms.TextInput(NAME)}

    def _post_clean(self) -> None:
        """The service checks the whole account; here only the fields are read."""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class RegistrationForm(AccountForm):
    class Meta(AccountForm.Meta):
        fields = [*AccountForm.Meta.fields, "email"]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            **AccountForm.Meta.widgets,
            "email": forms.EmailInput({"autocomplete": "email"}),
        }
