"""What happens to an incident that nobody takes: the chains as managers write them, and how far each has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from incidents.models.incident import Incident, rank
from workflow.models import Registered, RegisteredQuerySet

MOST_STEPS = 10
LONGEST_WAIT = 7 * 24 * 60  # minutes
MOST_REPEATS = 100


class Whom(models.TextChoices):
    """Whom a step tells."""

    DUTY = "duty", _("whoever is on duty")
    NEXT = "next", _("whoever is on duty next")
    PERSON = "person", _("one person by name")
    TECHNICIANS = "technicians", _("all technicians")
    MANAGERS = "managers", _("all managers")
    ADMINS = "admins", _("all administrators")
    CHAT = "chat", _("the on-call chat")


class Step(NamedTuple):
    """So many minutes after the step before, or after the incident began to wait, somebody is told."""

    after: int
    whom: str
    person: User | None = None

    @property
    def wait(self) -> timedelta:
        return timedelta(minutes=self.after)

    @property
    def words(self) -> str:
        return gettext("after %(count)s min: %(whom)s") % {"count": self.after, "whom": self.told}

    @property
    def told(self) -> str:
        """Whom it tells, as people say it."""
        if self.person is None:
            return str(Whom(self.whom).label)
        return self.person.name if self.is_able else gettext("%(name)s (is not told)") % {"name": self.person.name}

    @property
    def is_able(self) -> bool:
        """Say whether the person it names still works on incidents."""
        return self.person is not None and self.person.is_active and policy.allows(self.person, "incident.take")

    def __str__(self) -> str:
        return self.words


def check_steps(value: Any) -> None:
    """Raise ValidationError for what is not a list of {"after": minutes, "whom": Whom}, with a "person" if by name."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_STEPS:
        raise ValidationError(gettext("Give one to %(most)s steps.") % {"most": MOST_STEPS}, code="invalid")
    for step in value:
        after = step.get("after") if isinstance(step, dict) else None
        if not isinstance(after, int) or isinstance(after, bool) or not 1 <= after <= LONGEST_WAIT:
            raise ValidationError(gettext("A step waits from one minute to seven days."), code="invalid")
        by_name = {"person"} if step.get("whom") == Whom.PERSON else set()
        if step.get("whom") not in Whom.values or step.keys() != {"after", "whom"} | by_name:
            raise ValidationError(gettext("A step says whom it tells."), code="invalid")


class EscalationPolicyQuerySet(RegisteredQuerySet["EscalationPolicy"]):
    def visible_to(self, user: Any) -> Self:
        rows = policy.visible(self, user, "escalation.see")
        return rows if policy.allows(user, "escalation.edit") else rows.present()

    def with_severity_rank(self) -> Self:
        return self.annotate(severity_rank=rank("severity", Incident.Severity.values))

    def mildest_first(self) -> Self:
        return self.with_severity_rank().order_by("severity_rank", "pk")


class EscalationPolicy(Registered):
    """One chain of who is told, step after step, of an incident of this severity or worse while nobody takes it."""

    severity = models.CharField(
        _("from severity"), max_length=10, choices=Incident.Severity, default=Incident.Severity.CRITICAL
    )
    steps = models.JSONField(_("steps"), default=list, validators=[check_steps])
    repeats = models.PositiveSmallIntegerField(
        _("repeats"),
        default=3,
        validators=[MaxValueValidator(MOST_REPEATS)],
        help_text=_("How often the chain begins anew while nobody takes the incident."),
    )
    enabled = models.BooleanField(_("in force"), default=True)

    objects = EscalationPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation chain")
        verbose_name_plural = _("escalation chains")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["severity"],
                condition=Q(deleted_at=None),
                name="escalation_policy_of_severity_is_one",
                violation_error_message=_("There is a chain from this severity on."),
            ),
            models.CheckConstraint(
                name="escalation_severity_is_known", condition=Q(severity__in=["low", "medium", "high", "critical"])
            ),
            models.CheckConstraint(
                name="escalation_policy_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Escalation from severity “%(severity)s”") % {"severity": self.get_severity_display()}

    def get_absolute_url(self) -> str:
        return reverse("oncall:policy", args=[self.pk])

    @property
    def chain(self) -> list[Step]:
        """The steps with the people that they name: one query at most."""
        named = {step["person"] for step in self.steps if "person" in step}
        people = User.objects.in_bulk(named) if named else {}
        return [Step(step["after"], step["whom"], people.get(step.get("person"))) for step in self.steps]

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def due(self, at: datetime) -> Self:
        return self.filter(next_at__lte=at).order_by("next_at", "pk")


class Escalation(models.Model):
    """How far the chain of one incident has come. `next_at` is None while nothing is due: taken, finished, told out."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="escalation")
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("waits since"))
    step = models.PositiveSmallIntegerField(default=0)  # the one that comes next
    repeated = models.PositiveSmallIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(_("next step"), null=True)
    exhausted = models.BooleanField(default=False)  # everybody was told, as often as the chain says

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        indexes = [models.Index(fields=["next_at"], name="escalation_due", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.told}"

    @property
    def following(self) -> Step:
        """The step that comes next."""
        steps = self.policy.chain
        return steps[min(self.step, len(steps) - 1)]
