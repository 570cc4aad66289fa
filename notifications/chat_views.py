"""The Telegram chats and what the bot was told, as administrators look after them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications import services
from notifications.channels import CHANNELS
from notifications.chat_forms import ChatForm, NewChatForm, ReasonForm
from notifications.dispatch import dispatcher
from notifications.kinds import TELEGRAM
from notifications.models import BotState, BotUpdate, Chat
from workflow.actor import actor
from workflow.guards import by_policy
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
SECTION = {"section": "chats"}


@require_safe
@by_policy("chat.see")
def chats(request: HttpRequest) -> HttpResponse:
    """Groups and topics; personal chats stand with their people, but those that are closed are worth knowing."""
    known = Chat.objects.present()
    context = {
        "bot": BotState.current(),
        "problem": CHANNELS[TELEGRAM]().problem(),
        "chats": known.groups() | known.filter(accepts_reports=True) | known.filter(on_call=True),
        "closed": known.filter(kind=Chat.Kind.PRIVATE).closed()[:PAGE_SIZE],
        "deleted": Chat.objects.deleted()[:PAGE_SIZE],
        "failed": BotUpdate.objects.failed().count(),
    }
    return render(request, "notifications/chats.html", SECTION | context)


@by_policy("chat.edit")
def new_chat(request: HttpRequest) -> HttpResponse:
    form = NewChatForm(request.POST or None)
    if form.is_valid() and stored(form, lambda: services.add_chat(by=actor(request), **form.cleaned_data)):
        messages.success(request, _("Saved. Send a test to see whether the bot may write there."))
        return redirect("notifications:chats")
    return shown(request, form, None)


@by_policy("chat.edit")
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Chat.objects.present(), pk=pk)
    form = ChatForm(request.POST or None, initial={name: getattr(found, name) for name in services.CHAT_FIELDS})
    if form.is_valid() and stored(form, lambda: services.edit_chat(found, by=actor(request), **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("notifications:chats")
    return shown(request, form, found)


@by_policy("chat.edit")
def forget_chat(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Chat.objects.present(), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and stored(form, lambda: services.forget_chat(found, by=actor(request), **form.cleaned_data)):
        messages.success(request, _("The chat is told nothing more."))
        return redirect("notifications:chats")
    sheet = {
        "title": _("Delete the chat"),
        "text": _("It is told nothing more. Its timeline stays, and it can be restored."),
        "button": _("Delete"),
        "look": "btn-risk",
    }
    context = {"form": form, "chat": found, "sheet": sheet}
    status = 400 if form.errors else 200
    return render(request, "notifications/chat_verb.html", SECTION | context, status=status)


@require_POST
@by_policy("chat.edit")
def remember_chat(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Chat.objects.deleted(), pk=pk)
    services.remember_chat(found, by=actor(request))
    messages.success(request, _("Done."))
    return redirect("notifications:chats")


def shown(request: HttpRequest, form: ChatForm, found: Chat | None) -> HttpResponse:
    context = {"form": form, "chat": found}
    return render(request, "notifications/chat_form.html", SECTION | context, status=400 if form.errors else 200)


def stored(form: forms.Form, work: Any) -> bool:
    """Do the work; what the rules say against it goes to the form."""
    try:
        with transaction.atomic():
            work()
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


@require_POST
@by_policy("chat.edit")
def try_chat(request: HttpRequest, pk: int) -> HttpResponse:
    services.try_chat(get_object_or_404(Chat.objects.present(), pk=pk), by=actor(request))
    messages.success(request, _("The test is on its way. Whether it arrived, the outbox says."))
    return redirect("notifications:chats")


@require_safe
@by_policy("chat.see")
def updates(request: HttpRequest) -> HttpResponse:
    """What the bot was told; what failed stands first."""
    failed_only = request.GET.get("tab", "failed") == "failed"
    rows = BotUpdate.objects.failed() if failed_only else BotUpdate.objects.all()
    page = BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/updates.html", SECTION | {"page": page, "failed_only": failed_only})


@require_POST
@by_policy("chat.edit")
def retry_update(request: HttpRequest, pk: int) -> HttpResponse:
    dispatcher.retry(get_object_or_404(BotUpdate, pk=pk), by=actor(request))
    messages.success(request, _("It will be worked off once more at once."))
    return redirect("notifications:updates")
