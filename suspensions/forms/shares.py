"""Shares of the service in forms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suspensions import shares

LABEL = shares.either(
    gettext_lazy("lost share of the service, %"), gettext_lazy("share of the service that was left, %")
)
OF_A_CASE = shares.either(
    gettext_lazy("For a degradation; an outage is 100."), gettext_lazy("For a degradation; an outage is 0.")
)
FROM_0_TO_1 = shares.either(
    gettext_lazy("The share of the service that is lost, from 0 to 1; an outage is 1."),
    gettext_lazy("The share of the service that is left, from 0 to 1; an outage is 0."),
)
MISSING = shares.either(
    gettext_lazy("Say which share of the service was lost."), gettext_lazy("Say which share of the service was left.")
)
OF_A_LIMIT = shares.either(
    gettext_lazy("From 0 to 1. Time counts only while more of the service is lost; empty: all of it counts."),
    gettext_lazy("From 0 to 1. Time counts only while less of the service is left; empty: all of it counts."),
)


class ShareField(forms.DecimalField):
    """A share as the organisation writes it; its value is the share that is lost. `whole` stands for all of it."""

    def __init__(self, *, whole: int = 100, **kwargs: Any):
        self.whole = whole
        super().__init__(max_digits=5, decimal_places=4, **({"label": LABEL} | kwargs))

    def prepare_value(self, value: Any) -> Any:
        return shares.plain(shares.turned(value) * self.whole) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        typed = super().to_python(value)
        if typed is None:
            return None
        if not (typed.is_finite() and 0 <= typed <= self.whole):
            raise ValidationError(_("Write a number from 0 to %(whole)s.") % {"whole": self.whole}, code="invalid")
        return shares.turned(typed / self.whole)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        step = {"step": shares.plain(Decimal(self.whole) / 10_000), "min": 0, "max": self.whole}
        return super().widget_attrs(widget) | (step if isinstance(widget, forms.NumberInput) else {})
