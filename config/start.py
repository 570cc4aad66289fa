"""The last word before anything listens: an installation that is not fit does not start, and says why."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

TAG = "start"


def refuse_unfit(*, databases: list[str] | None = None) -> None:
    """Raise ImproperlyConfigured with one line for each fault of the settings and of `databases`."""
    found = run_checks(tags=[TAG], include_deployment_checks=bool(databases), databases=databases)
    faults = [f"{fault.msg} {fault.hint} ({fault.id})" for fault in found if fault.is_serious()]
    if faults:
        raise ImproperlyConfigured("\n  ".join(faults if len(faults) == 1 else ["", *faults]))
