from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import days
from attachments.forms import FilesForm
from incidents.models import Incident
from suspensions.models import Suspension, TechProcess
from tasks.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Task
from tasks.models.task import today
from tasks.pickers import PeopleField, PersonField
from workflow.bulk import ChosenForm

REPEATS = {
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR": _("every weekday"),
    "FREQ=WEEKLY": _("every week"),
    "FREQ=WEEKLY;INTERVAL=2": _("every two weeks"),
    "FREQ=MONTHLY": _("every month"),
    "FREQ=MONTHLY;INTERVAL=3": _("every quarter"),
    "FREQ=YEARLY": _("every year"),
}
SOON_AFTER = timedelta(days=4)  # a weekend later it still is “in a week”, after long holidays it is not


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: Any = None):
        super().__init__(attrs, format="%Y-%m-%d")


class TaskForm(forms.Form):
    """What a task is about; the first three fields are enough."""

    title = forms.CharField(
        label=_("what is to be done"),
        max_length=TITLE_LIMIT,
        widget=forms.TextInput({"autofocus": True, "placeholder": _("For example: replace the gateway's certificate")}),
    )
    executor = PersonField(label=_("who does it"), max_length=200)
    deadline = forms.DateField(label=_("deadline"), widget=DayInput)
    description = forms.CharField(
        label=_("description"), required=False, max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 4})
    )
    priority = forms.ChoiceField(
        label=_("priority"), choices=Task.Priority, initial=Task.Priority.MEDIUM, widget=forms.RadioSelect
    )
    start = forms.DateField(label=pgettext_lazy("task", "start"), required=False, widget=DayInput)
    process = forms.ModelChoiceField(
        label=_("business process"), required=False, queryset=TechProcess.objects.present(), empty_label=_("none")
    )
    checklist = forms.CharField(
        label=_("steps"),
        required=False,
        max_length=DESCRIPTION_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line; each can be ticked off."),
    )
    watchers = PeopleField(
        label=_("watchers"), required=False, help_text=_("They see the task and hear how it goes on.")
    )
    recurrence = forms.ChoiceField(label=_("repeat"), required=False)
    until = forms.DateField(label=_("repeat until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kept = str((self.initial or {}).get("recurrence", ""))
        choices = {"": _("never"), **REPEATS} | ({kept: kept} if kept and kept not in REPEATS else {})
        self.fields["recurrence"].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean_checklist(self) -> list[dict[str, Any]]:
        lines = (line.strip() for line in self.cleaned_data["checklist"].splitlines())
        return [{"text": line} for line in lines if line]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until, rule = data.pop("until", None), data.get("recurrence", "")
        if rule and until:
            data["recurrence"] = f"{rule};UNTIL={until:%Y%m%d}"
        if (start := data.get("start")) and (deadline := data.get("deadline")) and deadline < start:
            self.add_error("deadline", _("The deadline is before the start."))
        return data


class CreateForm(FilesForm, TaskForm):
    incident = forms.ModelChoiceField(queryset=Incident.objects.present(), required=False, widget=forms.HiddenInput)
    suspension = forms.ModelChoiceField(queryset=Suspension.objects.present(), required=False, widget=forms.HiddenInput)


class EditForm(TaskForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("note"), required=False, max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 3})
    )


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=DESCRIPTION_LIMIT, widget=forms.Textarea({"rows": 3}))


class AskForm(NoteForm):
    deadline = forms.DateField(label=_("new deadline"), widget=DayInput)
    field_order = ["deadline", "note"]


class DecideForm(NoteForm):
    accept = forms.TypedChoiceField(
        label=_("decision"),
        choices=[("yes", _("move the deadline")), ("no", _("leave it as it is"))],
        coerce=lambda value: value == "yes",
    )
    field_order = ["accept", "note"]


class HandOverForm(NoteForm):
    to = PersonField(label=_("to whom"), max_length=200)
    field_order = ["to", "note"]


class CommentForm(forms.Form):
    text = forms.CharField(label=_("comment"), max_length=5000, widget=forms.Textarea({"rows": 2}))


class CheckForm(forms.Form):
    item = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    done = forms.BooleanField(required=False)


class BulkForm(ChosenForm):
    """A verb for several tasks at once."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("start", "done", "accept", "cancel", "hand_over")])
    to = PersonField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verb") == "hand_over" and not data.get("to"):
            self.add_error("to", _("Say to whom."))
        return data


def presets() -> list[tuple[Any, date]]:
    """Return the deadlines that people give most, each once: words, day. But for today they are working days."""
    day = today()
    monday = day - timedelta(days=day.weekday())
    offered = {day: _("today"), days.next_working(day): None, end_of_week(day, monday): None}
    for words, ahead in ((_("in a week"), 7), (_("in a month"), 30)):
        wanted = day + timedelta(days=ahead)
        found = days.working_from(wanted)
        offered[found] = words if found - wanted < SOON_AFTER else offered.get(found)
    return [(words or days.said(one, day), one) for one, words in sorted(offered.items())]


def end_of_week(day: date, monday: date) -> date:
    """Return the last working day of this week; when that has come, of the next one."""
    last = days.last_working(monday, monday + timedelta(days=6))
    return last if last > day else days.last_working(monday + timedelta(days=7), monday + timedelta(days=13))
