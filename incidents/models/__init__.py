"""What is broken, who said so, and what machines sent about it."""

from incidents.models.duty import Duty, DutyQuerySet, ToldGap
from incidents.models.escalation import Escalation, EscalationPolicy, EscalationPolicyQuerySet, Step, Whom
from incidents.models.incident import (
    DESCRIPTION_LIMIT,
    ROW,
    TITLE_LIMIT,
    Incident,
    IncidentComment,
    IncidentFile,
    IncidentQuerySet,
    IncidentWatcher,
)
from incidents.models.integration import Integration, IntegrationQuerySet
from incidents.models.message import Message, MessageOutcome, MessageQuerySet
from incidents.models.storm import Storm, StormQuerySet

__all__ = [
    "DESCRIPTION_LIMIT",
    "ROW",
    "TITLE_LIMIT",
    "Duty",
    "DutyQuerySet",
    "Escalation",
    "EscalationPolicy",
    "EscalationPolicyQuerySet",
    "Incident",
    "IncidentComment",
    "IncidentFile",
    "IncidentQuerySet",
    "IncidentWatcher",
    "Integration",
    "IntegrationQuerySet",
    "Message",
    "MessageOutcome",
    "MessageQuerySet",
    "Step",
    "Storm",
    "StormQuerySet",
    "ToldGap",
    "Whom",
]
