"""The board of all budgets, and what the regulator still waits for."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import organisation
from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions.budgets.bars import Bar, bar
from suspensions.budgets.glance import down_now, effects, live_use_of
from suspensions.budgets.reckoning import Budget, budgets
from suspensions.budgets.versions import concerned, local_day
from suspensions.budgets.warnings import awaited
from suspensions.models import GivenWarning, Suspension, TechProcess

ORDER = ("exceeded", "used_up", "warning", "ok", "no_limit")
WARNINGS_SHOWN = 20
PROCESSES_SHOWN = 50
CASES_SHOWN = 8


class Row(NamedTuple):
    budget: Budget
    year: Bar
    cases: list[tuple[Suspension, Bar]]


@require_safe
@by_policy("limit.see")
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    processes = concerned(TechProcess.objects.visible_to(request.user), now).select_related("owner")
    found = sorted(budgets(list(processes), now), key=lambda budget: ORDER.index(budget.level))
    context = {
        "section": "budgets",
        "rows": [
            Row(budget, bar(budget.year, now), [(case, bar(of, now)) for case, of in budget.cases]) for budget in found
        ],
        "now": now,
        "year": local_day(now).year,
        "organisation": organisation.current(),
        "warnings": GivenWarning.objects.standing().select_related("process")[:WARNINGS_SHOWN],
        "awaited": awaited().count(),
        "overrun": overrun(request.user, now),
        "may_plan": allows(request.user, "suspension.plan"),
    }
    return render(request, "suspensions/budgets/board.html", context)


def overrun(user: Any, at: datetime) -> QuerySet[Suspension]:
    """Planned work past its end: it counts in no budget for as long as nobody says what it is."""
    return Suspension.objects.visible_to(user).overrun(at).select_related("process").order_by("start", "pk")


@require_safe
@by_policy("suspension.see")
def used(request: HttpRequest, pk: int) -> HttpResponse:
    """What a case used of its limits, and what is left of the year, for its card, which asks for it again and again."""
    visible = Suspension.objects.visible_to(request.user).select_related("process").prefetch_related("segments")
    context = live_use_of(get_object_or_404(visible, pk=pk), timezone.now())
    return render(request, "suspensions/budgets/used.html", context)


@require_safe
@by_policy("suspension.see")
def down(request: HttpRequest) -> HttpResponse:
    """What does not work now and how long it may go on, for the home page, which asks for it again and again."""
    now, user = timezone.now(), request.user
    cases = list(Suspension.objects.visible_to(user).running().for_list().order_by("start", "pk"))
    rows = [
        row._asdict() | {"may_restore": allows(user, "suspension.restore", row.case)} for row in down_now(cases, now)
    ]
    works = [case for case in cases if case.planned][:CASES_SHOWN]
    context = {"down": rows[:CASES_SHOWN], "down_count": len(rows), "works": works, "is_live": True}
    return render(request, "home/downtime.html", context)


@require_safe
@by_policy("limit.see")
def effect(request: HttpRequest) -> HttpResponse:
    """What the budgets of the chosen processes allow, beside the form that records downtime."""
    chosen = [int(text) for text in request.GET.getlist("processes") if text.isdecimal() and len(text) < 19]
    processes = TechProcess.objects.visible_to(request.user).present().filter(pk__in=chosen[:PROCESSES_SHOWN])
    found = effects(processes, timezone.now()) if chosen else []
    return render(request, "suspensions/budgets/effect.html", {"effects": found})


@require_safe
@by_policy("suspension.see")
def reportable(request: HttpRequest) -> HttpResponse:
    visible = Suspension.objects.visible_to(request.user)
    cases = awaited().filter(pk__in=visible.values("pk"), reportable=True)
    done = visible.counted().filter(reported_at__isnull=False).select_related("process").order_by("-reported_at")[:20]
    proposed = visible.awaiting_decision().select_related("process").order_by("report_due_at", "pk")
    context = {
        "section": "budgets",
        "proposed": proposed,
        "may_decide": allows(request.user, "suspension.regulate"),
        "cases": cases,
        "done": done,
    }
    return render(request, "suspensions/budgets/reportable.html", context)
