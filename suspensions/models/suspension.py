from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from incidents.models import Incident
from suspensions import shares
from suspensions.models.dictionaries import RiskSource, TechProcess
from workflow.models import RegisteredQuerySet, Stateful
from workflow.search import words

TEXT_LIMIT = 5000
LONGEST_WORK = timedelta(days=7)  # for which planned work excuses a probe
SHARE = [MinValueValidator(0), MaxValueValidator(1)]
CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Three capital letters are expected, for example RUB."))
PERSON = ("id", "username", "first_name", "last_name")
ROW = (
    "id", "number", "status", "start", "finish", "planned_finish", "kind", "planned", "announced_at", "degradation",
    "description", "implementing_measures", "root_cause", "loss", "currency", "origin", "incident_id", "reportable",
    "reportable_reason", "report_proposed_at", "report_decided_at", "report_due_at",
    "reported_at", "report_reference", "closed_at", "created_at", "updated_at",
    "version",
    *(f"process__{name}" for name in ("id", "code", "number", "name")),
    *(f"risk_source__{name}" for name in ("id", "code", "name")),
    *(f"author__{name}" for name in PERSON),
)  # fmt: skip


UNDECIDED = Q(report_proposed_at__isnull=False, report_decided_at=None, reportable=False)
AWAITED = Q(reportable=True, reported_at=None) | UNDECIDED


class SuspensionQuerySet(RegisteredQuerySet["Suspension"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted cases only for those who may bring them back."""
        rows = policy.visible(self, user, "suspension.see")
        return rows if policy.allows(user, "suspension.undelete") else rows.present()

    def counted(self) -> Self:
        """What figures are made of: neither drafts nor what was called off nor deleted cases."""
        return self.present().exclude(status__in=UNCOUNTED)

    def recorded(self) -> Self:
        """What stands in the journal, also what was called off; neither drafts nor deleted cases."""
        return self.present().exclude(status=Suspension.Status.DRAFT)

    def running(self) -> Self:
        """Counted cases that have begun and have no end yet."""
        return self.counted().filter(finish=None, start__lte=timezone.now())

    def awaiting_decision(self) -> Self:
        """Counted cases for which a report was proposed that nobody has confirmed or declined."""
        return self.counted().filter(UNDECIDED)

    def report_awaited(self) -> Self:
        """Counted cases that the regulator must, or may have to, hear of and has not."""
        return self.counted().filter(AWAITED)

    def announced(self) -> Self:
        """Planned windows that are still to come."""
        return self.counted().filter(finish=None, start__gt=timezone.now())

    def overrun(self, at: datetime) -> Self:
        """Planned work that runs past its end; where nobody said when that is, a day after it began."""
        past = Q(planned_finish__lte=at) | Q(planned_finish=None, start__lte=at - timedelta(days=1))
        return self.counted().filter(past, planned=True, finish=None, start__lte=at)

    def announced_within(self, start: datetime, finish: datetime) -> Self:
        """Planned work, announced before it began, that shares a moment with [start, finish).

        Until it is over, or else until it should be, as `overruns_at` says: what is forgotten excuses nothing for ever,
        and neither does what nobody would believe.
        """
        should_last = Q(planned_finish__gt=start) | Q(planned_finish=None, start__gt=start - timedelta(days=1))
        lasts = Q(finish__gt=start) | (Q(finish=None) & should_last)
        begun = Q(start__gt=start - LONGEST_WORK, start__lt=finish)
        return self.counted().filter(
            lasts, begun, planned=True, announced_at__isnull=False, kind=Suspension.Kind.OUTAGE
        )

    def in_period(self, start: datetime, finish: datetime) -> Self:
        """Cases that share a moment with [start, finish); a running one has no end yet."""
        lasts = Q(finish=None) | Q(finish__gt=start) | Q(start__gte=start)
        return self.filter(lasts, start__lt=finish)

    def settled(self, before: datetime) -> Self:
        """Cases that began before a moment and are over."""
        return self.filter(finish__isnull=False, start__lt=before)

    def unsettled(self, before: datetime) -> Self:
        """All the others."""
        return self.filter(Q(finish=None) | Q(start__gte=before))

    def matching(self, text: str) -> Self:
        """Whose texts contain every word of `text`, or whose number it is."""
        rows = self
        for word in words(text):
            found = Q(description__mentions=word) | Q(implementing_measures__mentions=word)
            found |= Q(root_cause__mentions=word) | Q(process__name__mentions=word) | Q(number__icontains=word)
            rows = rows.filter(found)
        return rows

    def rows(self) -> models.QuerySet[Suspension, dict[str, Any]]:
        """Plain rows for lists: no model instances, one join per dictionary and person."""
        return self.values(*ROW)

    def for_list(self) -> Self:
        related = self.select_related("process", "risk_source", "author").prefetch_related("segments")
        return related.fetch_mode(models.FETCH_RAISE)

    def for_card(self) -> Self:
        return self.select_related("process", "process__owner", "risk_source", "author", "incident", "closed_by")


class Suspension(Stateful):
    """A downtime case: one business process was down or degraded from `start` to `finish`, for one reason.

    `finish` is empty while it lasts. `degradation` is the largest share of the service that was lost; `segments`
    say which share was lost when, and `start` and `finish` are their envelope.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("suspension", "draft")
        REGISTERED = "registered", pgettext_lazy("suspension", "registered")
        INVESTIGATING = "investigating", pgettext_lazy("suspension", "investigating")
        RESTORED = "restored", pgettext_lazy("suspension", "restored")
        CLOSED = "closed", pgettext_lazy("suspension", "closed")
        CALLED_OFF = "called_off", pgettext_lazy("suspension", "called off")

    class Kind(models.TextChoices):
        OUTAGE = "outage", _("outage")
        DEGRADATION = "degradation", _("degradation")

    class Origin(models.TextChoices):
        MANUAL = "manual", _("manual")
        PROBE = "probe", _("probe")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.REGISTERED, Status.RESTORED},
        Status.REGISTERED: {Status.INVESTIGATING, Status.RESTORED, Status.CALLED_OFF},
        Status.INVESTIGATING: {Status.RESTORED, Status.CALLED_OFF},
        Status.RESTORED: {Status.CLOSED, Status.INVESTIGATING},
        Status.CLOSED: {Status.INVESTIGATING},
        Status.CALLED_OFF: set(),
    }

    number = models.CharField(_("number"), max_length=12, null=True, unique=True, editable=False)
    process = models.ForeignKey(
        TechProcess, verbose_name=_("business process"), on_delete=models.PROTECT, related_name="suspensions"
    )
    risk_source = models.ForeignKey(
        RiskSource, verbose_name=_("risk source"), on_delete=models.PROTECT, related_name="suspensions"
    )
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"), null=True, blank=True, help_text=_("Empty: still running."))
    planned_finish = models.DateTimeField(_("planned finish"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OUTAGE)
    planned = models.BooleanField(_("planned"), default=False)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    reminded_of = models.DateTimeField(null=True, editable=False)  # the end past which its people were reminded
    degradation = models.DecimalField(
        _("degradation"),
        max_digits=5,
        decimal_places=4,
        default=Decimal(1),
        validators=SHARE,
        help_text=_("The share of the service that is lost, from 0 to 1; an outage is 1."),
    )
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    implementing_measures = models.TextField(
        _("measures taken"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    root_cause = models.TextField(_("root cause"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    loss = models.DecimalField(
        _("loss"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB", validators=[CURRENCY])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="suspensions",
        editable=False,
    )
    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.MANUAL, editable=False)
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        related_name="suspensions",
        null=True,
        blank=True,
    )
    status = models.CharField(_("status"), max_length=14, choices=Status, default=Status.REGISTERED, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    reportable = models.BooleanField(_("reportable to the regulator"), default=False)
    reportable_reason = models.TextField(_("why"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    report_proposed_at = models.DateTimeField(_("report proposed"), null=True, editable=False)
    report_decided_at = models.DateTimeField(_("report decided"), null=True, editable=False)
    report_due_at = models.DateTimeField(_("report due"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    report_reference = models.CharField(_("reference of the report"), max_length=200, blank=True)

    timeline_fields: ClassVar[dict[str, models.Field]] = {"segments": models.TextField(_("segments"), name="segments")}

    timeline_words: ClassVar[dict[str, Any]] = {"degradation": shares.told, "segments": shares.told}

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("downtime case")
        verbose_name_plural = _("downtime cases")
        ordering = ["-start", "-id"]
        indexes = [
            models.Index(fields=["-start", "-id"], name="suspension_newest"),
            models.Index(fields=["status", "-start", "-id"], name="suspension_by_status"),
            models.Index(fields=["process", "start", "finish"], name="suspension_of_process"),
            models.Index(fields=["risk_source", "-start"], name="suspension_of_source"),
            models.Index(fields=["author", "-start", "-id"], name="suspension_of_author"),
            models.Index(fields=["start"], name="suspension_unfinished", condition=Q(finish__isnull=True)),
            models.Index(fields=["report_due_at"], name="suspension_report_awaited", condition=AWAITED),
        ]
        constraints = [
            models.CheckConstraint(
                name="suspension_status_is_known",
                condition=Q(status__in=["draft", "registered", "investigating", "restored", "closed", "called_off"]),
            ),
            models.CheckConstraint(name="suspension_kind_is_known", condition=Q(kind__in=["outage", "degradation"])),
            models.CheckConstraint(name="suspension_origin_is_known", condition=Q(origin__in=["manual", "probe"])),
            models.CheckConstraint(
                name="suspension_ends_after_it_begins", condition=Q(finish=None) | Q(finish__gte=F("start"))
            ),
            models.CheckConstraint(
                name="suspension_restored_has_a_finish",
                condition=Q(status="draft")
                | Q(status__in=["restored", "closed"], finish__isnull=False)
                | Q(status__in=["registered", "investigating", "called_off"], finish__isnull=True),
            ),
            models.CheckConstraint(
                name="suspension_registered_has_a_number", condition=Q(status="draft") | Q(number__isnull=False)
            ),
            models.CheckConstraint(
                name="suspension_degradation_is_a_share", condition=Q(degradation__gte=0, degradation__lte=1)
            ),
            models.CheckConstraint(
                name="suspension_outage_is_complete", condition=~Q(kind="outage") | Q(degradation=1)
            ),
            models.CheckConstraint(name="suspension_loss_is_not_a_gain", condition=Q(loss=None) | Q(loss__gte=0)),
            models.CheckConstraint(
                name="suspension_announced_is_planned", condition=Q(announced_at=None) | Q(planned=True)
            ),
            models.CheckConstraint(
                name="suspension_called_off_is_planned", condition=~Q(status="called_off") | Q(planned=True)
            ),
            models.CheckConstraint(
                name="suspension_reported_is_reportable", condition=Q(reported_at=None) | Q(reportable=True)
            ),
            models.CheckConstraint(
                name="suspension_report_is_decided_once_proposed",
                condition=Q(report_decided_at=None) | Q(report_proposed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="suspension_closed_has_time_and_person",
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="suspension_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.process}"

    @property
    def label(self) -> str:
        """The number, or what stands for it in a draft."""
        return self.number or gettext("draft %(id)s") % {"id": self.pk}

    def get_absolute_url(self) -> str:
        return reverse("suspensions:detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.finish is None and self.status not in UNCOUNTED and self.start <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        return self.finish is None and self.status != self.Status.CALLED_OFF and self.start > timezone.now()

    @property
    def overruns_at(self) -> datetime:
        """When planned work should be over: as planned, or a day after it began where nobody said."""
        return self.planned_finish or self.start + timedelta(days=1)

    @property
    def duration(self) -> timedelta:
        """The union of its segments, to now while it runs; nothing for what is still to come."""
        now = timezone.now()
        spans = (max((part.finish or now) - part.start, timedelta(0)) for part in self.segments.all())
        return sum(spans, timedelta(0))

    @property
    def is_overrun(self) -> bool:
        return self.overruns_at <= timezone.now()

    def edges(self) -> list[datetime]:
        """The moments at which the case or a segment of it begins or ends."""
        spans = [(self.start, self.finish), *((part.start, part.finish) for part in self.segments.all())]
        return [moment for span in spans for moment in span if moment is not None]

    @property
    def awaits_decision(self) -> bool:
        """Whether a report to the regulator was proposed and nobody has confirmed or declined it."""
        return self.report_proposed_at is not None and self.report_decided_at is None and not self.reportable

    @property
    def open_moves(self) -> set[str]:
        return super().open_moves - (set() if self.planned else {self.Status.CALLED_OFF})

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        if self.deleted_at is not None:
            return {"undelete"}
        verbs = {"comment", "attach", "delete"} | POSSIBLE[self.status]
        return verbs if self.planned else verbs - {"call_off"}

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {"own_manual": {"author_id": user.pk, "origin": cls.Origin.MANUAL}}


# The verbs that lead along MOVES, and editing, which a closed case must be reopened for.
POSSIBLE: dict[str, set[str]] = {
    Suspension.Status.DRAFT: {"edit", "confirm", "plan", "regulate"},
    Suspension.Status.REGISTERED: {"edit", "restore", "investigate", "plan", "regulate", "call_off"},
    Suspension.Status.INVESTIGATING: {"edit", "restore", "plan", "regulate", "call_off"},
    Suspension.Status.RESTORED: {"edit", "close", "reopen", "plan", "regulate"},
    Suspension.Status.CLOSED: {"reopen", "plan", "regulate"},
    Suspension.Status.CALLED_OFF: set(),
}
UNCOUNTED = [Suspension.Status.DRAFT, Suspension.Status.CALLED_OFF]
