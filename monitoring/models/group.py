from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from monitoring import targets
from monitoring.causes import Cause
from monitoring.machine import Rules, State, quorum_of
from suspensions.models import RiskSource, Suspension, TechProcess
from workflow.models import Registered, RegisteredQuerySet
from workflow.refusals import invalid

TARGET_LIMIT = 20
ROUND = timedelta(seconds=12)  # the longest that a round may take; whoever holds it longer has died
ROUNDS = [MinValueValidator(1), MaxValueValidator(100)]


class TargetGroupQuerySet(RegisteredQuerySet["TargetGroup"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted groups only for those who may bring them back."""
        rows = policy.visible(self, user, "probe.see")
        return rows if policy.allows(user, "probe.undelete") else rows.present()

    def watched(self) -> Self:
        return self.present().filter(enabled=True)

    def for_list(self) -> Self:
        """With all that a group's state is told from."""
        rows = self.select_related("process", "risk_source", "watch", "watch__outage")
        return rows.prefetch_related("targets", "more_processes").fetch_mode(models.FETCH_RAISE)


class TargetGroup(Registered):
    """Targets that stand or fall together, like “Internet access”, and what suffers when a quorum of them is down."""

    class Standing(models.TextChoices):
        """How a group looks at a moment; what was not measured lately is neither up nor down."""

        UP = "up", pgettext_lazy("probe", "up")
        LATE = "late", pgettext_lazy("probe", "failing in part")
        DOWN = "down", pgettext_lazy("probe", "down")
        NODATA = "nodata", pgettext_lazy("probe", "no data")

    name = models.CharField(_("name"), max_length=100)
    process = models.ForeignKey(
        TechProcess, verbose_name=_("business process"), on_delete=models.PROTECT, related_name="probes"
    )
    more_processes = models.ManyToManyField(
        TechProcess,
        verbose_name=_("further processes"),
        related_name="+",
        blank=True,
        help_text=_("Each gets a case of its own, under the one incident."),
    )
    risk_source = models.ForeignKey(
        RiskSource, verbose_name=_("risk source"), on_delete=models.PROTECT, related_name="probes"
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(TARGET_LIMIT)],
        help_text=_("How many targets must fail. Empty: all of two, a majority of more."),
    )
    interval_seconds = models.PositiveIntegerField(
        _("interval, seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
        help_text=_("Between two rounds. Empty: as the installation is set."),
    )
    open_after = models.PositiveSmallIntegerField(
        _("down after so many failed rounds"),
        null=True,
        blank=True,
        validators=ROUNDS,
        help_text=_("In a row. Empty: as the installation is set."),
    )
    close_after = models.PositiveSmallIntegerField(
        _("up after so many good rounds"),
        null=True,
        blank=True,
        validators=ROUNDS,
        help_text=_("In a row. Empty: as the installation is set."),
    )
    enabled = models.BooleanField(_("watched"), default=True)

    objects = TargetGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("probe")
        verbose_name_plural = _("probes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at=None),
                name="probe_name_is_unique",
                violation_error_message=_("There is a probe of this name."),
            ),
            models.CheckConstraint(name="probe_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="probe_quorum_is_positive", condition=Q(quorum=None) | Q(quorum__gte=1)),
            models.CheckConstraint(
                name="probe_interval_is_positive", condition=Q(interval_seconds=None) | Q(interval_seconds__gte=1)
            ),
            models.CheckConstraint(
                name="probe_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("probes:detail", args=[self.pk])

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=self.interval_seconds or settings.SLEEP_TEST_CONNECTION)

    @property
    def rules(self) -> Rules:
        return Rules(
            open_after=self.open_after or max(1, settings.PROBE_OPEN_AFTER),
            close_after=self.close_after or max(1, settings.PROBE_CLOSE_AFTER),
            quorum=self.quorum,
            silence=self.silence,
            join=timedelta(seconds=settings.PROBE_JOIN_SECONDS),
        )

    @property
    def silence(self) -> timedelta:
        """What two rounds may lie apart before the time between them counts as not measured."""
        return 3 * self.interval + ROUND

    @property
    def independent(self) -> int:
        """How many of its targets differ in what is looked at."""
        return len({target.key for target in self.targets.all()})

    @property
    def needed(self) -> int:
        """How many of those must fail."""
        return quorum_of(self.independent, self.quorum)

    def processes(self) -> list[TechProcess]:
        return [self.process, *(other for other in self.more_processes.all() if other.pk != self.process_id)]

    def is_planned(self, at: datetime) -> bool:
        """Whether it may fail then: in a maintenance window, or in planned work announced for all its processes."""
        moment = at + timedelta.resolution
        if any(window.covers(at) for window in self.windows.in_period(at, moment)):
            return True
        return {process.pk for process in self.processes()} <= self.announced_at(at)

    def announced_at(self, at: datetime) -> set[int]:
        """Its processes, as keys, for which planned work was announced that covers the moment."""
        cases = Suspension.objects.announced_within(at, at + timedelta.resolution)
        return set(cases.filter(process__in=self.processes()).values_list("process", flat=True))

    @property
    def running_outage(self) -> Any:
        outage = self.watch.outage
        return outage if outage and outage.finish is None else None

    @property
    def standing(self) -> str:
        """How it looks now."""
        state = self.watch.state
        if not self.enabled or state.last_at is None or timezone.now() - state.last_at > self.silence:
            return self.Standing.NODATA
        if state.is_down:
            return self.Standing.DOWN
        fails = any(target.last_ok is False for target in self.targets.all())
        return self.Standing.LATE if fails or state.failures else self.Standing.UP

    def get_standing_display(self) -> str:
        return str(self.Standing(self.standing).label)

    @property
    def since(self) -> datetime | None:
        """Since when it has been down or up, or silent; None where it has always been so."""
        outage, state = self.running_outage, self.watch.state
        if self.standing == self.Standing.NODATA:
            return state.last_at
        return outage.start if outage else state.closed_at

    @property
    def is_in_maintenance(self) -> bool:
        return self.is_planned(timezone.now())


class Target(models.Model):
    """One thing that a group looks at, and what it answered last."""

    class Kind(models.TextChoices):
        HTTP = targets.HTTP, "HTTP"
        TCP = targets.TCP, "TCP"
        DNS = targets.DNS, "DNS"

    group = models.ForeignKey(TargetGroup, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind, default=Kind.HTTP)
    address = models.CharField(_("address"), max_length=500)
    expect = models.CharField(
        _("expected"),
        max_length=200,
        blank=True,
        help_text=_("HTTP: a status or a text in the answer. DNS: an address. Empty: any good answer."),
    )
    last_at = models.DateTimeField(null=True, editable=False)
    last_ok = models.BooleanField(null=True, editable=False)
    last_cause = models.CharField(max_length=6, choices=Cause, blank=True, editable=False)
    last_error = models.CharField(max_length=200, blank=True, editable=False)
    last_ms = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("probe", "target")
        verbose_name_plural = _("targets")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "kind", "address"], name="target_is_in_a_group_once"),
            models.CheckConstraint(name="target_kind_is_known", condition=Q(kind__in=["http", "tcp", "dns"])),
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        try:
            found = targets.place(self.kind, self.address)
            targets.check_literal(found)
        except ValidationError as error:
            raise ValidationError({"address": error}) from error
        if self.expect and self.kind == self.Kind.TCP:
            raise invalid("expect", _now("A TCP target answers or does not; expect nothing."))

    @property
    def key(self) -> str:
        """Targets with the same key say the same."""
        return f"{self.kind}:{targets.place(self.kind, self.address).key}"


class WatchQuerySet(models.QuerySet["Watch"]):
    def locked(self, group: TargetGroup) -> Watch:
        """Return the state of a group, its row locked; whoever locks the group too locks this one first."""
        return self.select_for_update(of=("self",)).select_related("group").get(group=group)


class Watch(models.Model):
    """Where the state machine of one group stands, and when its next round is due. Its row is the round's lock."""

    group = models.OneToOneField(TargetGroup, on_delete=models.CASCADE, primary_key=True, related_name="watch")
    is_down = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    passes = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    good_since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # the last round, whoever made it
    outage = models.ForeignKey("monitoring.Outage", null=True, on_delete=models.SET_NULL, related_name="+")  # the last
    busy_until = models.DateTimeField(null=True)  # a round is being made; later than that its maker has died

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a probe")
        verbose_name_plural = _("states of probes")

    def __str__(self) -> str:
        return f"{self.group_id}: {self.state}"

    @property
    def state(self) -> State:
        return State(**{name: getattr(self, name) for name in asdict(State())})

    def keep(self, state: State) -> None:
        for name, value in asdict(state).items():
            setattr(self, name, value)
        self.busy_until = None
        self.save()

    def is_busy(self, at: datetime) -> bool:
        """Whether somebody makes a round now; an end too far ahead was written before the clock was set back."""
        return self.busy_until is not None and at < self.busy_until <= at + ROUND

    def is_due(self, at: datetime, interval: timedelta) -> bool:
        """Whether it is time for a round. A little early is on time: ticks come unevenly.

        So is a round long before the last one: the clock was set back; a little before, it is a tick that came late.
        """
        return self.begun_at is None or abs(at - self.begun_at) >= 0.8 * interval


class Minute(models.Model):
    """What one target answered within one minute."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="minutes")
    at = models.DateTimeField()
    good = models.PositiveSmallIntegerField(default=0)
    bad = models.PositiveSmallIntegerField(default=0)
    blind = models.PositiveSmallIntegerField(default=0)  # the probe itself was at fault: no evidence
    good_ms = models.PositiveIntegerField(default=0)  # of all good answers together
    cause = models.CharField(max_length=6, choices=Cause, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("minute of a target")
        verbose_name_plural = _("minutes of targets")
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"], name="minute_by_time")]
        constraints = [models.UniqueConstraint(fields=["target", "at"], name="minute_of_a_target_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.good}/{self.bad}"
