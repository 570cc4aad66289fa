from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from monitoring import exports, services, strips
from monitoring.filters import OutageFilter
from monitoring.forms import AddressForm, GroupForm, NothingForm, ReasonForm, WindowForm, target_forms, typed_targets
from monitoring.models import MaintenanceWindow, Outage, Target, TargetGroup
from suspensions.models import Suspension
from workflow.actor import Actor, actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Conflict, Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
STRIPS_SHOWN = 4  # groups of a list whose last day is drawn
MONTH = timedelta(days=30)


def found(request: HttpRequest, pk: int) -> TargetGroup:
    return get_object_or_404(TargetGroup.objects.visible_to(request.user).for_list(), pk=pk)


def verbs(user: Any, group: TargetGroup | None = None) -> dict[str, bool]:
    """The verbs whose button appears."""
    if group is not None and group.deleted_at is not None:
        return {"undelete": allows(user, "probe.undelete")}
    return {name: allows(user, f"probe.{name}") for name in ("create", "edit", "check", "test_url", "delete")}


@require_safe
@by_policy("probe.see")
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = TargetGroup.objects.visible_to(request.user).present().for_list().prefetch_related("windows")
    page = BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    days = strips.days_of(list(page)[:STRIPS_SHOWN], now)
    context = {
        "section": "probes",
        "page": page,
        "groups": [(group, days[group.pk].strip() if group.pk in days else None) for group in page],
        "outages": Outage.objects.visible_to(request.user).for_list()[:8],
        "verbs": verbs(request.user),
        "day_ago": now - timedelta(days=1),
    }
    return render(request, "probes/list.html", context)


@require_safe
@by_policy("probe.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    now, group = timezone.now(), found(request, pk)
    day = strips.days_of([group], now)[group.pk]
    events = Event.objects.about(group).for_list().reverse()
    strip = day.strip()
    context = {
        "section": "probes",
        "group": group,
        "verbs": verbs(request.user, group),
        "strip": strip,
        "unmeasured": 60 * strip.minutes(strips.NODATA),
        "targets": [(target, day.strip_of(target)) for target in group.targets.all()],
        "curve": day.curve(),
        "day_ago": now - timedelta(days=1),
        "month": month(group, now),
        "outages": group.outages.for_list()[:6],
        "windows": group.windows.kept(now - MONTH),
        "works": Suspension.objects.announced_within(now, now + MONTH).filter(process__in=group.processes()).for_list(),
        "now": now,
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "probes/card.html", context)


def month(group: TargetGroup, now: datetime) -> dict[str, Any]:
    """The last 30 days in figures."""
    recent = list(group.outages.in_period(now - MONTH, now).for_list())
    return {"count": len(recent), "down": sum((outage.downtime for outage in recent), timedelta())}


@require_safe
@by_policy("probe.see")
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """What one target answered: its last day, and the minutes in which it failed."""
    shown = get_object_or_404(Target, pk=pk, group__in=TargetGroup.objects.visible_to(request.user))
    group, now = found(request, shown.group_id), timezone.now()
    failed = shown.minutes.exclude(bad=0, blind=0)
    context = {
        "section": "probes",
        "group": group,
        "target": shown,
        "strip": strips.days_of([group], now)[group.pk].strip_of(shown),
        "day_ago": now - timedelta(days=1),
        "page": BoundedPaginator(failed, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "probes/target.html", context)


@by_policy("probe.create")
def create(request: HttpRequest) -> HttpResponse:
    return group_form(request, None)


@by_policy("probe.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    group = found(request, pk)
    require(request.user, "probe.edit", group)
    return group_form(request, group)


def group_form(request: HttpRequest, group: TargetGroup | None) -> HttpResponse:
    """The form of a new group or of a known one, with a line for each target."""
    data = request.POST or None
    initial = {"version": group.version} if group else {"enabled": True}
    form, lines = GroupForm(data, instance=group, initial=initial), target_forms(data, group)
    if data and form.is_valid() and lines.is_valid():
        fields = form.cleaned_data | {"targets": typed_targets(lines)}
        if kept := tried(form, lambda: kept_as(group, by=actor(request), **fields)):
            messages.success(request, _("Saved."))
            return redirect(kept)
    context = {"section": "probes", "group": group, "form": form, "targets": lines}
    return render(request, "probes/form.html", context, status=400 if form.errors or any(lines.errors) else 200)


def kept_as(group: TargetGroup | None, *, by: Actor, version: int | None, **fields: Any) -> TargetGroup:
    """Make a group, or change the one there is if it is still at `version`."""
    if group is None:
        return services.create(by=by, **fields)
    services.edit(group, by=by, version=version, **fields)
    return group


def tried[Result](form: Any, work: Callable[[], Result]) -> Result | None:
    """Do the work and return what it returns; what the rules say against the input goes to the form."""
    try:
        return work()
    except ValidationError as error:
        known = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, words in known.items():
            form.add_error(name if name in form.fields else None, words)
        return None


def did(form: Any, work: Callable[[], Any]) -> bool:
    tried(form, work)
    return not form.errors


@require_POST
@by_policy("probe.check")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    group = found(request, pk)
    try:
        services.check(group, by=actor(request))
    except Conflict as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Checked."))
    return redirect(group)


@by_policy("probe.test_url")
def test_url(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    answer = services.test_url(by=actor(request), **form.cleaned_data) if form.is_valid() else None
    context = {"section": "probes", "form": form, "answer": answer}
    context["milliseconds"] = round(answer.seconds * 1000) if answer else None
    return render(request, "probes/test_url.html", context, status=400 if form.errors else 200)


class Dialog(NamedTuple):
    """The form of one verb: what it does, its words, the button's look, and what is said when it is done."""

    service: Callable[..., Any]
    form: type[forms.BaseForm]
    title: Any
    button: Any
    told: Any
    look: str = "btn-primary"
    text: Any = ""


DIALOGS = {
    "delete": Dialog(
        services.delete, ReasonForm, _("Delete the probe"), _("Delete"), _("The probe is deleted."), "btn-risk",
        text=_("It is watched no more and leaves all lists. Its outages are kept, an administrator can restore it."),
    ),
    "undelete": Dialog(services.undelete, NothingForm, _("Restore the probe"), _("Restore"), _("The probe is back.")),
    "edit": Dialog(
        services.add_window, WindowForm, _("Agree on maintenance"), _("Agree"), _("The maintenance is agreed on."),
        text=_("What fails in this time is no outage. It cannot be agreed on afterwards."),
    ),
}  # fmt: skip


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy(f"probe.{verb}")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        group = found(request, pk)
        require(request.user, f"probe.{verb}", group)
        form = dialog.form(request.POST if request.method == "POST" else None)
        by = actor(request)
        if form.is_valid() and did(form, lambda: dialog.service(group, by=by, **form.cleaned_data)):
            messages.success(request, dialog.told)
            return redirect("probes:list" if verb == "delete" else group)
        context = {"section": "probes", "group": group, "form": form, "sheet": dialog}
        return render(request, "probes/verb.html", context, status=400 if form.errors else 200)

    return page


@require_POST
@by_policy("probe.edit")
def cancel_window(request: HttpRequest, pk: int) -> HttpResponse:
    mine = TargetGroup.objects.visible_to(request.user)
    window = get_object_or_404(MaintenanceWindow.objects.select_related("group"), pk=pk, group__in=mine)
    try:
        services.cancel_window(window, by=actor(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(window.group)


@require_safe
@by_policy("probe.see")
def outages(request: HttpRequest) -> HttpResponse:
    rows = Outage.objects.visible_to(request.user)
    filterset = OutageFilter(request.GET, queryset=rows, request=request)
    chosen = filterset.qs if filterset.is_valid() else rows.none()
    groups = TargetGroup.objects.visible_to(request.user).values_list("pk", "name")
    context = {
        "section": "probes",
        "filter": filterset,
        "page": BoundedPaginator(chosen.for_list(), PAGE_SIZE).get_page(request.GET.get("page")),
        "groups": [(str(pk), name) for pk, name in groups[:100]],
        "is_filtered": any(request.GET.get(name) for name in filterset.filters if name != "ordering"),
    }
    return render(request, "probes/outages.html", context)


@require_safe
@by_policy("probe.export")
def export_outages(request: HttpRequest) -> HttpResponseBase:
    rows = Outage.objects.visible_to(request.user)
    filterset = OutageFilter(request.GET, queryset=rows, request=request)
    chosen = filterset.qs if filterset.is_valid() else rows.none()
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(chosen), form, by=actor(request), filters=filters_of(request.GET))
