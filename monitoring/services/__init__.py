"""Everything that can happen to what is watched, and whether this installation itself is well."""

from monitoring.services.checking import Check
from monitoring.services.fitness import ESSENTIAL, HELPFUL, health, is_ready, look, newest_migrations
from monitoring.services.groups import (
    add_window,
    cancel_window,
    create,
    delete,
    edit,
    ensure_default_group,
    switch_off,
    switch_on,
    undelete,
)
from monitoring.services.probing import check, forget_samples, probe_due, test_url
from monitoring.services.vitals import backups_tell
from monitoring.services.watching import call_home, stand_in, tick, watch_over

__all__ = [
    "ESSENTIAL",
    "HELPFUL",
    "Check",
    "add_window",
    "backups_tell",
    "call_home",
    "cancel_window",
    "check",
    "create",
    "delete",
    "edit",
    "ensure_default_group",
    "forget_samples",
    "health",
    "is_ready",
    "look",
    "newest_migrations",
    "probe_due",
    "stand_in",
    "switch_off",
    "switch_on",
    "test_url",
    "tick",
    "undelete",
    "watch_over",
]
