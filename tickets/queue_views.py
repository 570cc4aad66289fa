"""What is done to the queue as a whole: one verb for several tickets, and views that a person keeps."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import by_policy
from tickets import services
from tickets.forms import BulkForm, SavedViewForm
from tickets.models import SavedView, Ticket
from workflow.actor import actor
from workflow.bulk import do_to_each, refused
from workflow.navigation import way_back

BULK: dict[str, Callable[..., None]] = {"assign": services.assign, "close": services.close}


@require_POST
@by_policy("ticket.assign")
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one verb to all chosen tickets; what is refused is named, the rest is done."""
    form = BulkForm(request.POST, visible=Ticket.objects.visible_to(request.user).present())
    back = way_back(request, reverse("tickets:list"))
    if not form.is_valid():
        refused(request, form)
        return redirect(back)
    data, by = form.cleaned_data, actor(request)
    extra = {"assignee": data["assignee"]} if data["verb"] == "assign" else {}
    tickets = Ticket.objects.visible_to(request.user).for_card().filter(pk__in=data["chosen"])
    done = do_to_each(request, tickets, lambda one: BULK[data["verb"]](one, by=by, note=data["note"], **extra))
    if done:
        told = ngettext("%(count)s ticket changed.", "%(count)s tickets changed.", done) % {"count": done}
        messages.success(request, told)
    return redirect(back)


@require_POST
@by_policy("ticket.see")
def save_view(request: HttpRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        refused(request, form)
        return redirect(way_back(request, reverse("tickets:list")))
    try:
        services.save_view(by=actor(request), **form.cleaned_data)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The view is saved."))
    return redirect(form.address())


@require_POST
@by_policy("ticket.see")
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.filter(user_id=request.user.pk), pk=pk)
    services.drop_view(view, by=actor(request))
    return redirect("tickets:list")
