from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from incidents.oncall import response_sheets
from incidents.oncall.response import PERIODS, Reading
from incidents.oncall.views import SECTION
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send

WORDS = {"month": _("30 days"), "quarter": _("quarter"), "year": _("year")}


def asked(request: HttpRequest) -> Reading:
    """What is asked for; a period that means nothing is the shortest."""
    period = request.GET.get("period", "month")
    return Reading(period if period in PERIODS else "month", timezone.now())


@require_safe
@by_policy("response.see")
def response_times(request: HttpRequest) -> HttpResponse:
    context = {"reading": asked(request), "periods": WORDS.items()}
    return render(request, "oncall/response.html", SECTION | context)


@require_safe
@by_policy("response.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "xlsx")
    kind = form if form in FORMATS else "xlsx"
    return send(response_sheets.register(asked(request)), kind, by=actor(request), filters=filters_of(request.GET))
