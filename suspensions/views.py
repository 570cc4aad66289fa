from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions.models import Suspension, TechProcess
from workflow.models import Event
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50


@require_safe
@by_policy("suspension.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(Suspension.objects.visible_to(request.user).for_card(), pk=pk)
    readable = Event.objects.about(case).readable(internal=allows(request.user, "timeline.internal"))
    events = BoundedPaginator(readable.for_list().reverse(), EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"section": "suspensions", "suspension": case, "events": events, "segments": case.segments.all()}
    return render(request, "suspensions/card.html", context)


@require_safe
@by_policy("process.see")
def process(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TechProcess.objects.visible_to(request.user).select_related("owner"), pk=pk)
    limits = found.limits.present().for_list()
    return render(request, "suspensions/process.html", {"section": "processes", "process": found, "limits": limits})
