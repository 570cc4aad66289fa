from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.models import Heartbeat


class HeartbeatForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Heartbeat
        fields = ["name", "period_seconds", "cron", "time_zone", "grace_seconds", "severity", "enabled"]
        widgets = {
            "cron": forms.TextInput({"placeholder": "30 2 * * *"}),
            "time_zone": forms.TextInput({"placeholder": "Europe/Moscow"}),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["placeholder"] = _("Nightly export")

    def _post_clean(self) -> None:
        """The services judge it."""
