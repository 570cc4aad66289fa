"""The board of all budgets, and what the regulator still waits for."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import organisation
from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions.analytics import wording
from suspensions.analytics.charts import per_cent
from suspensions.analytics.reading import minutes
from suspensions.budgets.reckoning import Allowance, Budget, budgets
from suspensions.budgets.warnings import awaited
from suspensions.models import GivenWarning, Suspension, TechProcess

ORDER = ("exceeded", "warning", "ok", "no_limit")
TONES = {"exceeded": "red", "warning": "amber", "ok": "grey", "no_limit": "grey"}
SCALE = 1.2  # the bar goes to 120 % of the limit
WARNINGS_SHOWN = 20


class Bar(NamedTuple):
    """An allowance as a bar from 0 to 120 % of the limit."""

    used: str
    allowed: str
    left: str
    over: str
    percent: int | None
    width: str
    warn: str
    tone: str
    level: str
    breach: object


class Row(NamedTuple):
    budget: Budget
    year: Bar
    cases: list[tuple[Suspension, Bar]]


@require_safe
@by_policy("limit.see")
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    processes = TechProcess.objects.visible_to(request.user).active_on(now.date()).select_related("owner")
    found = sorted(budgets(list(processes), now), key=lambda budget: ORDER.index(budget.level))
    context = {
        "section": "budgets",
        "rows": [Row(budget, bar(budget.year), [(case, bar(of)) for case, of in budget.cases]) for budget in found],
        "now": now,
        "year": now.astimezone(organisation.current().zone).year,
        "organisation": organisation.current(),
        "warnings": GivenWarning.objects.select_related("process")[:WARNINGS_SHOWN],
        "awaited": awaited().count(),
    }
    return render(request, "suspensions/budgets/board.html", context)


@require_safe
@by_policy("suspension.see")
def reportable(request: HttpRequest) -> HttpResponse:
    visible = Suspension.objects.visible_to(request.user)
    cases = awaited().filter(pk__in=visible.values("pk"))
    done = visible.counted().filter(reported_at__isnull=False).select_related("process").order_by("-reported_at")[:20]
    undated = visible.counted().filter(reportable=True, reported_at=None, report_due_at=None).select_related("process")
    proposed = visible.awaiting_decision().select_related("process").order_by("report_due_at", "pk")
    cases = cases.filter(reportable=True)
    context = {
        "section": "budgets",
        "proposed": proposed,
        "may_decide": allows(request.user, "suspension.regulate"),
        "cases": cases,
        "done": done,
        "undated": undated,
    }
    return render(request, "suspensions/budgets/reportable.html", context)


def bar(found: Allowance) -> Bar:
    share = (found.percent or 0) / 100
    left = found.left or 0
    return Bar(
        used=wording.lasting(minutes(found.used)),
        allowed=wording.lasting(minutes(found.allowed)) if found.allowed is not None else "",
        left=wording.lasting(minutes(max(left, 0))),
        over=wording.lasting(minutes(-left)) if left < 0 else "",
        percent=None if found.percent is None else int(found.percent),
        width=per_cent(min(share, SCALE) / SCALE),
        warn=per_cent(found.warn / 100 / SCALE),
        tone=TONES[found.level],
        level=found.level,
        breach=found.breach,
    )
