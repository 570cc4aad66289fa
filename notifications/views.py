from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications import services
from notifications.forms import WAYS, PreferencesForm
from notifications.health import channel_states
from notifications.models import Delivery, Notice, QuietHours
from workflow.actor import actor
from workflow.guards import by_policy
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
LATEST = 8  # under the bell
STOP_POLLING = 286  # htmx's word for it
State = Delivery.State
STATES = {
    "waiting": (gettext_lazy("Waiting"), [State.PENDING, State.FAILED]),
    "dead": (gettext_lazy("Given up"), [State.DEAD]),
    "sent": (gettext_lazy("Sent"), [State.SENT]),
    "all": (gettext_lazy("All"), State.values),
}


@require_safe
@by_policy("notification.own")
def index(request: HttpRequest) -> HttpResponse:
    notices = Notice.objects.of(request.user)
    unread_only = request.GET.get("tab", "unread") == "unread"
    context = {
        "section": "notifications",
        "tab": "unread" if unread_only else "all",
        "page": page_of(notices.unread() if unread_only else notices, request),
        "newest": notices.values_list("pk", flat=True).first(),
    }
    return render(request, "notifications/list.html", context)


@require_safe
@login_not_required
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread, asked every minute; whose session is over asks no more."""
    if not request.user.is_authenticated:
        return HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"})
    return render(request, "notifications/unread.html")


@require_safe
@by_policy("notification.own")
def latest(request: HttpRequest) -> HttpResponse:
    """What opens under the bell."""
    notices = list(Notice.objects.of(request.user)[:LATEST])
    return render(request, "notifications/latest.html", {"notices": notices})


@require_safe
@by_policy("notification.own")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where the notice leads; it counts as read from then on."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    services.read(notice)
    return redirect(notice.url or "notifications:list")


@require_POST
@by_policy("notification.own")
def read_all(request: HttpRequest) -> HttpResponse:
    newest = request.POST.get("up_to", "")
    count = services.read_all(request.user, up_to=int(newest) if newest.isascii() and newest.isdigit() else None)
    if count:
        words = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
        messages.success(request, words % {"count": count})
    return redirect("notifications:list")


@by_policy("notification.own")
def preferences(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "anew" in request.POST:
        services.set_preferences(request.user, by=actor(request), anew=True)
        messages.success(request, _("All kinds of messages come as they did at first."))
        return redirect("notifications:preferences")
    form = preferences_form(request)
    if form.is_valid() and stored(form, request):
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    context = {
        "section": "preferences",
        "form": form,
        "ways": [WAYS[name] for name in services.channel_names()],
        "zone": zone_of(request),
    }
    return render(request, "notifications/preferences.html", context, status=400 if form.errors else 200)


def preferences_form(request: HttpRequest) -> PreferencesForm:
    return PreferencesForm(
        request.POST if request.method == "POST" else None,
        wishes=services.preferences_of(request.user),
        hours=QuietHours.objects.filter(pk=request.user.pk).first(),
    )


def stored(form: PreferencesForm, request: HttpRequest) -> bool:
    """Store the wishes; what the rules say against them goes to the form."""
    try:
        services.set_preferences(request.user, by=actor(request), **form.as_arguments())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
@by_policy("notification.own")
def send_test(request: HttpRequest) -> HttpResponse:
    results = services.send_test(by=actor(request))
    if request.headers.get("HX-Request"):
        return render(request, "notifications/test_results.html", {"results": results})
    return render(request, "notifications/test.html", {"section": "preferences", "results": results})


@require_safe
@by_policy("outbox.see")
def outbox(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in STATES else "waiting"
    deliveries = Delivery.objects.filter(state__in=STATES[tab][1]).for_list()
    context = {
        "section": "outbox",
        "tab": tab,
        "tabs": [(name, label, name == tab) for name, (label, _states) in STATES.items()],
        "channels": channel_states(),
        "page": page_of(deliveries, request),
    }
    return render(request, "notifications/outbox.html", context)


@require_safe
@by_policy("outbox.see")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.for_list(), pk=pk)
    context = {"section": "outbox", "delivery": found, "tries": found.tries.all()}
    return render(request, "notifications/delivery.html", context)


@require_POST
@by_policy("outbox.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.for_list(), pk=pk)
    services.retry(found, by=actor(request))
    messages.success(request, _("It will be tried again at once."))
    return redirect(found)


@require_POST
@by_policy("outbox.retry")
def retry_all(request: HttpRequest) -> HttpResponse:
    count = services.retry_all(request.POST.get("channel", ""), by=actor(request))
    words = ngettext("%(count)d message will be tried again.", "%(count)d messages will be tried again.", count)
    messages.success(request, words % {"count": count})
    return redirect("notifications:outbox")


def page_of(rows: Any, request: HttpRequest) -> Page:
    return BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def zone_of(request: HttpRequest) -> str:
    return services.Reader.of(request.user).time_zone
