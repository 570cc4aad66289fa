from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("monitoring")

    def ready(self):
        from accounts.permissions import may
        from monitoring import notifications, wording
        from monitoring.backups import notifications as backups
        from monitoring.backups.schedule import fault
        from monitoring.backups.services import newest_verified_at
        from monitoring.services import vitals
        from notifications import kinds
        from workflow.navigation import Entry, register
        from workflow.wording import register as register_wording

        kinds.register(*notifications.KINDS, *backups.KINDS)
        register_wording(wording.VERBS)
        register(
            Entry(
                "probes",
                _("Probes"),
                "probe",
                "probes:list",
                order=50,
                shown_to=may("probe.see"),
            )
        )
        register(
            Entry("heartbeats", _("Heartbeats"), "heartbeat", "heartbeats:list", 51, shown_to=may("heartbeat.see"))
        )
        register(Entry("health", _("Health"), "system", "health-page", 64, _("Administration"), may("health.see")))
        vitals.backups_tell(newest_verified_at, fault)
        register(Entry("backups", _("Backups"), "backup", "backups:list", 70, _("Administration"), may("backup.see")))
