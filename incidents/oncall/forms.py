from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import holders
from incidents.models import EscalationPolicy, Incident, Whom
from incidents.models.duty import NOTE_LIMIT
from incidents.models.escalation import LONGEST_WAIT, MOST_REPEATS
from incidents.oncall.services import MOST_TURNS, Every
from workflow.forms import MomentField, ahead

TURNS_BY = 6  # people that one form lets take turns
BY_NAME = "person:"
STEPS = 5  # of a chain that the form offers; all where it has more


def able() -> QuerySet[User]:
    """Who may be put on duty: whoever works on incidents."""
    return holders("incident.take").order_by("last_name", "first_name", "username")


def next_monday() -> Any:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


class SubstituteForm(forms.Form):
    person = forms.ModelChoiceField(label=_("who stands in"), queryset=User.objects.none())
    start = MomentField(label=_("from"), widget=ahead())
    finish = MomentField(label=_("to"), widget=ahead())
    remark = forms.CharField(label=_("note"), required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = able()  # type: ignore[attr-defined]


class DutyForm(SubstituteForm):
    person = forms.ModelChoiceField(label=_("on duty"), queryset=User.objects.none())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


class RotaForm(forms.Form):
    """A rota: who, in which order, from when, how often."""

    first_day = forms.DateField(
        label=_("first day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), initial=next_monday
    )
    handover = forms.TimeField(
        label=_("hand-over at"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        initial="09:00",
        help_text=_("By the organisation's clock."),
    )
    every = forms.ChoiceField(label=_("each turn lasts"), choices=Every, initial=Every.WEEK)
    turns = forms.IntegerField(label=_("turns"), min_value=1, max_value=MOST_TURNS, initial=4)
    remark = forms.CharField(label=_("note"), required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for number in range(1, TURNS_BY + 1):
            self.fields[f"person{number}"] = forms.ModelChoiceField(
                label=_("%(number)s. in turn") % {"number": number}, queryset=able(), required=number == 1
            )

    @property
    def person_fields(self) -> list[forms.BoundField]:
        return [self[f"person{number}"] for number in range(1, TURNS_BY + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        people = [data.pop(f"person{number}", None) for number in range(1, TURNS_BY + 1)]
        return data | {"people": [person for person in people if person]}


class PolicyForm(forms.Form):
    """A chain, a pair of fields for each step; a step without minutes is none."""

    severity = forms.ChoiceField(
        label=_("from severity"), choices=Incident.Severity, initial=Incident.Severity.CRITICAL
    )
    repeats = forms.IntegerField(
        label=_("repeats"), min_value=0, max_value=MOST_REPEATS, initial=3,
        help_text=EscalationPolicy._meta.get_field("repeats").help_text,
    )  # fmt: skip
    enabled = forms.BooleanField(label=_("in force"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.steps = range(1, max(STEPS, sum(name.startswith("after") for name in self.initial)) + 1)
        choices = self.choices()
        for number in self.steps:
            self.fields[f"after{number}"] = forms.IntegerField(
                label=_("after, minutes"), min_value=1, max_value=LONGEST_WAIT, required=number == 1
            )
            self.fields[f"whom{number}"] = forms.ChoiceField(label=_("tell"), choices=choices, required=False)

    @property
    def step_fields(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(number, self[f"after{number}"], self[f"whom{number}"]) for number in self.steps]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        pairs = [(data.pop(f"after{number}", None), data.pop(f"whom{number}", "")) for number in self.steps]
        return data | {"steps": [{"after": after} | self.told(whom) for after, whom in pairs if after]}

    def choices(self) -> list[Any]:
        """Whom a step may tell: by what they are, or by name; those that the chain names already stay."""
        named = [int(str(value)[len(BY_NAME) :]) for value in self.initial.values() if str(value).startswith(BY_NAME)]
        people = [*able(), *User.objects.filter(pk__in=named).exclude(pk__in=able())]
        by_name = [(f"{BY_NAME}{person.pk}", person.name) for person in people]
        return [*(choice for choice in Whom.choices if choice[0] != Whom.PERSON), (_("By name"), by_name)]

    @staticmethod
    def told(whom: str) -> dict[str, Any]:
        if whom.startswith(BY_NAME):
            return {"whom": Whom.PERSON, "person": int(whom[len(BY_NAME) :])}
        return {"whom": whom or Whom.DUTY}

    @staticmethod
    def initial_of(policy: EscalationPolicy) -> dict[str, Any]:
        start = {name: getattr(policy, name) for name in ("severity", "repeats", "enabled", "version")}
        for number, step in enumerate(policy.chain, 1):
            whom = f"{BY_NAME}{step.person.pk}" if step.person else step.whom
            start |= {f"after{number}": step.after, f"whom{number}": whom}
        return start
