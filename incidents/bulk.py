"""One verb for several incidents at once: a storm is taken, resolved and closed in one go."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import by_policy
from incidents import services
from incidents.models import Incident
from workflow.actor import actor
from workflow.bulk import ChosenForm, do_to_each, refused
from workflow.navigation import way_back

VERBS: dict[str, Callable[..., None]] = {
    "take": services.take,
    "resolve": services.resolve,
    "close": services.close,
}


class BulkForm(ChosenForm):
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])


@require_POST
@by_policy("incident.take")
def bulk(request: HttpRequest) -> HttpResponse:
    back = way_back(request, reverse("incidents:list"))
    form = BulkForm(request.POST, visible=Incident.objects.visible_to(request.user).present())
    if not form.is_valid():
        refused(request, form)
        return redirect(back)
    data, by = form.cleaned_data, actor(request)
    rows = Incident.objects.visible_to(request.user).for_card().filter(pk__in=data["chosen"])
    done = do_to_each(request, rows, lambda incident: VERBS[data["verb"]](incident, by=by, note=data["note"]))
    if done:
        told = ngettext("%(count)s incident changed.", "%(count)s incidents changed.", done) % {"count": done}
        messages.success(request, told)
    return redirect(back)
