"""Which cases the regulator must probably hear of: those over the limit of one case. A manager decides.

A case is proposed once its counted time, that in which the degradation exceeds the allowed share, exceeds what the
limit in force when it began allows for one case. Nothing is reported and no case is reportable until a manager
confirms; whoever declines says why. The clock runs from the proposal on, for as long as that limit says.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.working_time import moment_of
from notifications.services import notify
from suspensions.analytics import wording
from suspensions.budgets.reckoning import in_force, of_case, versions_of
from suspensions.models import ProcessLimit, Suspension
from suspensions.models.suspension import SuspensionQuerySet
from suspensions.notifications import REPORT_PROPOSED, managers
from suspensions.services import propose_report
from workflow.actor import Actor

LATELY = timedelta(days=2)  # a case that nobody touched for so long was judged before


def propose(at: datetime, *, by: Actor) -> int:
    """Propose what exceeds its limit by now; return how many that were. May run twice at once."""
    cases = list(candidates(at))
    versions = versions_of({case.process for case in cases})
    told = 0
    for case in cases:
        limit = in_force(versions[case.process_id], moment_of(case.start)).limit
        found = of_case(case, case.process, versions[case.process_id], at)
        if limit and found.allowed is not None and found.used > found.allowed:
            told += say(case, limit, at, by=by)
    return told


def candidates(at: datetime) -> SuspensionQuerySet:
    cases = Suspension.objects.counted().filter(planned=False, reportable=False, report_proposed_at=None)
    return cases.touched_since(at - LATELY).select_related("process").prefetch_related("segments")


def say(case: Suspension, limit: ProcessLimit, at: datetime, *, by: Actor) -> int:
    due = at + timedelta(minutes=limit.report_minutes) if limit.report_minutes is not None else None
    words = {"allowed": wording.lasting(limit.case_minutes), "document": limit.document}
    reason = _("Over the limit of one case, %(allowed)s (%(document)s).") % words
    if not propose_report(case, by=by, at=at, due=due, reason=reason):
        return 0
    context = {"suspension": case, "process": case.process, "said": reason}
    notify(managers(), kind=REPORT_PROPOSED, subject=case, context=context, by=by)
    return 1
