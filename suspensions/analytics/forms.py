"""What figures are asked for: the same parameters on the page, in the API and in every file."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from accounts.models import User
from accounts.models.calendar import FIRST_YEAR, LAST_YEAR, year_message
from suspensions.analytics.asking import Query
from suspensions.analytics.figures import earliest
from suspensions.analytics.periods import LONGEST, PRESETS, Period, preset, shifted, shifted_days
from suspensions.models import RiskSource, Suspension, TechProcess
from workflow.filters import MomentField
from workflow.refusals import invalid


class LocalMomentField(MomentField):
    """A moment; a date means its midnight where the organisation is."""

    def to_python(self, value: Any) -> datetime | None:
        zone = organisation.current().zone
        with timezone.override(zone):
            moment = super().to_python(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(year_message(), code="invalid")
        return moment.astimezone(zone) if moment else None


class EntryField(forms.ModelChoiceField):
    """An entry of a dictionary, by its id or its code."""

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        text = str(value)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        queryset: QuerySet[Any] = self.queryset  # type: ignore[assignment]
        found = queryset.filter(Q(pk=number) | Q(code=text) if number is not None else Q(code=text)).first()
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": text})
        return found


class QueryForm(forms.Form):
    period = forms.ChoiceField(choices=list(PRESETS.items()), required=False)
    start = LocalMomentField(required=False)
    finish = LocalMomentField(required=False)
    process = EntryField(queryset=TechProcess.objects.all(), required=False)
    risk_source = EntryField(queryset=RiskSource.objects.all(), required=False)
    user = forms.ModelChoiceField(queryset=User.objects.all(), required=False)
    origin = forms.ChoiceField(choices=[("", ""), *Suspension.Origin.choices], required=False)
    kind = forms.ChoiceField(choices=[("", ""), *Suspension.Kind.choices], required=False)
    planned = forms.TypedChoiceField(
        choices=[("", ""), ("true", _("yes")), ("false", _("no"))],
        coerce=lambda text: text == "true",
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, finish = data.get("start"), data.get("finish")
        if start and finish and finish < start:
            message = _("The finish lies before the start.")
            raise invalid("finish", message, "order")
        if not self.errors:
            data["asked"] = self.asked(data)
        return data

    def asked(self, data: dict[str, Any]) -> Query:
        """Return the query; without times the preset, the month where none is named. Raises ValidationError."""
        zone, now = organisation.current().zone, timezone.now()
        start, finish = data.get("start"), data.get("finish")
        if finish and not start:
            start = min(earliest(Suspension.objects.all()) or finish, finish).astimezone(zone)
        if start:
            period = own(start, finish or max(start, now.astimezone(zone)))
        else:
            period = preset(data.get("period") or "month", now, zone)
        if period.finish - period.start > LONGEST:
            raise invalid("start", _("A period lasts 20 years at most."))
        names = ("process", "risk_source", "user", "origin", "kind", "planned")
        return Query(period, **{name: data[name] for name in names if data.get(name) not in ("", None)})


class PageForm(QueryForm):
    """The same on a page, where people name the last day that counts rather than the first that does not."""

    last = forms.DateField(required=False)

    def clean_last(self) -> date | None:
        last = self.cleaned_data["last"]
        if last and not FIRST_YEAR <= last.year <= LAST_YEAR:
            raise ValidationError(year_message(), code="invalid")
        return last

    def clean(self) -> dict[str, Any]:
        if last := self.cleaned_data.get("last"):
            following = datetime.combine(last + timedelta(days=1), time())
            self.cleaned_data["finish"] = following.replace(tzinfo=organisation.current().zone)
        return super().clean()


def own(start: datetime, finish: datetime) -> Period:
    """Return a period of one's own; one of whole months knows it."""
    begins = [moment == moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for moment in (start, finish)]
    months = (finish.year - start.year) * 12 + finish.month - start.month if all(begins) else 0
    return Period(start, finish, months=months)


def beside(period: Period, now: datetime) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """Return what asks a page for the period of equal length before and after; None for what is not there yet."""
    start, finish, months = period.start, period.finish, period.months
    if finish <= start:
        return None, None
    earlier = (shifted(start, -months) if months else shifted_days(start, finish), start)
    later = (finish, shifted(finish, months) if months else shifted_days(finish, start))
    return asked_for(*earlier), asked_for(*later) if finish <= now else None


def asked_for(start: datetime, finish: datetime) -> dict[str, str] | None:
    """Return the parameters of a page for [start, finish): two days where it is made of days."""
    if not FIRST_YEAR < start.year <= finish.year < LAST_YEAR:
        return None
    if start.time() == finish.time() == time():
        return {"start": start.date().isoformat(), "last": (finish - timedelta(days=1)).date().isoformat()}
    return {"start": start.isoformat(), "finish": finish.isoformat()}
