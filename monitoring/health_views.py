"""Health on a page for people, and its figures for Prometheus."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.permissions import by_policy
from accounts.policy import allows
from monitoring import metrics, services
from monitoring.cures import CURES
from monitoring.models import Alarm
from workflow.middleware import refusal

PARTS: dict[str, tuple[Any, Any, str]] = {
    "database": (_("Database"), _("everything is stored there"), "system"),
    "migrations": (_("Schema of the database"), _("fits this version"), "process"),
    "cache": (_("Cache"), _("what processes remember together"), "system"),
    "broker": (_("Queue"), _("holds what the worker is to do"), "repeat"),
    "worker": (_("Worker"), _("delivers messages, probes, reminds"), "settings"),
    "beat": (_("Scheduler"), _("tells the worker what is due"), "clock"),
    "outbox": (_("Outbox"), _("messages leave within minutes"), "send"),
    "probe": (_("Probes"), _("look at what is due"), "probe"),
    "disk": (_("Disk"), _("has room for what comes"), "download"),
    "backup": (_("Backups"), _("the newest is verified and young"), "backup"),
}
HEADLINES = {
    "ok": pgettext_lazy("installation", "All is well"),
    "degraded": _("It works, but not everything"),
    "down": _("It does not work"),
}


@require_safe
@by_policy("health.see")
def page(request: HttpRequest) -> HttpResponse:
    status, found = services.health()
    alarms = Alarm.objects.in_bulk() if status != "down" else {}
    rows = [(*PARTS[name], check, alarms.get(name), CURES[name]) for name, check in found.items()]
    context = {
        "section": "health",
        "headline": HEADLINES[status],
        "rows": rows,
        "now": timezone.now(),
        "detailed": allows(request.user, "health.details"),
    }
    return render(request, "monitoring/health.html", context)


@require_safe
@login_not_required
def figures(request: HttpRequest) -> HttpResponse:
    """For whoever shows METRICS_TOKEN, and for administrators."""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    by_token = bool(token) and kind.lower() == "bearer" and constant_time_compare(shown.strip(), token)
    if not by_token and not allows(request.user, "health.details"):
        response = refusal(request, 403, "permission_denied", str(_("Show the token of METRICS_TOKEN.")))
        response["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)
