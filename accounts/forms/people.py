"""Forms of administrators."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.organisation import Versioned
from accounts.models import Role, User


class NoteForm(forms.Form):
    note = forms.CharField(label=_("note"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))


class RoleForm(NoteForm):
    role = forms.ChoiceField(label=_("role"), choices=Role)
    field_order = ["role", "note"]


class GivenPasswordForm(NoteForm):
    password = forms.CharField(
        label=_("password"),
        strip=False,
        max_length=1024,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Tell it to the person: it must be changed at the next sign-in."),
    )
    field_order = ["password", "note"]


class SuccessorForm(NoteForm):
    to = forms.ModelChoiceField(label=_("who takes it on"), queryset=User.objects.none())
    field_order = ["to", "note"]

    def __init__(self, *args: Any, leaver: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.active().people().exclude(pk=leaver.pk)  # type: ignore[attr-defined]


class CardForm(Versioned):
    """A person's card; the service checks the whole account."""

    class Meta:
        model = User
        fields = [
            "last_name", "first_name", "patronymic", "username", "email", "department", "time_zone", "language",
        ]  # fmt: skip
        widgets = {"time_zone": forms.TextInput({"list": "time-zones", "placeholder": "Europe/Moscow"})}

    def _post_clean(self) -> None: ...

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class PersonForm(CardForm):
    version = None  # type: ignore[assignment]
    role = forms.ChoiceField(label=_("role"), choices=Role, initial=Role.USER)
    password = forms.CharField(
        label=_("password"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("For the first sign-in, where it must be changed. Empty: the person asks for a reset letter."),
    )

    class Meta(CardForm.Meta):
        fields = [*CardForm.Meta.fields, "role"]


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("e-mail"), max_length=254, widget=forms.EmailInput({"autofocus": True}))
    role = forms.ChoiceField(label=_("role"), choices=Role, initial=Role.USER)
    department = forms.CharField(label=_("department"), max_length=150, required=False)
    language = forms.ChoiceField(label=_("language of the letter"), choices=settings.LANGUAGES)
