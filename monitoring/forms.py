from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from monitoring.models import MaintenanceWindow, Target, TargetGroup
from monitoring.models.group import TARGET_LIMIT
from monitoring.services.groups import still_run
from suspensions.models import RiskSource, TechProcess

MOMENT = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
SPARE = 2  # empty lines offered below the targets


class GroupForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = TargetGroup
        fields = [
            "name", "process", "risk_source", "more_processes", "quorum", "interval_seconds", "open_after",
            "close_after", "enabled",
        ]  # fmt: skip
        widgets = {"more_processes": forms.CheckboxSelectMultiple({"class": "form-check-input"})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chosen = [process.pk for process in self.instance.processes()] if self.instance.pk else []
        for name in ("process", "more_processes"):
            self.fields[name].queryset = still_run() | TechProcess.objects.filter(pk__in=chosen)  # type: ignore[attr-defined]
        self.fields["risk_source"].queryset = RiskSource.objects.active()  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["placeholder"] = _("Internet access")

    def _post_clean(self) -> None:
        """The services judge the whole; here only what was typed is taken apart."""


class TargetForm(forms.ModelForm):
    class Meta:
        model = Target
        fields = ["kind", "address", "expect"]
        widgets = {"address": forms.TextInput({"placeholder": "https://www.example.org/"})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["address"].required = False  # an emptied line takes its target out

    def _post_clean(self) -> None:
        """The services judge it, with words for its line."""


TargetForms = forms.formset_factory(TargetForm, extra=SPARE, max_num=TARGET_LIMIT, validate_max=True)


def target_forms(data: Any = None, group: TargetGroup | None = None) -> Any:
    """Return a line for each target and some empty ones; a line whose address is emptied is left out."""
    rows = list(group.targets.order_by("pk").values("kind", "address", "expect")) if group else []
    return TargetForms(data, prefix="targets", initial=rows)


def typed_targets(formset: Any) -> list[dict[str, str]]:
    return [form.cleaned_data for form in formset if form.cleaned_data.get("address")]


class WindowForm(forms.ModelForm):
    start = forms.DateTimeField(label=_("start"), widget=MOMENT)
    finish = forms.DateTimeField(label=_("finish"), widget=MOMENT)

    class Meta:
        model = MaintenanceWindow
        fields = ["start", "finish", "weekly", "note"]

    def _post_clean(self) -> None:
        """The services judge it."""


class AddressForm(forms.Form):
    url = forms.CharField(
        label=_("web address"),
        max_length=500,
        widget=forms.TextInput({"placeholder": "https://www.example.org/", "autofocus": True, "inputmode": "url"}),
        help_text=_("It is looked at once, from this server. Internal networks are out of reach."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if settings.PROBE_ALLOWED_NETWORKS:
            self.fields["url"].help_text = _(
                "It is looked at once, from this server. Of internal networks only those that PROBE_ALLOWED_NETWORKS "
                "names are within reach."
            )


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=5000, widget=forms.Textarea({"rows": 3}))


class NothingForm(forms.Form):
    """Asks for nothing but the press of a button."""
