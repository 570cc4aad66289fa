from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from attachments import archives
from attachments import views as attachments
from tasks import exports, lists, month, services
from tasks.forms import (
    CheckForm,
    CommentForm,
    CreateForm,
    EditForm,
    presets,
)
from tasks.models import Task
from tasks.models.task import today
from tasks.pickers import PersonField, called, executors
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50
RECENT, OFFERED = 20, 3  # tasks looked at, people offered


def found(request: HttpRequest, pk: int) -> Task:
    return get_object_or_404(Task.objects.visible_to(request.user).for_card(), pk=pk)


@require_safe
@by_policy("task.see")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "tasks/list.html", lists.context(request))


@require_safe
@by_policy("task.export")
def export(request: HttpRequest) -> HttpResponseBase:
    chosen = lists.chosen(request)
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(chosen.rows), form, by=actor(request), filters=filters_of(request.GET))


@require_safe
@by_policy("task.see")
def calendar(request: HttpRequest) -> HttpResponse:
    """The open deadlines of a month, week by week; past ones that are not met stand on their day."""
    wanted = month.read(request.GET.get("month", ""), today())
    rows = Task.objects.visible_to(request.user).present().opened().by_deadline()
    tasks = rows.filter(deadline__gte=wanted.first, deadline__lt=wanted.last).for_list()[: month.MOST]
    context = {"section": "tasks", "month": wanted, "weeks": wanted.weeks(tasks), "today": today()}
    return render(request, "tasks/calendar.html", context)


@require_safe
@by_policy("task.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "tasks/card.html", card(request, found(request, pk), CommentForm()))


def card(request: HttpRequest, task: Task, comment: forms.Form) -> dict[str, Any]:
    events = Event.objects.about(task).readable(internal=allows(request.user, "timeline.internal"))
    watchings = list(task.watchings.select_related("user").order_by("pk"))
    steps = list(task.checklist.all())
    return {
        "section": "tasks",
        "task": task,
        "events": BoundedPaginator(events.for_list().reverse(), EVENTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "comment_form": comment,
        "files": task.files.for_list(),
        "watchers": [watching.user for watching in watchings],
        "watching": any(watching.user_id == request.user.pk for watching in watchings),
        "steps": steps,
        "ticked": sum(step.done for step in steps),
        "verbs": offered(request.user, task),
    }


def offered(user: Any, task: Task) -> dict[str, bool]:
    """Return the verbs whose button appears: the policy allows them and the status makes them possible."""
    possible = task.possible_verbs() | ({"hand_over"} if task.status in {"open", "in_progress"} else set())
    return {verb: True for verb in possible if allows(user, f"task.{verb}", task)}


@by_policy("task.create")
def create(request: HttpRequest) -> HttpResponse:
    form = CreateForm(request.POST or None, request.FILES or None, initial=offered_links(request))
    status = 400
    if form.is_valid():
        made: list[Task] = []
        fields = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        status = attachments.received(
            form, lambda files: made.append(services.create(by=actor(request), files=files, **fields))
        )
        if made:
            messages.success(request, _("%(number)s is set.") % {"number": made[0].number})
            return redirect(made[0])
    people = usual_executors(request.user)
    context = {"section": "tasks", "form": form, "presets": presets(), "people": people}
    return render(request, "tasks/create.html", context, status=status if form.errors else 200)


def usual_executors(user: Any) -> list[tuple[Any, str]]:
    """Return whom this person most likely sets a task: words and what the picker writes; themselves come first."""
    recent = Task.objects.filter(author=user).exclude(executor=user).order_by("-pk").values("executor")[:RECENT]
    people = {person.pk: person for person in executors().filter(pk__in=[row["executor"] for row in recent])}
    latest = [people[pk] for pk in dict.fromkeys(row["executor"] for row in recent) if pk in people][:OFFERED]
    return [(_("me"), called(user)), *((person.name, called(person)) for person in latest)]


def offered_links(request: HttpRequest) -> dict[str, Any]:
    """Return what a link to the form gave: the incident or the case that the task shall mend."""
    return {name: request.GET[name] for name in ("incident", "suspension", "title") if name in request.GET}


@by_policy("task.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    require(request.user, "task.edit", task)
    form = EditForm(request.POST or None, initial=initial_of(task))
    if form.is_valid() and did(services.edit, task, form, request):
        messages.success(request, _("Saved."))
        return redirect(task)
    context = {"section": "tasks", "form": form, "task": task, "presets": presets()}
    return render(request, "tasks/edit.html", context, status=400 if form.errors else 200)


def initial_of(task: Task) -> dict[str, Any]:
    return {
        **{name: getattr(task, name) for name in EditForm.base_fields if hasattr(task, name)},
        "checklist": "\n".join(task.checklist.values_list("text", flat=True)),
        "watchers": list(task.watchings.values_list("user", flat=True)),
    }


@require_POST
@by_policy("task.comment")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        services.comment(task, by=actor(request), **form.cleaned_data)
        return redirect(f"{task.get_absolute_url()}#timeline")
    return render(request, "tasks/card.html", card(request, task, form), status=400)


@require_POST
@by_policy("task.check")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    require(request.user, "task.check", task)
    form = CheckForm(request.POST)
    if form.is_valid():
        services.check(task, by=actor(request), **form.cleaned_data)
    return redirect(f"{task.get_absolute_url()}#steps")


@by_policy("task.attach")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    require(request.user, "task.attach", task)
    return attachments.attach(request, task, services.attach, section="tasks")


@require_safe
@by_policy("task.see")
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    task = found(request, pk)
    return archives.archive(task.number, [row.file for row in task.files.for_list()])


@require_POST
@by_policy("task.watch")
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    services.watch(task, by=actor(request))
    return redirect(task)


@require_POST
@by_policy("task.watch")
def unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    task = found(request, pk)
    services.unwatch(task, by=actor(request))
    return redirect(task if Task.objects.visible_to(request.user).filter(pk=pk).exists() else "tasks:list")


def did(service: Callable[..., Any], task: Task, form: forms.Form, request: HttpRequest) -> bool:
    """Do the verb; what its rules say against the input goes to the form."""
    fields = {name: value for name, value in form.cleaned_data.items() if not is_empty_day(form, name, value)}
    try:
        service(task, by=actor(request), **fields)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def is_empty_day(form: forms.Form, name: str, value: Any) -> bool:
    return value is None and isinstance(form.fields[name], forms.DateField | PersonField)
