from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, Integration
from incidents.models.integration import check_networks

MOMENT = "%Y-%m-%dT%H:%M"


class NetworksField(forms.CharField):
    """Networks as people write them: separated by commas, blanks or lines."""

    def to_python(self, value: Any) -> list[str]:
        return (super().to_python(value) or "").replace(",", " ").split()

    def validate(self, value: Any) -> None:
        check_networks(value)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class IntegrationForm(forms.Form):
    name = forms.CharField(
        label=_("name"),
        max_length=100,
        help_text=_("So that people know who speaks: “Alertmanager of the data centre”."),
        widget=forms.TextInput({"autofocus": True}),
    )
    format = forms.ChoiceField(label=_("format"), choices=Integration.Format, help_text=_("Which tool will post."))
    source = forms.ChoiceField(label=_("source"), choices=Incident.Source, initial=Incident.Source.MONITORING)
    severity = forms.ChoiceField(
        label=_("severity unless said"), choices=Incident.Severity, initial=Incident.Severity.MEDIUM
    )
    rate_limit = forms.IntegerField(
        label=_("messages in 5 minutes"), min_value=1, max_value=100_000, initial=300, help_text=_("More are refused.")
    )
    networks = NetworksField(
        label=_("networks"),
        required=False,
        max_length=2000,
        initial=list,
        help_text=_("From where it may post, like 10.1.0.0/16. Empty: from anywhere."),
    )
    expires_at = forms.DateTimeField(
        label=_("token valid until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
        help_text=_("Empty: without an end."),
    )


class IntegrationEditForm(IntegrationForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SinceForm(forms.Form):
    """From when on messages are replayed."""

    since = forms.DateTimeField(
        label=_("received since"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
        help_text=_("Empty: all that wait."),
    )
    integration = forms.ModelChoiceField(
        label=_("integration"), queryset=Integration.objects.all(), required=False, empty_label=_("all")
    )
