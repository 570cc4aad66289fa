"""Messages of machines as people look after them."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.views.answering import shown
from incidents.intake import receiving
from incidents.intake.filters import MessageFilter
from incidents.intake.forms import SinceForm
from incidents.models import Integration, Message
from workflow.actor import actor
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
SHOWN = 100_000  # characters of a body that a page prints
SECTION = {"section": "integrations"}


@require_safe
@by_policy("message.see")
def index(request: HttpRequest) -> HttpResponse:
    rows = Message.objects.visible_to(request.user)
    filterset = MessageFilter(request.GET, queryset=rows.for_list(), request=request)
    listed = filterset.qs if filterset.is_valid() else rows.none()
    integrations = Integration.objects.visible_to(request.user)[:100]
    context = {
        "page": BoundedPaginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": Message.State.choices,
        "integrations": [(str(one.pk), one.name) for one in integrations],
        "waiting": rows.unparsed().count(),
        "may_replay": allows(request.user, "message.replay"),
        "is_filtered": any(request.GET.get(name) for name in filterset.filters),
    }
    return render(request, "incidents/intake/messages.html", SECTION | context)


@require_safe
@by_policy("message.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    message = found(request, pk)
    context = {
        "message": message,
        "outcomes": message.outcomes.select_related("incident"),
        "text": readable(message)[:SHOWN],
        "may_replay": message.is_replayable and allows(request.user, "message.replay", message),
    }
    return render(request, "incidents/intake/message.html", SECTION | context)


def found(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user).select_related("integration"), pk=pk)


def readable(message: Message) -> str:
    """The body as it came, but JSON broken into lines."""
    try:
        parsed: Any = json.loads(message.text)
        return json.dumps(parsed, indent=2, ensure_ascii=False).encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        return message.text


@require_POST
@by_policy("message.replay")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    message = receiving.replay(found(request, pk), by=actor(request))
    words = {"state": message.get_state_display()}
    if message.state == Message.State.UNPARSED:
        messages.warning(request, _("Replayed: it is still not understood."))
    else:
        messages.success(request, _("Replayed: %(state)s.") % words)
    return redirect(message)


@by_policy("message.replay")
def replay_all(request: HttpRequest) -> HttpResponse:
    form = SinceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = receiving.replay_unparsed(by=actor(request), **form.cleaned_data)
        said = ngettext("%(count)s message worked off", "%(count)s messages worked off", done.worked_off)
        rest = _("%(count)s still not understood") % {"count": done.unparsed + done.left}
        messages.success(request, f"{said % {'count': done.worked_off}}, {rest}.")
        return redirect("integrations:messages")
    sheet = {
        "title": _("Replay what was not understood"),
        "button": _("Replay"),
        "text": _("When the format of an integration was corrected, what waits becomes incidents, each once."),
    }
    return shown(request, "incidents/intake/replay.html", form, sheet=sheet, **SECTION)
