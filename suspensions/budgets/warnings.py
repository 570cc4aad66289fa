"""Who hears when an allowance runs out, and that the regulator still waits.

Each stage is told once, of cases that run and of those that were over before anybody looked. A stage that a correction
or a higher limit takes back lapses in silence, and is told again when it comes true again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from accounts.models import Role, User
from accounts.policy import allows
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from suspensions.analytics import wording
from suspensions.analytics.reading import minutes
from suspensions.budgets.judging import Judged, agenda, judged, looked_at, take_away
from suspensions.budgets.proposals import per_cent, propose
from suspensions.budgets.reckoning import Allowance, Budget
from suspensions.budgets.versions import local_day, nearing
from suspensions.models import GivenWarning, Suspension, TechProcess
from workflow.actor import Actor, Channel

lasting, share_said = lazy(wording.lasting, str), lazy(per_cent, str)  # in the recipient's language
SOON = timedelta(hours=1)
BOTH = frozenset({APP, EMAIL})
EXAMPLE = {
    "process": "25 Доверительное управление",
    "suspension": "2026-0007 25 Доверительное управление",
    "percent": "84",
    "used": "10 ч 05 мин",
    "allowed": "12 ч",
    "year": "2026",
    "lost": "18",
    "share": "20",
    "due": "23.07.2026 19:20 MSK",
    "said": _("Nobody has decided yet whether the regulator must hear of it."),
}
Scope = GivenWarning.Scope


def manages(user: Any) -> bool:
    return allows(user, "suspension.regulate")


def kind(name: str, label: Any, title: Any, body: Any, **options: Any) -> Kind:
    return Kind(name, label, title, body=body, channels=BOTH, example=EXAMPLE, **options)


USED = _("%(used)s of %(allowed)s are used.")
OF_YEAR = _("%(year)s: %(used)s of %(allowed)s are used.")
UNDECIDED = _("Nobody has decided yet whether the regulator must hear of it.")
UNDATED = _("The regulator must hear of it. No due time is set.")
KINDS = [
    kind("budget.year", _("Downtime budget of the year runs low"), _("%(percent)s %% of the year: %(process)s"),
         OF_YEAR),
    kind("budget.year_full", _("Downtime budget of the year used up"), _("Year's limit used up: %(process)s"), OF_YEAR,
         critical=True, shown_to=manages),
    kind("budget.case", _("A case nears its limit"), _("%(percent)s %% of one case: %(suspension)s"), USED),
    kind("budget.case_full", _("A case used up its limit"), _("Limit of one case used up: %(suspension)s"), USED,
         critical=True, shown_to=manages),
    kind("budget.share", _("A degradation nears the allowed share"),
         _("%(lost)s %% of the service lost: %(suspension)s"),
         _("%(share)s %% are allowed; beyond it the time counts.")),
    kind("budget.share_full", _("A degradation exceeds the allowed share"),
         _("More lost than allowed: %(suspension)s"),
         _("%(lost)s %% are lost, %(share)s %% are allowed: the time counts.")),
    kind("report.soon", _("A report to the regulator is due soon"), _("Report soon: %(suspension)s"),
         _("The regulator must hear of it by %(due)s.")),
    kind("report.late", _("A report to the regulator is overdue"), _("Report overdue: %(suspension)s"),
         _("The regulator should have heard of it by %(due)s."), critical=True, shown_to=manages),
    kind("report.open", _("A report to the regulator without a due time waits"), _("Report waits: %(suspension)s"),
         "%(said)s"),
]  # fmt: skip
KIND = {kind.name: kind for kind in KINDS}


class Claim(NamedTuple):
    """What is true of an allowance or a report now: the stages that are reached, the highest last, and who hears."""

    process: TechProcess
    scope: str
    about: str
    stages: list[str]
    subject: Any
    context: Mapping[str, Any]
    people: Sequence[int | None]

    @property
    def key(self) -> tuple[str, str, int | None]:
        """What is warned of: a year of a process; a case wherever it moves."""
        return self.scope, self.about, self.process.pk if self.scope == Scope.YEAR else None

    @property
    def row(self) -> dict[str, Any]:
        return {"scope": self.scope, "about": self.about} | ({"process": self.process} if self.key[2] else {})


def check(at: datetime, *, everything: bool = False) -> int:
    """Tell whoever must hear what nobody was told yet; return how many warnings that were. May run twice at once."""
    by = Actor(User.objects.system(), Channel.JOB)
    found = agenda(at, everything=everything)
    looks = looked_at(found, at)
    cases = list(judged(found, looks, at))
    told = settle([*of_years(looks), *of_cases(cases), *of_shares(cases)], at, by=by, over=found.cases)
    told += propose(cases, at, by=by, changed=found.cases)
    told += settle(list(of_reports(at)), at, by=by)
    take_away(found)
    return told


def of_years(looks: Iterable[Budget]) -> Iterator[Claim]:
    for budget in looks:
        context = {"year": str(budget.at.year), **amounts(budget.year)}
        people = [budget.process.owner_id]
        yield Claim(
            budget.process, Scope.YEAR, str(budget.at.year), budget.year.stages, budget.process, context, people
        )


def of_cases(cases: Iterable[Judged]) -> Iterator[Claim]:
    for case, found, _budgets in cases:
        context = {"suspension": case, **amounts(found)}
        yield Claim(case.process, Scope.CASE, str(case.pk), found.stages, case, context, [case.process.owner_id])


def of_shares(cases: Iterable[Judged]) -> Iterator[Claim]:
    """Yield how near the share that is lost comes to the allowed one; of an outage that need not be said."""
    for case, _found, budgets in cases:
        stages, lost, share = nearing(case, budgets[0].versions)
        context = {"suspension": case, "lost": share_said(lost), "share": share_said(share)}
        yield Claim(case.process, Scope.SHARE, str(case.pk), stages, case, context, [case.process.owner_id])


def of_reports(at: datetime) -> Iterator[Claim]:
    """Yield the reports that are due soon or late; a new due time begins anew. Then those without a due time."""
    for case in awaited().filter(report_due_at__lte=at + SOON):
        late = case.report_due_at is not None and case.report_due_at <= at
        about, stages = f"{case.pk} {case.report_due_at:%Y-%m-%dT%H:%M:%S}", ["soon", "late"] if late else ["soon"]
        context = {"suspension": case, "due": case.report_due_at}
        yield Claim(case.process, Scope.REPORT, about, stages, case, context, [case.process.owner_id, case.author_id])
    yield from of_undated_reports(at)


def of_undated_reports(at: datetime) -> Iterator[Claim]:
    """Yield what waits without a due time: anew each working day, from the one after it was proposed on."""
    working = organisation.working_time()
    if not working.is_working(at):
        return
    today = local_day(at)
    for case in awaited().filter(report_due_at=None):
        if case.report_proposed_at and local_day(case.report_proposed_at) == today:
            continue
        context = {"suspension": case, "said": UNDECIDED if case.awaits_decision else UNDATED}
        people = [] if case.awaits_decision else [case.process.owner_id, case.author_id]
        yield Claim(case.process, Scope.REPORT, f"{case.pk} {today}", ["open"], case, context, people)


def amounts(found: Allowance) -> dict[str, Any]:
    used, allowed = minutes(found.used), minutes(found.allowed)
    return {"percent": found.percent_shown or 0, "used": lasting(used), "allowed": lasting(allowed)}


def settle(claims: Sequence[Claim], at: datetime, *, by: Actor, over: Iterable[int] = ()) -> int:
    """Tell the stages that are new; let lapse what is no longer so, of cases that no longer count (`over`) all."""
    of_cases = {str(pk) for pk in over}
    wanted = {claim.about for claim in claims} | of_cases
    standing: dict[Any, dict[str, int]] = defaultdict(dict)
    for row in GivenWarning.objects.standing().filter(about__in=wanted) if wanted else ():
        key = row.scope, row.about, row.process_id if row.scope == Scope.YEAR else None
        standing[key][row.stage] = row.pk
    reached: dict[Any, list[str]] = {
        (scope, about, None): [] for scope in (Scope.CASE, Scope.SHARE) for about in of_cases
    }
    reached |= {claim.key: claim.stages for claim in claims}
    lapsed = [pk for key, stages in reached.items() for stage, pk in standing[key].items() if stage not in stages]
    if lapsed:
        GivenWarning.objects.filter(pk__in=lapsed).update(lapsed_at=at)
    return sum(warn(claim, at, by=by) for claim in claims if set(claim.stages) - standing[claim.key].keys())


@transaction.atomic
def warn(claim: Claim, at: datetime, *, by: Actor) -> int:
    """Note every stage that is reached and tell the highest that is new."""
    new = [stage for stage in claim.stages if given(claim, stage, at)]
    if not new:
        return 0
    context = {"process": claim.process, **claim.context}
    notify(concerned(claim.people), kind=kind_of(claim.scope, new[-1]), subject=claim.subject, context=context, by=by)
    return 1


def kind_of(scope: str, stage: str) -> Kind:
    if scope == Scope.REPORT:
        return KIND[f"report.{stage}"]
    return KIND[f"budget.{scope}_full" if stage == "full" else f"budget.{scope}"]


def given(claim: Claim, stage: str, at: datetime) -> bool:
    """Note the warning; say whether it is new. Of two that ask at once exactly one is told yes."""
    defaults = {"process": claim.process, "at": at}
    return GivenWarning.objects.get_or_create(**claim.row, stage=stage, lapsed_at=None, defaults=defaults)[1]


def awaited() -> QuerySet[Suspension]:
    """The cases that the regulator must, or may have to, hear of: the most urgent first, undated ones last."""
    cases = Suspension.objects.report_awaited().select_related("process", "risk_source", "author")
    return cases.order_by(F("report_due_at").asc(nulls_last=True), "pk")


def concerned(people: Iterable[int | None]) -> QuerySet[User]:
    """The managers, and these people."""
    named = Q(pk__in=[person for person in people if person])
    return User.objects.active().people().filter(Q(role=Role.MANAGER) | named)
