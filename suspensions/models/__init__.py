"""Which business process was down, how long and why; and the dictionaries and limits by which that is judged."""

from suspensions.models.dictionaries import RiskSource, RiskSourceQuerySet, TechProcess, TechProcessQuerySet
from suspensions.models.folds import Fold, Touched
from suspensions.models.limits import ProcessLimit, ProcessLimitQuerySet
from suspensions.models.monthly import MonthlyReport
from suspensions.models.number import NumberSeries
from suspensions.models.parts import SuspensionComment, SuspensionFile
from suspensions.models.risks import Risk, RiskQuerySet
from suspensions.models.segment import Segment
from suspensions.models.suspension import Suspension, SuspensionQuerySet
from suspensions.models.warning import GivenWarning, Unjudged

__all__ = [
    "Fold",
    "GivenWarning",
    "MonthlyReport",
    "NumberSeries",
    "ProcessLimit",
    "ProcessLimitQuerySet",
    "Risk",
    "RiskQuerySet",
    "RiskSource",
    "RiskSourceQuerySet",
    "Segment",
    "Suspension",
    "SuspensionComment",
    "SuspensionFile",
    "SuspensionQuerySet",
    "TechProcess",
    "TechProcessQuerySet",
    "Touched",
    "Unjudged",
]
