"""Processes and risk sources: kept by administrators, first taken from the environment."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from suspensions.models import RiskSource, TechProcess
from workflow.actor import Actor, Channel
from workflow.models import Event, Registered

# What the codes that everybody starts with are called; others are called by their code until somebody names them.
NAMES = {
    "DU_25": "Доверительное управление",
    "SPEC_DEP_26": "Взаимодействие со специализированным депозитарием",
    "CLIENTS_27": "Обслуживание клиентов",
}
CATEGORIES = {"BROKER": "external", "PROVAIDER": "external", "ANOTHER": "process"}


def create_process(*, by: Actor, **fields: Any) -> TechProcess:
    require(by.user, "process.edit")
    return created(TechProcess(**fields), by=by, fields=fields)


def edit_process(process: TechProcess, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> bool:
    require(by.user, "process.edit")
    return process.change(verb="edit", by=by, version=version, note=note, **fields)


def create_risk_source(*, by: Actor, **fields: Any) -> RiskSource:
    require(by.user, "risk_source.edit")
    return created(RiskSource(**fields), by=by, fields=fields)


def edit_risk_source(
    source: RiskSource, *, by: Actor, version: int | None = None, note: str = "", **fields: Any
) -> bool:
    require(by.user, "risk_source.edit")
    return source.change(verb="edit", by=by, version=version, note=note, **fields)


@transaction.atomic
def created[Entry: Registered](entry: Entry, *, by: Actor, fields: dict[str, Any]) -> Entry:
    """Store a new entry with its first event. Raises ValidationError."""
    entry.full_clean()
    entry.save(force_insert=True)
    Event.record(entry, by=by, verb="add", after={name: str(value) for name, value in fields.items() if value})
    return entry


def first_start() -> int:
    """Fill the dictionaries of a new installation; say how many entries that made."""
    if TechProcess.objects.exists() or RiskSource.objects.exists():
        return 0
    return sync_dictionaries(by=Actor(User.objects.system(), Channel.COMMAND))


@transaction.atomic
def sync_dictionaries(*, by: Actor) -> int:
    """Make what TECH_PROCESS and RISK_SOURCE name and what is not there yet; return how many.

    What is there stays as it is: people may have given it another name since. Raises ValidationError.
    """
    known = set(TechProcess.objects.values_list("code", flat=True))
    processes = [
        TechProcess(code=code, number=number, name=NAMES.get(code, code), criticality=TechProcess.Criticality.CRITICAL)
        for code, number in pairs("TECH_PROCESS").items()
        if code not in known
    ]
    known = set(RiskSource.objects.values_list("code", flat=True))
    sources = [
        RiskSource(code=code, name=name or code, category=CATEGORIES.get(code, RiskSource.Category.SYSTEMS))
        for code, name in pairs("RISK_SOURCE").items()
        if code not in known
    ]
    entries: list[TechProcess | RiskSource] = [*processes, *sources]
    for entry in entries:
        created(entry, by=by, fields={"code": entry.code, "name": entry.name})
    return len(entries)


def pairs(setting: str) -> dict[str, str]:
    """Return a setting that maps codes to words. Raises ValidationError for anything else."""
    found = getattr(settings, setting)
    if not isinstance(found, dict) or not all(isinstance(value, str | int) for value in found.values()):
        raise ValidationError(
            _("%(setting)s is not a JSON map of codes to words.") % {"setting": setting}, code="invalid"
        )
    return {str(code): str(value) for code, value in found.items()}
