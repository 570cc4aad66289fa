"""Making and changing groups of targets."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import organisation
from accounts.models import User
from accounts.policy import require
from monitoring.models import MaintenanceWindow, Target, TargetGroup, Watch
from monitoring.models.group import TARGET_LIMIT
from monitoring.services import outages
from suspensions.models import RiskSource, TechProcess
from workflow.actor import Actor, Channel
from workflow.models import Event
from workflow.refusals import invalid

log = logging.getLogger(__name__)

type Wanted = Iterable[Mapping[str, str]]  # kind, address, expect


@transaction.atomic
def create(*, by: Actor, targets: Wanted, more_processes: Iterable[TechProcess] = (), **fields: Any) -> TargetGroup:
    """Make a group and begin to watch it."""
    require(by.user, "probe.create")
    group, more_processes = TargetGroup(**fields), list(more_processes)
    group.full_clean(exclude=["deleted_by"])
    require_running("process", [group.process])
    require_running("more_processes", more_processes)
    group.save(force_insert=True)
    group.more_processes.set(more_processes)
    Watch.objects.create(group=group)
    put_targets(group, targets)
    Event.record(group, by=by, verb="probe-create", after={"targets": addresses(group)})
    return group


@transaction.atomic
def edit(
    group: TargetGroup,
    *,
    by: Actor,
    targets: Wanted | None = None,
    more_processes: Iterable[TechProcess] | None = None,
    version: int | None = None,
    note: str = "",
    **fields: Any,
) -> None:
    """Change how a group is watched; targets that stay keep their samples. Switched off, its running outage ends."""
    require(by.user, "probe.edit", group)
    Watch.objects.locked(group)
    group.locked().expect_version(version)
    if "process" in fields and fields["process"].pk != group.process_id:
        require_running("process", [fields["process"]])
    group.change(verb="edit", by=by, note=note, **fields)
    if more_processes is not None:
        set_processes(group, more_processes, by=by, note=note)
    if targets is not None:
        set_targets(group, targets, by=by, note=note)
    if not group.enabled:
        outages.abandon(group)


def switch_on(group: TargetGroup, *, by: Actor, note: str = "") -> None:
    edit(group, by=by, note=note, enabled=True)


def switch_off(group: TargetGroup, *, by: Actor, note: str = "") -> None:
    edit(group, by=by, note=note, enabled=False)


def set_processes(group: TargetGroup, processes: Iterable[TechProcess], *, by: Actor, note: str) -> None:
    before, after = list(group.more_processes.all()), list(processes)
    if {process.pk for process in before} == {process.pk for process in after}:
        return
    require_running("more_processes", [process for process in after if process not in before])
    group.more_processes.set(after)
    group.touch()
    was, now = {"more_processes": named(before)}, {"more_processes": named(after)}
    Event.record(group, by=by, verb="edit", before=was, after=now, note=note)


def set_targets(group: TargetGroup, targets: Wanted, *, by: Actor, note: str) -> None:
    before = addresses(group)
    put_targets(group, targets)
    after = addresses(group)
    if before != after:
        group.touch()
        Event.record(group, by=by, verb="edit", before={"targets": before}, after={"targets": after}, note=note)


def still_run() -> QuerySet[TechProcess]:
    """Return the processes that a probe may stand for: those that run, and those that are to begin."""
    today = timezone.localdate(timezone=organisation.current().zone)
    return TechProcess.objects.present().exclude(active_to__lt=today)


def require_running(name: str, processes: Iterable[TechProcess]) -> None:
    """Raise ValidationError for a process that has ended: the case of an outage would be refused, at night."""
    running = still_run()
    for process in processes:
        if not running.filter(pk=process.pk).exists():
            message = _("The process %(process)s has ended.") % {"process": process}
            raise ValidationError({name: ValidationError(message, code="inactive")})


def put_targets(group: TargetGroup, wanted: Wanted) -> None:
    """Make the targets of a group what is wanted. Raises ValidationError for what cannot be looked at."""
    known = {(target.kind, target.address): target for target in group.targets.all()}
    rows = [dict(target) for target in wanted]
    if not 1 <= len(rows) <= TARGET_LIMIT:
        raise invalid("targets", _("Between 1 and %(limit)s targets are expected.") % {"limit": TARGET_LIMIT})
    kept = [put_target(group, known, row) for row in rows]
    if len({target.pk for target in kept}) < len(rows):
        raise invalid("targets", _("A target stands there twice."))
    group.targets.exclude(pk__in=[target.pk for target in kept]).delete()


def put_target(group: TargetGroup, known: Mapping[tuple[str, str], Target], row: dict[str, str]) -> Target:
    kind, address = row.get("kind", Target.Kind.HTTP), row["address"].strip()
    target = known.get((kind, address)) or Target(group=group, kind=kind, address=address)
    target.expect = row.get("expect", "").strip()
    try:
        target.full_clean(exclude=["group"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise invalid("targets", f"{address}: {' '.join(error.messages)}") from error
    if target.pk:
        target.save(update_fields=["expect"])
        return target
    return Target.objects.get_or_create(group=group, kind=kind, address=address, defaults={"expect": target.expect})[0]


def delete(group: TargetGroup, *, by: Actor, note: str) -> None:
    """Stop watching for good; its outages are kept, a running one ends with what was seen last."""
    require(by.user, "probe.delete", group)
    with transaction.atomic():
        Watch.objects.locked(group)
        group.hide(by=by, note=note)
        outages.abandon(group)


def undelete(group: TargetGroup, *, by: Actor, note: str = "") -> None:
    require(by.user, "probe.undelete", group)
    if TargetGroup.objects.present().filter(name=group.name).exclude(pk=group.pk).exists():
        raise invalid("name", _("There is a probe of this name."), "unique")
    group.unhide(by=by, note=note)


@transaction.atomic
def add_window(
    group: TargetGroup, *, by: Actor, start: datetime, finish: datetime, note: str, weekly: bool = False
) -> MaintenanceWindow:
    """Agree on time in which the group may fail, once or every week; it cannot be agreed on afterwards."""
    require(by.user, "probe.edit", group)
    group.expect_present()
    window = MaintenanceWindow(group=group, start=start, finish=finish, weekly=weekly, note=note, created_by=by.user)
    window.full_clean(exclude=["group", "created_by"])
    if finish <= timezone.now():
        raise invalid("finish", _("The window lies in the past."))
    window.save()
    Event.record(group, by=by, verb="probe-window", after=told(window), note=note)
    return window


@transaction.atomic
def cancel_window(window: MaintenanceWindow, *, by: Actor, note: str = "") -> None:
    """Take an agreed time back: at once if it runs, whole if it is to come. What is over stays."""
    require(by.user, "probe.edit", window.group)
    now = timezone.now()
    if window.is_over:
        raise ValidationError(_("The window lies in the past."), code="invalid")
    before = told(window)
    if window.start >= now:
        window.delete()
    elif window.weekly:
        window.cancelled_at = now
        window.save(update_fields=["cancelled_at"])
    else:
        window.finish = now
        window.save(update_fields=["finish"])
    reason = f"{window.note}: {note}" if note else window.note
    Event.record(window.group, by=by, verb="probe-window-cancel", before=before, note=reason)


def told(window: MaintenanceWindow) -> dict[str, Any]:
    times = {"start": window.start, "finish": window.finish}
    return times | {"weekly": True} if window.weekly else times


def ensure_default_group() -> TargetGroup | None:
    """Make “Internet access” of the web addresses that the environment names, if there has never been any group."""
    process = still_run().filter(code=settings.INTERNET_ACCESS_TECH_PROCESS).first()
    process = process or still_run().order_by("pk").first()
    source = RiskSource.objects.present().filter(code=settings.PROBE_RISK_SOURCE).first()
    if not settings.CONNECTION_TEST_URLS or TargetGroup.objects.exists() or not process or not source:
        return None
    by = Actor(User.objects.system(), Channel.COMMAND)
    with override(settings.LANGUAGE_CODE):
        name = _("Internet access")
    targets = [{"kind": Target.Kind.HTTP, "address": url} for url in dict.fromkeys(settings.CONNECTION_TEST_URLS)]
    try:
        return create(by=by, name=name, process=process, risk_source=source, targets=targets)
    except ValidationError as error:  # nothing that a start should fail of
        log.error("CONNECTION_TEST_URL_*: %s", " ".join(error.messages))
        return None


def addresses(group: TargetGroup) -> list[str]:
    return [f"{target.kind} {target.address} {target.expect}".strip() for target in group.targets.order_by("pk")]


def named(processes: Iterable[TechProcess]) -> list[str]:
    return [str(process) for process in processes]
