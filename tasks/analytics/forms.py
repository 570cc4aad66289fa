"""What figures are asked for: the same parameters on the page, in the API and in the file."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from tasks.analytics.reading import ISSUED, RECEIVED, Reading, sees_all, usual_period
from workflow.refusals import invalid

ROLES = [(RECEIVED, pgettext_lazy("tasks", "received")), (ISSUED, pgettext_lazy("tasks", "issued"))]
LONGEST = timedelta(days=20 * 366)


class RecordForm(forms.Form):
    start = forms.DateField(label=_("from day"), required=False)
    finish = forms.DateField(label=_("to day"), required=False)
    role = forms.ChoiceField(label=_("tasks"), choices=ROLES, required=False)
    user = forms.ModelChoiceField(label=_("person"), queryset=User.objects.people(), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        usual_start, usual_finish = usual_period()
        finish = data.get("finish") or max(usual_finish, data.get("start") or usual_finish)
        start = data.get("start") or min(usual_start, finish)
        if finish < start:
            raise invalid("finish", _("The period ends before it begins."), "order")
        if finish - start > LONGEST or start.year < 1970:
            raise invalid("start", _("The period is too long."))
        return data | {"start": start, "finish": finish, "role": data.get("role") or RECEIVED}

    def reading(self, user: User) -> Reading:
        data = self.cleaned_data
        period = {"start": data["start"], "finish": data["finish"]}
        return Reading(user, role=data["role"], person=data.get("user"), **period)

    def asks_for_others(self, user: User) -> bool:
        """Whether it asks for a person whose record this reader may not see."""
        person = self.cleaned_data.get("user")
        return person is not None and person != user and not sees_all(user)
