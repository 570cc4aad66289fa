import hashlib
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from incidents.models.incident import Incident
from workflow.address import network_of, within
from workflow.models import Registered, RegisteredQuerySet

RATE_WINDOW = timedelta(minutes=5)
TOKEN_MARK = "vkh_"  # noqa: S105 - tells our tokens from others, in logs and in leaks


def digest(token: str) -> str:
    """Return what is kept of a token: SHA-256, in hex. 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_networks(networks: Any) -> None:
    if not isinstance(networks, list):
        raise ValidationError(_("A list of networks is expected."), code="invalid")
    for text in networks:
        if not isinstance(text, str) or network_of(text) is None:
            raise ValidationError(
                _("“%(text)s” is neither an address nor a network. Write it like 10.1.0.0/16."),
                code="invalid",
                params={"text": str(text)[:60]},
            )


class IntegrationQuerySet(RegisteredQuerySet["Integration"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; withdrawn ones too, because their messages and incidents stay."""
        return policy.visible(self, user, "integration.see")

    def of_token(self, token: str) -> Self:
        return self.present().filter(digest=digest(token))

    def in_state(self, state: str, at: datetime) -> Self:
        """Those whose `state` was this one at `at`."""
        match state:
            case "withdrawn":
                return self.deleted()
            case "paused":
                return self.present().filter(enabled=False)
            case "expired":
                return self.present().filter(enabled=True, expires_at__lte=at)
        return self.present().filter(Q(expires_at=None) | Q(expires_at__gt=at), enabled=True)

    def for_list(self) -> Self:
        waiting = Q(messages__state="unparsed")
        return self.annotate(unparsed=models.Count("messages", filter=waiting))


class Integration(Registered):
    """A machine that may post messages: its format, its token (only a digest is kept), its limits."""

    class Format(models.TextChoices):
        GENERIC = "generic", _("generic JSON")
        ALERTMANAGER = "alertmanager", "Alertmanager"
        GRAFANA = "grafana", "Grafana"
        ZABBIX = "zabbix", "Zabbix"
        UPTIME_KUMA = "uptime_kuma", "Uptime Kuma"

    name = models.CharField(_("name"), max_length=100)
    format = models.CharField(_("format"), max_length=12, choices=Format, default=Format.GENERIC)
    source = models.CharField(_("source"), max_length=12, choices=Incident.Source, default=Incident.Source.MONITORING)
    severity = models.CharField(
        _("severity unless said"), max_length=10, choices=Incident.Severity, default=Incident.Severity.MEDIUM
    )
    rate_limit = models.PositiveIntegerField(
        _("messages in 5 minutes"), default=300, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    networks = models.JSONField(_("networks"), default=list, blank=True, validators=[check_networks])
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    enabled = models.BooleanField(_("switched on"), default=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    token_end = models.CharField(_("token ends with"), max_length=4, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    window_started_at = models.DateTimeField(null=True, editable=False)
    window_used = models.PositiveIntegerField(default=0, editable=False)

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(deleted_at=None),
                name="integration_name_is_taken_once",
                violation_error_message=_("An integration of this name exists."),
            ),
            models.CheckConstraint(
                condition=Q(format__in=["generic", "alertmanager", "grafana", "zabbix", "uptime_kuma"]),
                name="integration_format_is_known",
            ),
            models.CheckConstraint(condition=Q(rate_limit__gte=1), name="integration_lets_something_in"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("integrations:detail", args=[self.pk])

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def state(self) -> str:
        """`withdrawn`, `paused`, `expired` or `active`."""
        if self.deleted_at is not None:
            return "withdrawn"
        if not self.enabled:
            return "paused"
        return "expired" if self.is_expired else "active"

    @property
    def state_words(self) -> str:
        words = {
            "withdrawn": gettext("withdrawn"),
            "paused": gettext("paused"),
            "expired": gettext("expired"),
            "active": gettext("accepts messages"),
        }
        return words[self.state]

    def is_reachable_from(self, address: str | None) -> bool:
        """Say whether a client may post from there; without a list, from anywhere."""
        return not self.networks or within(address or "", tuple(self.networks))

    def refused_in_window(self, at: datetime) -> int:
        """Return how many messages the rate limit has refused in the current five minutes."""
        if self.window_started_at is None or at - self.window_started_at >= RATE_WINDOW:
            return 0
        return max(0, self.window_used - self.rate_limit)

    @property
    def refused_now(self) -> int:
        return self.refused_in_window(timezone.now())

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}
