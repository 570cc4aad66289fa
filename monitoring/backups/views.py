"""The pages of backups: whether they can be relied on, and what one may do with them."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from monitoring.backups import copying, downloads, encryption, folder, schedule, services
from monitoring.forms import ReasonForm
from monitoring.models import Backup
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
SECTION = {"section": "backups"}


class Sheet(NamedTuple):
    title: Any
    button: Any
    text: Any
    look: str = "btn-risk"


REMOVAL = Sheet(
    _("Delete the backup"),
    _("Delete"),
    _("Its file is removed for good, here and on the other storage. The reason is kept."),
)


def found(request: HttpRequest, pk: int) -> Backup:
    return get_object_or_404(Backup.objects.visible_to(request.user).for_list(), pk=pk)


def verbs(user: Any) -> dict[str, bool]:
    """The verbs whose button appears."""
    return {name: allows(user, f"backup.{name}") for name in ("create", "verify", "download", "delete")}


@require_safe
@by_policy("backup.see")
def index(request: HttpRequest) -> HttpResponse:
    now, newest = timezone.now(), services.newest_verified()
    page = BoundedPaginator(Backup.objects.visible_to(request.user).for_list(), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "newest": newest,
        "age": now - newest.taken_at if newest and newest.taken_at else None,
        "is_late": schedule.is_late(newest, now),
        "limit": schedule.limit(),
        "interval": schedule.interval(),
        "next_at": newest.taken_at + every if newest and newest.taken_at and (every := schedule.interval()) else None,
        "rehearsed": Backup.objects.filter(rehearsed_at__isnull=False).order_by("-rehearsed_at").first(),
        "busy": any(backup.is_busy for backup in page),
        "verbs": verbs(request.user),
        "kept": settings.MAX_DB_BACKUP_FILES,
        "folder": folder.Path(settings.DB_BACKUP_DIR),
        "is_encrypted": encryption.is_wanted(),
        "is_copied": copying.is_wanted(),
    }
    return render(request, "backups/list.html", SECTION | context)


@require_safe
@by_policy("backup.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    backup = found(request, pk)
    events = Event.objects.about(backup).for_list().reverse()
    context = {
        "backup": backup,
        "verbs": verbs(request.user),
        "took": took(backup),
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "backups/card.html", SECTION | context)


def took(backup: Backup) -> timedelta | None:
    return backup.finished_at - backup.taken_at if backup.finished_at and backup.taken_at else None


@require_POST
@by_policy("backup.create")
def create(request: HttpRequest) -> HttpResponse:
    services.order(by=actor(request))
    messages.success(request, _("Ordered: a worker begins within a minute."))
    return redirect("backups:list")


@require_POST
@by_policy("backup.verify")
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    backup = found(request, pk)
    services.ask_verification(backup, by=actor(request))
    messages.success(request, _("It is read through within a minute."))
    return redirect(backup)


@require_POST
@by_policy("backup.download")
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    return downloads.download(found(request, pk), by=actor(request))


@by_policy("backup.delete")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    backup = found(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.remove(backup, by=actor(request), **form.cleaned_data)
        messages.success(request, _("The backup is deleted."))
        return redirect("backups:list")
    context = {"backup": backup, "form": form, "sheet": REMOVAL}
    return render(request, "backups/delete.html", SECTION | context, status=400 if form.errors else 200)
