"""The pages of programmes themselves. Members, reviews, the catalogue and joining have modules of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from accounts.views.answering import attempt, shown
from tasks.forms import NoteForm
from tasks.models import Assignment, JoinRequest, Programme, Report
from tasks.programmes import board, exports, services
from tasks.programmes.analytics.reading import Reading
from tasks.programmes.dialogs import SECTION, Dialog, done, verb_page
from tasks.programmes.forms import DayForm, ProgrammeForm, ReasonForm
from tasks.programmes.services.keeping import FIELDS
from tasks.programmes.templates import filled
from tasks.programmes.workbook import workbook
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE, MEMBERS_ON_A_PAGE, EVENTS_ON_A_PAGE = 25, 50, 25
EXAMPLE = {"name": _("Anna"), "surname": _("Zaytseva"), "points": 21, "reports": 24}

DIALOGS = {
    "start": Dialog(
        "programme.start", services.start, NoteForm, _("Start the programme"), _("Start the programme"),
        _("Before its first day it begins today instead, and those who take part are told."),
    ),
    "finish": Dialog(
        "programme.finish", services.finish, NoteForm, _("Finish the programme"), _("Finish the programme"),
        _("Each member gets the final message; nothing is handed out any more."),
    ),
    "cancel": Dialog(
        "programme.cancel", services.cancel, NoteForm, _("Call the programme off"), _("Call off"),
        _("Whoever takes part or asked to is told, with your note. It cannot be started again."), "btn-risk",
    ),
    "delete": Dialog(
        "programme.delete", services.delete, ReasonForm, _("Delete the programme"), _("Delete"),
        _("It disappears from all lists. Its timeline is kept, an administrator can restore it."), "btn-risk",
        "programmes:list",
    ),
    "undelete": Dialog(
        "programme.undelete", services.undelete, NoteForm, _("Restore the programme"), _("Restore"),
    ),
}  # fmt: skip


def verb(name: str) -> Any:
    return verb_page(DIALOGS[name], Programme.objects.visible_to)


def found(request: HttpRequest, pk: int) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)


@require_safe
@by_policy("programme.see")
def index(request: HttpRequest) -> HttpResponse:
    rows = Programme.objects.visible_to(request.user).for_list()
    context = {
        "page": BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "has_assignments": Assignment.objects.offered().exists(),
    }
    return render(request, "programmes/list.html", SECTION | context)


@require_safe
@by_policy("programme.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    programme = found(request, pk)
    days = list(programme.days.select_related("assignment"))
    may_plan = "plan" in programme.possible_verbs() and allows(request.user, "programme.plan", programme)
    members = programme.memberships.present().for_list()
    members = members.order_by("status", "-points", "member__surname", "pk")
    page = BoundedPaginator(members, MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
    events = Event.objects.about(programme).for_list().reverse()
    context = {
        "programme": programme,
        "verbs": offered(request.user, programme),
        "weeks": board.weeks(programme, days, may_plan=may_plan),
        "unplanned": programme.length - len(days) if may_plan else 0,
        "today": board.today_of(programme, days),
        "requests": JoinRequest.objects.pending().filter(programme=programme).for_list(),
        "to_review": Report.objects.to_review().filter(programme=programme).count(),
        "page": page,
        "rows": board.rows_of(programme, page),
        "legend": board.legend(),
        "final_message": example_of(programme),
        "events": events[:EVENTS_ON_A_PAGE],
    }
    return render(request, "programmes/card.html", SECTION | context)


def example_of(programme: Programme) -> str:
    """The final message as a member would read it."""
    values = EXAMPLE | {"days": programme.length, "programme": programme.title}
    values |= {"points": min(21, programme.length), "reports": min(24, programme.length)}
    return filled(programme.final_message, values)


@require_safe
@by_policy("programme.export")
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything about one programme as a workbook."""
    programme = found(request, pk)
    sheets = exports.sheets(Reading(programme))
    return workbook("programme", sheets, by=actor(request), filters={"programme": programme.title})


def offered(user: Any, programme: Programme) -> set[str]:
    """Return the verbs whose button appears: the policy allows them and the status makes them possible."""
    return {name for name in programme.possible_verbs() if allows(user, f"programme.{name}", programme)}


@by_policy("programme.create")
def create(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, initial=ProgrammeForm.first())
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in FIELDS}
        if made := attempt(form, lambda: services.create(by=actor(request), **typed)):
            messages.success(request, _("The programme is set up. Look through its calendar."))
            return redirect(made)
    return shown(request, "programmes/form.html", form, title=_("New programme"), **SECTION)


@by_policy("programme.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    programme = found(request, pk)
    require(request.user, "programme.edit", programme)
    start = {name: getattr(programme, name) for name in (*FIELDS, "version")}
    form = ProgrammeForm(request.POST or None, initial=start, programme=programme)
    if form.is_valid():
        typed = form.cleaned_data
        if attempt(form, lambda: done(services.edit, programme, by=actor(request), **typed)):
            messages.success(request, _("Saved."))
            return redirect(programme)
    title = _("Change the programme")
    return shown(request, "programmes/form.html", form, title=title, programme=programme, **SECTION)


@by_policy("programme.plan")
def plan_day(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Choose the assignment of one day, in a dialog of the calendar."""
    programme = found(request, pk)
    require(request.user, "programme.plan", programme)
    day = programme.days.filter(number=number).first()
    form = DayForm(request.POST or None, initial={"assignment": day.assignment_id if day else None})
    if form.is_valid():
        typed = {"number": number, **form.cleaned_data}
        if attempt(form, lambda: done(services.plan_day, programme, by=actor(request), **typed)):
            messages.success(request, _("Saved."))
            return redirect(programme)
    sheet = {"title": _("Day %(number)s") % {"number": number}, "button": _("Save")}
    return shown(request, "programmes/verb.html", form, subject=programme, sheet=sheet, **SECTION)


@require_POST
@by_policy("programme.plan")
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    programme = found(request, pk)
    count = services.fill_calendar(programme, by=actor(request))
    if count:
        words = ngettext("%(count)s day has got an assignment.", "%(count)s days have got an assignment.", count)
        messages.success(request, words % {"count": count})
    elif programme.days.count() < programme.length:
        messages.warning(request, _("The catalogue is empty: put an assignment in first."))
    else:
        messages.success(request, _("Every day has an assignment already."))
    return redirect(programme)
