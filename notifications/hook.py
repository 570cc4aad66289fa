"""The address that Telegram calls. It may be reached from anywhere, so it asks for a secret and reads little."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.dispatch import webhook
from workflow.address import client_address, within
from workflow.network import reachable_from_outside


@reachable_from_outside
@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Keep an update; it is answered by a worker, so that Telegram never waits."""
    if not settings.BOT_WEBHOOK_MODE or not is_expected(request):
        return HttpResponse(status=404)
    if not webhook.is_genuine(request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")):
        return HttpResponse(status=403)
    update = body_of(request)
    if update is None:
        return HttpResponse(status=400)
    webhook.take(update)
    return HttpResponse(status=200)


def is_expected(request: HttpRequest) -> bool:
    """Say whether the caller's network may call at all."""
    networks = tuple(settings.BOT_WEBHOOK_NETWORKS)
    return not networks or within(client_address(request) or "", networks)


def body_of(request: HttpRequest) -> dict[str, Any] | None:
    """Return the update; None for what is none, or too large to be one."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isascii() or not length.isdigit() or int(length) > webhook.BODY_LIMIT:
        return None
    try:
        update = json.loads(request.read(webhook.BODY_LIMIT + 1))
    except (ValueError, RecursionError, UnreadablePostError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63 else None
