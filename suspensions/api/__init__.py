"""The API of the downtime journal."""

from suspensions.api.cases import SuspensionViewSet
from suspensions.api.dictionaries import LimitViewSet, ProcessViewSet, RiskSourceViewSet
from suspensions.api.risks import RiskViewSet

__all__ = ["LimitViewSet", "ProcessViewSet", "RiskSourceViewSet", "RiskViewSet", "SuspensionViewSet"]
