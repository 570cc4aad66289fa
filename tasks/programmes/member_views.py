"""The pages of people: who asks to take part, who does, and how their days went."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.views.answering import attempt, shown
from tasks.forms import NoteForm
from tasks.models import JoinRequest, Member, Membership, Report
from tasks.programmes import board, services
from tasks.programmes.dialogs import SECTION, Dialog, done, verb_page
from tasks.programmes.forms import MemberForm, ReasonForm
from workflow.actor import actor
from workflow.models import Event
from workflow.navigation import way_back

EVENTS = 25
DIALOGS = {
    "exclude": Dialog(
        "membership.exclude", services.exclude, ReasonForm, gettext_lazy("Exclude the member"),
        gettext_lazy("Exclude"),
        gettext_lazy("They are told why and get no more assignments; what they sent is reviewed."), "btn-risk",
    ),
    "readmit": Dialog(
        "membership.exclude", services.readmit, NoteForm, gettext_lazy("Take the member back"),
        gettext_lazy("Take back"), gettext_lazy("The next assignment reaches them again."),
    ),
}  # fmt: skip
DECLINE = Dialog(
    "join_request.decide", services.decline_request, ReasonForm, gettext_lazy("Decline the request"),
    gettext_lazy("Decline"), gettext_lazy("They read the reason in the bot and may ask again."), "btn-risk",
)  # fmt: skip


def found(request: HttpRequest, pk: int) -> Member:
    return get_object_or_404(Member.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@by_policy("membership.see")
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: profile, requests, and the calendar of one programme, the latest unless another is named."""
    subject = found(request, pk)
    parts = list(subject.memberships.present().for_list().order_by("-programme__start", "-pk"))
    chosen = chosen_part(parts, request.GET.get("programme", ""))
    events = Event.objects.about(chosen or subject).for_list().reverse()[:EVENTS]
    context = {
        "member": subject,
        "parts": parts,
        "part": chosen,
        "requests": subject.requests.present().for_list(),
        "verbs": offered(request.user, chosen),
        "may_edit": allows(request.user, "membership.edit"),
        "events": events,
        "about": chosen or subject,
        **(calendar_of(chosen) if chosen else {}),
    }
    return render(request, "programmes/member.html", SECTION | context)


def chosen_part(parts: list[Membership], wanted: str) -> Membership | None:
    named = [part for part in parts if str(part.programme_id) == wanted]
    return next(iter(named or parts), None)


def calendar_of(part: Membership) -> dict[str, Any]:
    reports = list(Report.objects.filter(membership=part).for_list())
    days = part.programme.days.select_related("assignment")
    return {"weeks": board.weeks(part.programme, days, reports)}


def offered(user: Any, part: Membership | None) -> set[str]:
    if part is None or not allows(user, "membership.exclude", part):
        return set()
    return part.possible_verbs() if part.programme.status in {"preparing", "started"} else set()


@by_policy("membership.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    form = MemberForm(request.POST or None, initial=MemberForm.told_by(subject))
    if form.is_valid():
        typed = form.cleaned_data
        if attempt(form, lambda: done(services.edit_member, subject, by=actor(request), **typed)):
            messages.success(request, _("Saved."))
            return redirect(subject)
    return shown(request, "programmes/member_form.html", form, member=subject, **SECTION)


@require_POST
@by_policy("join_request.decide")
def approve_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest.objects.visible_to(request.user), pk=pk)
    services.approve_request(asked, by=actor(request))
    messages.success(request, _("%(name)s takes part.") % {"name": asked.member.full_name})
    return redirect(way_back(request, asked.programme.get_absolute_url()))


def verb(name: str) -> Any:
    return verb_page(DIALOGS[name], Membership.objects.visible_to)


decline_request = verb_page(DECLINE, JoinRequest.objects.visible_to)
