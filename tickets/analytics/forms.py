"""What figures are asked for: the same parameters on the page, in the API and in every file."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from accounts.models import User
from suspensions.analytics.forms import LocalMomentField, own
from suspensions.analytics.periods import LONGEST, PRESETS, Period, preset
from tickets.analytics.asking import Query
from tickets.analytics.reading import Reading, sees_all
from tickets.models import Category, Ticket
from workflow.refusals import invalid

USUAL = "last30"


class QueryForm(forms.Form):
    period = forms.ChoiceField(choices=list(PRESETS.items()), required=False)
    start = LocalMomentField(required=False)
    finish = LocalMomentField(required=False)
    technician = forms.ModelChoiceField(queryset=User.objects.people(), required=False)
    category = forms.ModelChoiceField(queryset=Category.objects.all(), required=False)
    priority = forms.ChoiceField(choices=[("", ""), *Ticket.Priority.choices], required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, finish = data.get("start"), data.get("finish")
        if start and finish and finish < start:
            message = _("The finish lies before the start.")
            raise invalid("finish", message, "order")
        if finish and not start and "start" not in self.errors:
            message = _("Say where the period begins.")
            raise invalid("start", message, "required")
        if not self.errors:
            data["asked"] = self.asked(data)
        return data

    def asked(self, data: dict[str, Any]) -> Query:
        """Return the query; without times the preset, 30 days where none is named. Raises ValidationError."""
        period = self.asked_period(data)
        if period.finish - period.start > LONGEST:
            raise invalid("start", _("A period lasts 20 years at most."))
        return Query(period, data.get("technician"), data.get("category"), data.get("priority") or "")

    def asked_period(self, data: dict[str, Any]) -> Period:
        zone, now = organisation.current().zone, timezone.now()
        if not data.get("start"):
            return preset(data.get("period") or USUAL, now, zone)
        return own(data["start"], data.get("finish") or max(data["start"], now.astimezone(zone)))

    def asks_for_others(self, user: Any) -> bool:
        """Whether it asks for a person whose record this reader may not see."""
        person = self.cleaned_data.get("technician")
        return person is not None and person != user and not sees_all(user)

    def reading(self, user: Any) -> Reading:
        return Reading(self.cleaned_data["asked"], user)
