from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from attachments.forms import FilesForm
from tasks.forms import DayInput
from tasks.models import Assignment, Member, Programme
from tasks.models.programme import LONGEST, MOST_ATTEMPTS
from tasks.models.task import today
from tasks.programmes.templates import TEXT_LIMIT, check_template

REASON_LIMIT = 500
USUAL_LENGTH = 28  # days
VARIABLES = {
    "name": _("first name"),
    "surname": _("surname"),
    "points": _("approved reports"),
    "reports": _("photos sent"),
    "days": _("days of the programme"),
    "programme": _("title of the programme"),
}
FIRST_TEXT = _("{name}, “{programme}” is over. Your points: {points} of {days}. Thank you for taking part!")


def version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


def help_of(name: str) -> Any:
    field: Any = Programme._meta.get_field(name)
    return field.help_text


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("reason"), max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 3}))


class ProgrammeForm(forms.Form):
    """A programme; what its status fixes is shown and cannot be typed over."""

    title = forms.CharField(label=_("title"), max_length=200)
    start = forms.DateField(label=_("first day"), widget=DayInput)
    finish = forms.DateField(label=_("last day"), widget=DayInput)
    join_days = forms.IntegerField(
        label=_("days to join after the start"),
        min_value=0,
        max_value=LONGEST,
        initial=3,
        help_text=help_of("join_days"),
    )
    most_missed = forms.IntegerField(
        label=_("missed days in a row"), min_value=0, max_value=LONGEST, initial=3, help_text=help_of("most_missed")
    )
    attempts = forms.IntegerField(
        label=_("attempts a day"), min_value=1, max_value=MOST_ATTEMPTS, initial=3, help_text=help_of("attempts")
    )
    final_message = forms.CharField(
        label=_("final message"),
        max_length=TEXT_LIMIT,
        initial=FIRST_TEXT,
        validators=[check_template],
        widget=forms.Textarea({"rows": 5}),
        help_text=_("The bot sends it to each member when the programme is finished."),
    )
    version = version()
    variables = VARIABLES

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        status = programme.status if programme else Programme.Status.PREPARING
        self.fields["start"].disabled = status != Programme.Status.PREPARING
        self.fields["finish"].disabled = status == Programme.Status.READY_FOR_COMPLETE

    @staticmethod
    def first() -> dict[str, Any]:
        """What a new programme is offered: four weeks from the next Monday."""
        monday = today() + timedelta(days=7 - today().weekday())
        return {"start": monday, "finish": monday + timedelta(days=USUAL_LENGTH - 1)}


class DayForm(forms.Form):
    assignment = forms.ModelChoiceField(label=_("assignment"), queryset=Assignment.objects.none())

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Assignment.objects.offered().order_by("title", "pk")
        self.fields["assignment"].queryset = rows  # type: ignore[attr-defined]


class AssignmentForm(FilesForm):
    """An assignment, with a picture that goes out with it."""

    title = forms.CharField(label=_("title"), max_length=200)
    text = forms.CharField(
        label=_("text"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 5}),
        help_text=_("What to do and what the photo has to show."),
    )  # fmt: skip
    version = version()


class ProfileForm(forms.Form):
    """What members tell of themselves; whether it can be true, the services say."""

    name = forms.CharField(
        label=pgettext_lazy("member", "first name"), max_length=60,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )  # fmt: skip
    surname = forms.CharField(
        label=_("surname"), max_length=60, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_date = forms.DateField(label=_("date of birth"), widget=DayInput({"autocomplete": "bday"}))
    city = forms.CharField(label=_("city"), max_length=80, widget=forms.TextInput({"autocomplete": "address-level2"}))
    phone = forms.CharField(
        label=_("phone"), max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "placeholder": "+7 912 345-67-89"}),
    )  # fmt: skip

    @classmethod
    def told_by(cls, member: Member) -> dict[str, Any]:
        return {name: getattr(member, name) for name in cls.base_fields if hasattr(member, name)}


class MemberForm(ProfileForm):
    version = version()
