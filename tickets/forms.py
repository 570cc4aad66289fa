from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import holders
from attachments.forms import FilesForm
from incidents.models import Incident
from tasks.forms import DayInput, NoteForm
from tasks.pickers import PeopleField, PersonField
from tickets.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Category, SavedView, Ticket
from tickets.models.ticket import LOCATION_LIMIT
from workflow.bulk import ChosenForm
from workflow.models.comment import TEXT_LIMIT

BULK_VERBS = ("assign", "close")


def technicians() -> Any:
    """Who can be given a ticket."""
    return holders("ticket.resolve").order_by("last_name", "first_name", "username")


class TicketForm(forms.Form):
    """What one asks for; the first field is enough."""

    title = forms.CharField(
        label=_("what is wrong"),
        max_length=TITLE_LIMIT,
        widget=forms.TextInput({"autofocus": True, "placeholder": _("For example: the printer does not print")}),
    )
    category = forms.ModelChoiceField(
        label=_("category"), required=False, queryset=Category.objects.active(), empty_label=_("none")
    )
    location = forms.CharField(
        label=_("location"),
        required=False,
        max_length=LOCATION_LIMIT,
        widget=forms.TextInput({"placeholder": _("For example: 4th floor, room 412")}),
    )
    priority = forms.ChoiceField(
        label=_("priority"), choices=Ticket.Priority, initial=Ticket.Priority.MEDIUM, widget=forms.RadioSelect
    )
    description = forms.CharField(
        label=_("description"), required=False, max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 5})
    )


class CreateForm(FilesForm, TicketForm):
    """While one types what is wrong, outages that are known already appear in #similar."""

    incident = forms.ModelChoiceField(queryset=Incident.objects.present(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs |= {
            "hx-get": reverse("incidents:similar"),
            "hx-trigger": "input changed delay:500ms",
            "hx-target": "#similar",
            "hx-include": "this",
        }


class EditForm(TicketForm):
    """The priority is there for whom the policy lets judge it."""

    watchers = PeopleField(label=_("watchers"), required=False, help_text=_("They see the ticket."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, judges: bool, offered: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if offered is not None and not offered.is_active:
            kept = Category.objects.active() | Category.objects.filter(pk=offered.pk)
            self.fields["category"].queryset = kept  # type: ignore[attr-defined]
        if not judges:
            del self.fields["priority"]


class CommentForm(FilesForm):
    text = forms.CharField(label=_("comment"), max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 3}))
    internal = forms.TypedChoiceField(
        label=_("who reads it"),
        required=False,
        choices=[("", _("Answer")), ("yes", _("Internal"))],
        coerce=lambda value: value == "yes",
        empty_value=False,  # type: ignore[arg-type]
        widget=forms.RadioSelect,
    )
    then = forms.ChoiceField(required=False, choices=[("", ""), ("resolve", "resolve")])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("then") and data.get("internal"):
            self.add_error(None, _("An internal word resolves nothing: answer the creator."))
        return data


class AssignForm(NoteForm):
    assignee = forms.ModelChoiceField(
        label=_("technician"), required=False, queryset=User.objects.none(), empty_label=_("nobody: back to the queue")
    )
    field_order = ["assignee", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = technicians()  # type: ignore[attr-defined]


class PriorityForm(NoteForm):
    priority = forms.ChoiceField(label=_("priority"), choices=Ticket.Priority)
    field_order = ["priority", "note"]


class IncidentForm(NoteForm):
    severity = forms.ChoiceField(label=_("severity"), choices=Incident.Severity)
    field_order = ["severity", "note"]


class TaskForm(forms.Form):
    title = forms.CharField(label=_("what is to be done"), max_length=TITLE_LIMIT)
    executor = PersonField(label=_("who does it"), max_length=200)
    deadline = forms.DateField(label=_("deadline"), widget=DayInput)


class BulkForm(ChosenForm):
    """A verb for several tickets at once."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in BULK_VERBS])
    assignee = forms.ModelChoiceField(queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = technicians()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verb") == "assign" and not data.get("assignee") and "assignee" not in self.errors:
            self.add_error("assignee", _("Say to whom."))
        return data


class SavedViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "query"]
        widgets = {"query": forms.HiddenInput}

    def address(self) -> str:
        return f"{reverse('tickets:list')}?{self.cleaned_data['query']}"
