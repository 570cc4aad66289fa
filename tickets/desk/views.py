"""The pages of the desk's dictionaries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions.views.dictionaries import entry_form
from tickets.desk import dictionaries
from tickets.desk.forms import CategoryForm, ReplyForm, TargetForm
from tickets.models import CannedReply, Category, SlaTarget

DESK = "tickets:desk"


@require_safe
@by_policy("canned_reply.see")
def desk(request: HttpRequest) -> HttpResponse:
    context = {
        "section": "desk",
        "targets": SlaTarget.objects.visible_to(request.user).most_urgent_first(),
        "categories": Category.objects.visible_to(request.user).select_related("default_assignee"),
        "replies": CannedReply.objects.visible_to(request.user),
        "may_promise": allows(request.user, "sla_target.edit"),
        "may_sort": allows(request.user, "ticket_category.edit"),
        "may_write": allows(request.user, "canned_reply.edit"),
    }
    return render(request, "tickets/desk/page.html", context)


def entry(request: HttpRequest, form: Any, service: Any, title: Any, *subjects: Any) -> HttpResponse:
    return entry_form(request, form, service, title, DESK, *subjects, section="desk")


@by_policy("sla_target.edit")
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(SlaTarget.objects.visible_to(request.user), pk=pk)
    form = TargetForm(request.POST or None, instance=get_object_or_404(SlaTarget, pk=pk))
    title = _("What is promised: priority “%(priority)s”") % {"priority": target.get_priority_display()}
    return entry(request, form, dictionaries.edit_target, title, target)


@by_policy("canned_reply.edit")
def reply_new(request: HttpRequest) -> HttpResponse:
    return entry(request, ReplyForm(request.POST or None), dictionaries.create_reply, _("New canned reply"))


@by_policy("canned_reply.edit")
def reply_edit(request: HttpRequest, pk: int) -> HttpResponse:
    reply = get_object_or_404(CannedReply.objects.visible_to(request.user), pk=pk)
    form = ReplyForm(request.POST or None, instance=get_object_or_404(CannedReply, pk=pk))
    return entry(request, form, dictionaries.edit_reply, _("Change the canned reply"), reply)


@by_policy("ticket_category.edit")
def category_new(request: HttpRequest) -> HttpResponse:
    return entry(request, CategoryForm(request.POST or None), dictionaries.create_category, _("New category"))


@by_policy("ticket_category.edit")
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    category = get_object_or_404(Category.objects.visible_to(request.user), pk=pk)
    form = CategoryForm(request.POST or None, instance=get_object_or_404(Category, pk=pk))
    return entry(request, form, dictionaries.edit_category, _("Change the category"), category)
