"""Invitations as administrators send them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.filters import InvitationFilter
from accounts.forms import InviteForm
from accounts.links import product_url
from accounts.models import Invitation
from accounts.permissions import by_policy
from accounts.views.answering import attempt, shown
from workflow.actor import actor
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50


@require_safe
@by_policy("user.manage")
def invitations(request: HttpRequest) -> HttpResponse:
    filterset = InvitationFilter(request.GET, queryset=Invitation.objects.for_list(), request=request)
    rows = filterset.qs if filterset.is_valid() else Invitation.objects.none()
    context = {
        "section": "people",
        "page": BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": Invitation.State.choices,
        "is_filtered": any(request.GET.get(name) for name in ("search", "state")),
    }
    return render(request, "accounts/invitations.html", context)


@by_policy("user.manage")
def invite(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    initial = {"language": request.LANGUAGE_CODE}
    form = InviteForm(request.POST or None, initial=initial)
    if form.is_valid():
        sent = attempt(form, lambda: services.invite(by=by, product_url=product_url(request), **form.cleaned_data))
        if sent:
            return link_page(request, sent)
    return shown(request, "accounts/invite.html", form, section="people")


@require_POST
@by_policy("user.manage")
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    return link_page(request, services.resend(invitation, by=actor(request), product_url=product_url(request)))


@require_POST
@by_policy("user.manage")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    services.withdraw(get_object_or_404(Invitation, pk=pk), by=actor(request))
    messages.success(request, _("The link is worthless now."))
    return redirect("accounts:invitations")


def link_page(request: HttpRequest, sent: services.Sent) -> HttpResponse:
    """Show the link that was mailed, this once: where e-mail does not work it is handed over otherwise."""
    return render(request, "accounts/invited.html", {"section": "people", "sent": sent})
