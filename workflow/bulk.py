"""One verb for the rows of a list that somebody has ticked: what is refused is named, the rest is done."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.models import Conflict

MOST_AT_ONCE = 200
MOST_NAMED = 10  # numbers in one refusal
NOTE_LIMIT = 5000


class ChosenForm(forms.Form):
    """The rows that were ticked, of those that the reader sees, and a note."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("Choose something in the list first.")}
    )
    note = forms.CharField(required=False, max_length=NOTE_LIMIT)

    def __init__(self, *args: Any, visible: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        data: Any = self.data
        keys = [
            key for key in data.getlist("chosen")[:MOST_AT_ONCE] if key.isascii() and key.isdigit() and len(key) < 19
        ]
        found = visible.filter(pk__in=[int(key) for key in keys]).values_list("pk", flat=True)
        self.fields["chosen"].choices = [(pk, pk) for pk in found]  # type: ignore[attr-defined]


def refused(request: HttpRequest, form: forms.BaseForm) -> None:
    """Say what is wrong with what was asked for."""
    messages.warning(request, " ".join(error for errors in form.errors.values() for error in errors))


def do_to_each(request: HttpRequest, rows: Iterable[Any], verb: Callable[[Any], None]) -> int:
    """Do the verb to each row by itself and return how often it was done; each reason is told once, with numbers."""
    done, refusals = 0, dict[str, list[str]]()
    for row in rows:
        try:
            verb(row)
            done += 1
        except (Conflict, PermissionDenied, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            refusals.setdefault(reason, []).append(row.number)
    for reason, numbers in refusals.items():
        messages.warning(request, f"{listed(numbers)}: {reason}")
    return done


def listed(numbers: list[str]) -> str:
    named = ", ".join(numbers[:MOST_NAMED])
    more = len(numbers) - MOST_NAMED
    return f"{named} {_('and %(count)s more') % {'count': more}}" if more > 0 else named
