from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from tickets.desk.ticket_views import goes_on, may_merge
from tickets.models import Ticket
from workflow.models import Event
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50


def found(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.user).for_card(), pk=pk)


@require_safe
@by_policy("ticket.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    if goes_on(request, ticket):
        return redirect(ticket.merged_into)  # type: ignore[arg-type]
    events = Event.objects.about(ticket).readable(internal=allows(request.user, "timeline.internal"))
    pages = BoundedPaginator(events.for_list().reverse(), EVENTS_ON_A_PAGE)
    context = {
        "section": "tickets",
        "ticket": ticket,
        "may_merge": may_merge(request.user, ticket),
        "events": pages.get_page(request.GET.get("page")),
    }
    return render(request, "tickets/card.html", context)
