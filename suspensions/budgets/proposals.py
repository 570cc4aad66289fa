"""Which cases the regulator must probably hear of. A manager decides.

A case is proposed once by what it first breaks: the allowed share of degradation, where the limit says that this alone
is to be reported; while that share is exceeded the limit of one case; or the limit of the year, if that breaks within
it. Nothing is reported and no case is reportable until a manager confirms; whoever declines says why. The clock runs
from the very moment of the breach, reckoned from the segments, whenever somebody notices or enters it, for as long as
the limit says. A proposal that nobody has decided is taken back by itself once a correction leaves nothing broken.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.working_time import datetime_of, moment_of
from notifications.services import notify
from suspensions import intervals
from suspensions.analytics import wording
from suspensions.budgets.judging import Judged
from suspensions.budgets.reckoning import countable
from suspensions.budgets.versions import counted, in_force
from suspensions.intervals import Stretch
from suspensions.models import GivenWarning, ProcessLimit, Suspension, Unjudged
from suspensions.notifications import REPORT_PROPOSED, managers
from suspensions.services import propose_report, withdraw_report
from workflow.actor import Actor


class Breach(NamedTuple):
    """From which moment on a case is beyond what is allowed, by which limit, and in words."""

    moment: int
    limit: ProcessLimit
    reason: str


def propose(cases: Iterable[Judged], at: datetime, *, by: Actor, changed: Container[int] = ()) -> int:
    """Propose what exceeds its limits by now; return how many that were. May run twice at once.

    Of the cases that `changed` all budgets are known that concern them: only there is it certain that none is broken.
    """
    told = 0
    for each in cases:
        proposed = each.case.reportable or each.case.report_proposed_at
        if proposed and not (each.case.awaits_decision and each.case.pk in changed):
            continue
        breach = min(breaches(each, at), key=lambda breach: breach.moment, default=None)
        if breach is None and proposed:
            take_back(each.case, at, by=by)
        elif breach and not proposed:
            told += say(each, breach, at, by=by)
    return told


@transaction.atomic
def take_back(case: Suspension, at: datetime, *, by: Actor) -> None:
    """Let a proposal go with what was told of it; another case of the process may be what breaks the year now."""
    if withdraw_report(case, by=by):
        told = GivenWarning.objects.standing().filter(scope=GivenWarning.Scope.REPORT)
        told.filter(about__startswith=f"{case.pk} ").update(lapsed_at=at)
        Unjudged.objects.create(process=case.process)


def breaches(each: Judged, at: datetime) -> Iterator[Breach]:
    case, versions = each.case, each.budgets[0].versions
    limit = in_force(versions, moment_of(case.start)).limit
    if limit and each.allowance.broken:
        words = {"allowed": wording.lasting(limit.case_minutes), "document": limit.document}
        reason = _("Over the limit of one case, %(allowed)s (%(document)s).") % words
        yield Breach(each.allowance.broken[0], limit, reason)
    pieces = countable(case.process, intervals.union(counted(case, versions, at)))
    if limit and limit.share_reported and limit.degradation_share is not None and pieces:
        words = {"share": per_cent(limit.degradation_share), "document": limit.document}
        reason = _("More of the service was lost than the allowed %(share)s %% (%(document)s).") % words
        yield Breach(pieces[0][0], limit, reason)
    yield from of_years(each, pieces)


def of_years(each: Judged, pieces: list[Stretch]) -> Iterator[Breach]:
    """Yield the year that breaks within the case; what comes after in that year was proposed with the one before."""
    for budget in each.budgets:
        moment, limit = budget.year.broken[0] if budget.year.broken else -1, budget.limit
        if limit and any(begins <= moment < ends for begins, ends in pieces):
            words = {"allowed": wording.lasting(limit.year_minutes), "document": limit.document}
            yield Breach(moment, limit, _("Over the limit of the year, %(allowed)s (%(document)s).") % words)


def per_cent(share: Decimal) -> str:
    """Return a share in per cent as people write it, without zeros at the end."""
    return number_format(Decimal(f"{(100 * share).normalize():f}"))


def say(each: Judged, breach: Breach, at: datetime, *, by: Actor) -> int:
    case, minutes = each.case, breach.limit.report_minutes
    due = None if minutes is None else datetime_of(breach.moment) + timedelta(minutes=minutes)
    if not propose_report(case, by=by, at=at, due=due, reason=breach.reason):
        return 0
    context = {"suspension": case, "process": case.process, "said": breach.reason}
    notify(managers(), kind=REPORT_PROPOSED, subject=case, context=context, by=by)
    return 1
