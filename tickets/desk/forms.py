from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from suspensions.forms.dictionaries import DictionaryForm
from tickets.desk.variables import VARIABLES
from tickets.models import CannedReply, Category, SlaTarget


class TargetForm(DictionaryForm):
    class Meta:
        model = SlaTarget
        fields = ["response_minutes", "resolution_minutes", "warning_share"]


class ReplyForm(DictionaryForm):
    class Meta:
        model = CannedReply
        fields = ["title", "text", "is_active"]
        widgets = {"text": forms.Textarea({"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = ", ".join(f"{{{name}}} – {words}" for name, words in VARIABLES.items())
        self.fields["text"].help_text = _("Variables: %(known)s.") % {"known": known}


class CategoryForm(DictionaryForm):
    class Meta:
        model = Category
        fields = ["name", "default_assignee", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["default_assignee"].queryset = assignees()  # type: ignore[attr-defined]


def assignees() -> Any:
    """Return who may be given tickets."""
    return User.objects.active().people().exclude(role__in=["user", "auditor"]).order_by("last_name", "first_name")
