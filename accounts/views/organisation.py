"""The organisation's own page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import services
from accounts.forms import OrganisationForm, zone_names
from accounts.models import Organisation
from accounts.organisation import current
from accounts.permissions import by_policy
from accounts.policy import allows
from workflow.actor import actor
from workflow.models import Event


@require_safe
@by_policy("organisation.see")
def organisation(request: HttpRequest) -> HttpResponse:
    subject = current()
    context = {
        "section": "organisation",
        "subject": subject,
        "events": Event.objects.about(subject).for_list().reverse()[:50],
        "may_edit": allows(request.user, "organisation.edit"),
    }
    return render(request, "accounts/organisation.html", context)


@by_policy("organisation.edit")
def edit_organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, instance=Organisation.objects.get(pk=current().pk))
    if form.is_valid():
        subject = Organisation.objects.get(pk=current().pk)
        services.edit_organisation(subject, by=actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(subject)
    context = {"section": "organisation", "form": form, "zones": zone_names()}
    return render(request, "accounts/organisation_edit.html", context, status=400 if form.errors else 200)
