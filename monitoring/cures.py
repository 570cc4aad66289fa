"""What to do about each look at the installation that fails, in the language of whoever reads it."""

from django.utils.translation import gettext_lazy as _

CURES = {
    "database": _("See DATABASE_URL; is the server up, and may this machine reach it?"),
    "migrations": _("Run: manage.py migrate"),
    "cache": _("See REDIS_URL; without it run: manage.py createcachetable"),
    "broker": _("See CELERY_BROKER_URL and REDIS_URL; is Redis up? With Docker: docker compose ps redis"),
    "worker": _(
        "Start the worker, and look into its log. With Docker: docker compose restart worker; the log: "
        "docker compose logs worker"
    ),
    "beat": _(
        "Start beat, and look into its log. With Docker: docker compose restart beat; the log: docker compose logs beat"
    ),
    "outbox": _("See the page Outbox."),
    "probe": _("Start worker and beat."),
    "disk": _("Make room, or set DISK_LOW_MB."),
    "backup": _("See the page Backups."),
}
