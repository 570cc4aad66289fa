import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import WEEKDAYS, CalendarDay, Organisation, WorkingCalendar


def zone_names() -> list[str]:
    """Time zones as people look for them, by continent and city."""
    return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc"))


class Versioned(forms.ModelForm):
    """A form that knows which version was read, so that nobody overwrites what they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            self.initial["version"] = self.instance.version


class OrganisationForm(Versioned):
    class Meta:
        model = Organisation
        fields = ["name", "time_zone", "counting_basis", "degradation_means", "shows_first_steps"]
        widgets = {"time_zone": forms.TextInput({"list": "time-zones", "placeholder": "Europe/Moscow"})}


class WeekForm(Versioned):
    class Meta:
        model = WorkingCalendar
        fields = list(WEEKDAYS)
        widgets = {weekday: forms.TextInput({"placeholder": _("free")}) for weekday in WEEKDAYS}


class DayForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ["date", "hours", "name"]
        widgets = {
            "date": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "hours": forms.TextInput({"placeholder": "09:00-13:00"}),
        }


class ImportForm(forms.Form):
    text = forms.CharField(
        label=_("days"),
        max_length=100_000,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "One day a line: date; hours, none for a free day; name. Or an .ics file's text with whole-day events."
        ),
    )
