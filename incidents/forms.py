from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import days
from accounts.models import User
from accounts.policy import holders
from attachments.forms import FilesForm
from incidents.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Incident
from workflow.forms import MomentField, ahead


class ReportForm(FilesForm):
    description = forms.CharField(
        label=_("what is broken"),
        max_length=DESCRIPTION_LIMIT,
        widget=forms.Textarea({"rows": 5, "autofocus": True, "placeholder": _("What happened, where, since when")}),
    )
    severity = forms.ChoiceField(
        label=_("severity"), choices=Incident.Severity, initial=Incident.Severity.MEDIUM, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=_("title"),
        max_length=TITLE_LIMIT,
        required=False,
        help_text=_("Else the first line of the description."),
    )
    field_order = ["description", "severity", "title", "file"]


class EditForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=TITLE_LIMIT, required=False)
    description = forms.CharField(
        label=_("description"), max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 8})
    )
    source = forms.ChoiceField(label=_("source"), choices=Incident.Source)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("note"), required=False, max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 3})
    )


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 3}))


class SnoozeForm(ReasonForm):
    until = MomentField(label=_("until"), widget=ahead())
    field_order = ["until", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = self.default()

    def default(self) -> datetime:
        """The next working day at nine."""
        now = timezone.localtime()
        return datetime.combine(days.next_working(now.date()), time(9), now.tzinfo)


class AssignForm(NoteForm):
    assignee = forms.ModelChoiceField(label=_("to whom"), queryset=User.objects.none())
    field_order = ["assignee", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = responders()  # type: ignore[attr-defined]


class SeverityForm(NoteForm):
    severity = forms.ChoiceField(label=_("severity"), choices=Incident.Severity)
    field_order = ["severity", "note"]


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("comment"),
        max_length=5000,
        widget=forms.Textarea({"rows": 2, "placeholder": _("What was done, what comes next, when you write again")}),
    )


def responders() -> Any:
    """Who may be handed an incident."""
    return holders("incident.resolve")
