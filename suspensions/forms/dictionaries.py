from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.organisation import Versioned
from accounts.models import User
from accounts.models.calendar import WEEKDAYS
from suspensions.budgets.versions import local_day
from suspensions.forms.shares import OF_A_LIMIT, ShareField
from suspensions.models import ProcessLimit, Risk, RiskSource, TechProcess
from suspensions.models.limits import NOTE_LIMIT


class DayInput(forms.DateInput):
    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class DictionaryForm(Versioned):
    """A form whose values the services store; the model only says what its fields look like."""

    def typed(self) -> dict[str, Any]:
        """Return the values, of what exists already with the version that was read."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"]
        if "owner" in self.fields:
            self.fields["owner"].queryset = offered(self.instance.owner_id)  # type: ignore[attr-defined]


class ProcessForm(DictionaryForm):
    class Meta:
        model = TechProcess
        fields = [
            "number", "name", "code", "criticality", "owner", "active_from", "active_to", *WEEKDAYS, "time_zone",
            "keeps_holidays",
        ]  # fmt: skip
        widgets = {"active_from": DayInput(), "active_to": DayInput()}


class RiskSourceForm(DictionaryForm):
    class Meta:
        model = RiskSource
        fields = ["name", "code", "category", "is_active"]


class LimitForm(DictionaryForm):
    degradation_share = ShareField(
        label=ProcessLimit._meta.get_field("degradation_share").verbose_name,
        whole=1,
        required=False,
        help_text=OF_A_LIMIT,
    )

    class Meta:
        model = ProcessLimit
        fields = [
            "valid_from", "valid_to", "case_minutes", "year_minutes", "degradation_share", "share_reported",
            "case_warn", "year_warn", "degradation_warn", "report_minutes", "document",
        ]  # fmt: skip
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = lambda: local_day(timezone.now())


class CorrectionForm(LimitForm):
    note = forms.CharField(
        label=_("why it is corrected"),
        max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever approves reads it, and it stands in the timeline."),
    )


class EndForm(forms.Form):
    valid_to = forms.DateField(label=_("last day"), widget=DayInput(), initial=lambda: local_day(timezone.now()))
    note = forms.CharField(label=_("reason"), max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 3}))


class RiskForm(DictionaryForm):
    class Meta:
        model = Risk
        fields = [
            "code", "title", "processes", "risk_source", "owner", "likelihood", "impact", "residual_likelihood",
            "residual_impact", "method", "controls", "status", "next_review",
        ]  # fmt: skip
        widgets = {"processes": forms.CheckboxSelectMultiple({"class": "form-check-input"}), "next_review": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["processes"].queryset = TechProcess.objects.present()  # type: ignore[attr-defined]
        self.fields["risk_source"].queryset = RiskSource.objects.present()  # type: ignore[attr-defined]
        for name in ("likelihood", "impact", "residual_likelihood", "residual_impact"):
            self.fields[name].widget.attrs |= {"min": 1, "max": 5}


def offered(owner: int | None) -> Any:
    """Who may own it: whoever is here, and who owns it already."""
    active = User.objects.active().people()
    return (active | User.objects.filter(pk=owner)) if owner else active
