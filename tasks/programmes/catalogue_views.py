"""The pages of the catalogue of assignments."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from attachments import views as attachments
from tasks.models import Assignment
from tasks.programmes import services
from tasks.programmes.dialogs import SECTION
from tasks.programmes.forms import AssignmentForm
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE, EVENTS = 50, 25


def found(request: HttpRequest, pk: int) -> Assignment:
    return get_object_or_404(Assignment.objects.visible_to(request.user), pk=pk)


@require_safe
@by_policy("assignment.see")
def catalogue(request: HttpRequest) -> HttpResponse:
    archived = request.GET.get("tab") == "archived"
    rows = Assignment.objects.visible_to(request.user)
    rows = rows.exclude(archived_at=None) if archived else rows.filter(archived_at=None)
    rows = rows.matching(request.GET.get("search", "")).for_list().order_by("title", "pk")
    page = BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "programmes/catalogue.html", SECTION | {"page": page, "archived": archived})


@require_safe
@by_policy("assignment.see")
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    context = {
        "assignment": subject,
        "picture": subject.files.select_related("file").order_by("-pk").first(),
        "days": subject.days.select_related("programme").order_by("-programme__start", "number")[:PAGE_SIZE],
        "may_edit": allows(request.user, "assignment.edit", subject),
        "events": Event.objects.about(subject).for_list().reverse()[:EVENTS],
    }
    return render(request, "programmes/assignment.html", SECTION | context)


@by_policy("assignment.create")
def create(request: HttpRequest) -> HttpResponse:
    form = AssignmentForm(request.POST or None, request.FILES or None)
    made: list[Assignment] = []

    def keep(files: list[Any]) -> None:
        title, text = form.cleaned_data["title"], form.cleaned_data["text"]
        made.append(services.create_assignment(by=actor(request), title=title, text=text, files=files))

    status = attachments.received(form, keep) if form.is_valid() else 400
    if made:
        messages.success(request, _("The assignment is in the catalogue."))
        return redirect(made[0])
    return form_page(request, form, status, title=_("New assignment"))


@by_policy("assignment.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change its words and, where an image is chosen, its picture."""
    subject = found(request, pk)
    start = {name: getattr(subject, name) for name in ("title", "text", "version")}
    form = AssignmentForm(request.POST or None, request.FILES or None, initial=start)

    @transaction.atomic
    def keep(files: list[Any]) -> None:
        typed = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        services.edit_assignment(subject, by=actor(request), **typed)
        if files:
            services.put_picture(subject, by=actor(request), files=files)

    status = attachments.received(form, keep) if form.is_valid() else 400
    if form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(subject)
    return form_page(request, form, status, title=_("Change the assignment"), assignment=subject)


def form_page(request: HttpRequest, form: AssignmentForm, status: int, **context: Any) -> HttpResponse:
    status = status if form.errors else 200
    return render(request, "programmes/assignment_form.html", SECTION | {"form": form, **context}, status=status)


@require_POST
@by_policy("assignment.edit")
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    services.archive_assignment(subject, by=actor(request))
    messages.success(request, _("It is archived: calendars are filled without it."))
    return redirect(subject)


@require_POST
@by_policy("assignment.edit")
def unarchive(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    services.unarchive_assignment(subject, by=actor(request))
    messages.success(request, _("It is offered again."))
    return redirect(subject)
