from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from workflow.models import Registered, RegisteredQuerySet

LEASE = timedelta(minutes=10)  # whoever works on a backup and says nothing for so long has died


class BackupQuerySet(RegisteredQuerySet["Backup"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "backup.see")

    def verified(self) -> Self:
        return self.present().filter(state=Backup.State.VERIFIED)

    def on_disk(self) -> Self:
        """Those whose file should stand in the folder."""
        return self.present().filter(state__in=ON_DISK)

    def unleased(self, at: datetime) -> Self:
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=at))

    def newest_first(self) -> Self:
        return self.order_by("-taken_at", "-pk")

    def for_list(self) -> Self:
        return self.select_related("made_by").fetch_mode(models.FETCH_RAISE)


class Backup(Registered):
    """One archive of the database and of all attached files: ordered, being made, verified, or why it is none."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("backup", "waiting")
        RUNNING = "running", pgettext_lazy("backup", "being made")
        VERIFIED = "verified", pgettext_lazy("backup", "verified")
        FOUND = "found", pgettext_lazy("backup", "not yet verified")
        DAMAGED = "damaged", pgettext_lazy("backup", "damaged")
        MISSING = "missing", pgettext_lazy("backup", "file missing")
        FAILED = "failed", pgettext_lazy("backup", "failed")

    class Phase(models.TextChoices):
        NONE = "", ""
        DATABASE = "database", _("Copying the database")
        FILES = "files", _("Adding the files")
        VERIFYING = "verifying", _("Verifying")
        REHEARSING = "rehearsing", _("Rehearsing the restore")
        ENCRYPTING = "encrypting", _("Encrypting")
        COPYING = "copying", _("Copying to the other storage")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    name = models.CharField(_("file"), max_length=100, null=True, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ordered by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    phase = models.CharField(max_length=10, choices=Phase, blank=True, default=Phase.NONE, editable=False)
    done = models.PositiveBigIntegerField(default=0, editable=False)
    total = models.PositiveBigIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    taken_at = models.DateTimeField(_("as of"), null=True, editable=False)  # the moment that the archive shows
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    engine = models.CharField(_("database"), max_length=20, blank=True, editable=False)
    application_version = models.CharField(_("version of the product"), max_length=40, blank=True, editable=False)
    is_encrypted = models.BooleanField(_("encrypted"), default=False, editable=False)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, editable=False)
    files = models.PositiveBigIntegerField(_("files"), null=True, editable=False)
    lost = models.PositiveBigIntegerField(_("files whose bytes are gone"), default=0, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    verify_wanted_at = models.DateTimeField(null=True, editable=False)
    rehearsed_at = models.DateTimeField(_("rehearsed"), null=True, editable=False)
    rehearsal_error = models.TextField(_("what the rehearsal found"), blank=True, editable=False)
    copied_at = models.DateTimeField(_("copied to the other storage"), null=True, editable=False)
    copy_tried_at = models.DateTimeField(null=True, editable=False)
    copy_error = models.TextField(blank=True, editable=False)
    error = models.TextField(_("what went wrong"), blank=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)  # when the lack of a newer one was told

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-taken_at"], name="backup_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="backup_runs_alone"),
            models.CheckConstraint(
                name="backup_verified_has_a_file",
                condition=~Q(state="verified")
                | Q(name__isnull=False, size__isnull=False, taken_at__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(name="backup_failed_says_why", condition=~Q(state="failed", error="")),
        ]

    def __str__(self) -> str:
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("backups:detail", args=[self.pk])

    @property
    def is_on_disk(self) -> bool:
        return self.state in ON_DISK

    @property
    def is_busy(self) -> bool:
        """Somebody works on it, or will within the minute."""
        return self.state in {self.State.WAITING, self.State.RUNNING} or bool(self.phase or self.verify_wanted_at)

    @property
    def look(self) -> str:
        """How its state is drawn."""
        return LOOKS[self.State(self.state)]

    @property
    def percent(self) -> int | None:
        """How much of the phase is done, None where nobody can know."""
        return min(100, 100 * self.done // self.total) if self.total else None

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {}


ON_DISK = [Backup.State.VERIFIED, Backup.State.FOUND, Backup.State.DAMAGED]
LOOKS = {
    Backup.State.WAITING: "open",
    Backup.State.RUNNING: "in_progress",
    Backup.State.VERIFIED: "resolved",
    Backup.State.FOUND: "nodata",
    Backup.State.DAMAGED: "overdue",
    Backup.State.MISSING: "down",
    Backup.State.FAILED: "overdue",
}
