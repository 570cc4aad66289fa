"""The account page's tab about Telegram: linked or not, and the code that links."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import one_time, services
from accounts.models import User
from accounts.permissions import by_policy
from notifications.models import BotState, Chat
from workflow.actor import actor


@require_safe
@by_policy("user.profile")
def telegram(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/telegram.html", standing(request))


def standing(request: HttpRequest) -> dict[str, object]:
    """Return how this person and the bot stand."""
    person = User.objects.get(pk=request.user.pk)
    chat = Chat.objects.filter(telegram_id=person.telegram_id).first() if person.telegram_id else None
    return {"section": "profile", "person": person, "chat": chat, "bot": BotState.current().username}


@never_cache
@require_POST
@by_policy("user.profile")
def begin_telegram(request: HttpRequest) -> HttpResponse:
    """Show a code, this once."""
    code = services.begin_telegram(by=actor(request))
    context = standing(request)
    address = f"https://t.me/{context['bot']}?start={code}" if context["bot"] else ""
    context |= {"code": code, "address": address, "qr": one_time.qr(address) if address else ""}
    return render(request, "accounts/telegram.html", context)


@require_POST
@by_policy("user.profile")
def unlink_telegram(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    services.unlink_telegram(User.objects.get(pk=by.user.pk), by=by)
    messages.success(request, _("Telegram is unlinked."))
    return redirect("accounts:telegram")
