"""Who hears when an allowance runs out, and that the regulator still waits. Each stage is told once."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.policy import allows
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from suspensions.analytics import wording
from suspensions.analytics.reading import minutes
from suspensions.budgets.proposals import propose
from suspensions.budgets.reckoning import Allowance, Budget, budgets
from suspensions.models import GivenWarning, Suspension, TechProcess
from workflow.actor import Actor, Channel

SOON = timedelta(hours=1)
BOTH = frozenset({APP, EMAIL})
EXAMPLE = {
    "process": "25 Доверительное управление",
    "suspension": "2026-0007 25 Доверительное управление",
    "percent": "84",
    "used": "10 ч 05 мин",
    "allowed": "12 ч",
    "due": "23.07.2026 19:20 MSK",
}
Scope = GivenWarning.Scope


def manages(user: Any) -> bool:
    return allows(user, "suspension.regulate")


def kind(name: str, label: Any, title: Any, body: Any, **options: Any) -> Kind:
    return Kind(name, label, title, body=body, channels=BOTH, example=EXAMPLE, **options)


USED = _("%(used)s of %(allowed)s are used.")
KINDS = [
    kind("budget.year", _("Downtime budget of the year runs low"), _("%(percent)s %% of the year: %(process)s"), USED),
    kind("budget.year_full", _("Downtime budget of the year used up"), _("Year's limit exceeded: %(process)s"), USED,
         critical=True, shown_to=manages),
    kind("budget.case", _("A case nears its limit"), _("%(percent)s %% of one case: %(suspension)s"), USED),
    kind("budget.case_full", _("A case exceeded its limit"), _("Limit of one case exceeded: %(suspension)s"), USED,
         critical=True, shown_to=manages),
    kind("report.soon", _("A report to the regulator is due soon"), _("Report soon: %(suspension)s"),
         _("The regulator must hear of it by %(due)s.")),
    kind("report.late", _("A report to the regulator is overdue"), _("Report overdue: %(suspension)s"),
         _("The regulator should have heard of it by %(due)s."), critical=True, shown_to=manages),
]  # fmt: skip
KIND = {kind.name: kind for kind in KINDS}


def check(at: datetime) -> int:
    """Tell whoever must hear what nobody was told yet; return how many warnings that were. May run twice at once."""
    by = Actor(User.objects.system(), Channel.JOB)
    day = at.date()
    processes = list(TechProcess.objects.active_on(day).select_related("owner"))
    told = sum(check_budget(budget, by=by) for budget in budgets(processes, at))
    return told + propose(at, by=by) + check_reports(at, by=by)


def check_budget(budget: Budget, *, by: Actor) -> int:
    year = str(budget.at.year)
    told = warn(budget.process, Scope.YEAR, year, budget.year, budget.process, {}, at=budget.at, by=by)
    for case, allowance in budget.cases:
        context = {"suspension": case}
        told += warn(budget.process, Scope.CASE, str(case.pk), allowance, case, context, at=budget.at, by=by)
    return told


@transaction.atomic
def warn(
    process: TechProcess, scope: str, about: str, allowance: Allowance, subject: Any, context: Mapping[str, Any], *,
    at: datetime, by: Actor,
) -> int:  # fmt: skip
    """Note every stage that is reached and tell the highest that is new."""
    new = [stage for stage in allowance.stages if given(process, scope, about, stage, at)]
    if not new:
        return 0
    name = f"budget.{scope}_full" if new[-1] == "full" else f"budget.{scope}"
    told = {
        "process": process,
        "percent": int(allowance.percent or 0),
        "used": wording.lasting(minutes(allowance.used)),
        "allowed": wording.lasting(minutes(allowance.allowed)),
        **context,
    }
    notify(concerned([process.owner_id]), kind=KIND[name], subject=subject, context=told, by=by)
    return 1


def given(process: TechProcess, scope: str, about: str, stage: str, at: datetime) -> bool:
    """Note the warning; say whether it is new. Of two that ask at once exactly one is told yes."""
    key = {"process": process, "scope": scope, "about": about, "stage": stage}
    return GivenWarning.objects.get_or_create(**key, defaults={"at": at})[1]


def check_reports(at: datetime, *, by: Actor) -> int:
    return sum(remind(case, at, by=by) for case in awaited().filter(report_due_at__lte=at + SOON))


@transaction.atomic
def remind(case: Suspension, at: datetime, *, by: Actor) -> int:
    """Tell once that a report is due soon and once that it is late; a new due time begins anew."""
    stage = "late" if case.report_due_at and case.report_due_at <= at else "soon"
    about = f"{case.pk} {case.report_due_at:%Y-%m-%dT%H:%M:%S}"
    if not given(case.process, Scope.REPORT, about, stage, at):
        return 0
    context = {"suspension": case, "due": case.report_due_at}
    people = concerned([case.process.owner_id, case.author_id])
    notify(people, kind=KIND[f"report.{stage}"], subject=case, context=context, by=by)
    return 1


def awaited() -> QuerySet[Suspension]:
    """The cases that the regulator must still hear of, the most urgent first."""
    waits = Q(reportable=True, reported_at=None)
    waits |= Q(report_proposed_at__isnull=False, report_decided_at=None, reportable=False)
    cases = Suspension.objects.counted().filter(waits, report_due_at__isnull=False)
    return cases.select_related("process", "risk_source", "author").order_by("report_due_at", "pk")


def concerned(people: Iterable[int | None]) -> QuerySet[User]:
    """The managers, and these people."""
    named = Q(pk__in=[person for person in people if person])
    return User.objects.active().people().filter(Q(role=Role.MANAGER) | named)
