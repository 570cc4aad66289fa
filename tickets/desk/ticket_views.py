"""Pages of the desk about one ticket: merge it, rate it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.permissions import by_policy
from accounts.policy import allows, require
from tickets.desk.merging import merge as merge_tickets
from tickets.desk.rating import rate as rate_ticket
from tickets.models import Ticket
from workflow.actor import actor
from workflow.models.comment import TEXT_LIMIT

MOST_DUPLICATES = 5
MARKS = range(1, 6)


class NumberField(forms.CharField):
    """A ticket by its number, as people write it: `588`, `#588`, `TKT-588`."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().upper()
        for prefix in ("TKT-", "ЗАЯ-", "#"):
            text = text.removeprefix(prefix)
        if not text:
            return None
        found = (
            Ticket.objects.filter(pk=int(text)).first()
            if text.isascii() and text.isdigit() and len(text) < 19
            else None
        )
        if found is None:
            raise ValidationError(_("There is no such ticket."), code="invalid")
        return found


class MergeForm(forms.Form):
    into = NumberField(
        label=gettext_lazy("Number of the ticket that goes on"),
        error_messages={"required": gettext_lazy("Choose a ticket or type its number.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=TEXT_LIMIT)


class RateForm(forms.Form):
    satisfaction = forms.IntegerField(min_value=MARKS[0], max_value=MARKS[-1])
    note = forms.CharField(required=False, max_length=TEXT_LIMIT)


def found(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.user).for_card(), pk=pk)


def may_merge(user: Any, ticket: Ticket) -> bool:
    return "merge" in ticket.possible_verbs() and allows(user, "ticket.merge", ticket)


def goes_on(request: HttpRequest, ticket: Ticket) -> bool:
    """Say whether the reader is to be led to the ticket in whose place this one was a duplicate, and tell them."""
    if ticket.merged_into_id is None:
        return False
    other = Ticket.objects.visible_to(request.user).filter(pk=ticket.merged_into_id).first()
    if other is not None:
        words = _("%(old)s was merged: it goes on here.") % {"old": ticket.number}
        messages.info(request, words)
    return other is not None


@by_policy("ticket.merge")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The likely duplicates to choose from, and a number to type."""
    ticket = found(request, pk)
    require(request.user, "ticket.merge", ticket)
    form = MergeForm(request.POST or None)
    if form.is_valid():
        merge_tickets(ticket, by=actor(request), **form.cleaned_data)
        into = form.cleaned_data["into"]
        messages.success(request, _("%(old)s is merged into %(new)s.") % {"old": ticket.number, "new": into.number})
        return redirect(into)
    likely = Ticket.objects.visible_to(request.user).like(ticket).for_list()[:MOST_DUPLICATES]
    context = {"section": "tickets", "ticket": ticket, "form": form, "likely": likely}
    return render(request, "tickets/desk/merge.html", context, status=400 if form.errors else 200)


@require_POST
@by_policy("ticket.rate")
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """One click says how content the creator is."""
    ticket = found(request, pk)
    form = RateForm(request.POST)
    if form.is_valid():
        rate_ticket(ticket, by=actor(request), **form.cleaned_data)
        messages.success(request, _("Thank you: noted."))
    else:
        require(request.user, "ticket.rate", ticket)
        messages.warning(request, _("A mark goes from 1 to 5."))
    return redirect(ticket)
