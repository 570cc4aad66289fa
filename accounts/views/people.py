"""People as administrators manage them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import handover, services
from accounts.filters import PersonFilter
from accounts.forms import CardForm, GivenPasswordForm, NoteForm, PersonForm, RoleForm, SuccessorForm, zone_names
from accounts.models import Role, Standing, User
from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.views.answering import attempt, shown
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
TABS = {
    Standing.ACTIVE: gettext_lazy("Active"),
    Standing.WAITING: gettext_lazy("Wait to be let in"),
    Standing.DEACTIVATED: gettext_lazy("Deactivated"),
    Standing.REFUSED: gettext_lazy("Refused"),
}
# Verb: service, form, words of the button, whether it is a risk, the standings in which it is offered.
ACTIVE, OUT = {Standing.ACTIVE}, {Standing.DEACTIVATED}
VERBS: dict[str, tuple[Callable[..., Any], type[forms.Form], Any, bool, set[Standing]]] = {
    "approve": (services.approve, NoteForm, gettext_lazy("Let in"), False, {Standing.WAITING, Standing.REFUSED}),
    "refuse": (services.refuse, NoteForm, gettext_lazy("Refuse"), True, {Standing.WAITING}),
    "set-role": (services.set_role, RoleForm, gettext_lazy("Change role"), False, {*ACTIVE, *OUT}),
    "set-password": (services.set_password, GivenPasswordForm, gettext_lazy("Set a password"), False, ACTIVE),
    "sign-out": (services.sign_out_everywhere, forms.Form, gettext_lazy("Sign out everywhere"), True, ACTIVE),
    "reset-second-factor": (
        services.reset_second_factor, NoteForm, gettext_lazy("Take off the second factor"), True, ACTIVE,
    ),
    "deactivate": (services.deactivate, NoteForm, gettext_lazy("Deactivate"), True, ACTIVE),
    "activate": (services.activate, NoteForm, gettext_lazy("Let in again"), False, OUT),
}  # fmt: skip


def found(pk: int) -> User:
    return get_object_or_404(User.objects.people().select_related("second_factor"), pk=pk)


@require_safe
@by_policy("user.audit")
def people(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", Standing.ACTIVE)
    tab = tab if tab in TABS else Standing.ACTIVE
    everybody = User.objects.people()
    filterset = PersonFilter(request.GET, queryset=everybody.standing(tab), request=request)
    rows = filterset.qs if filterset.is_valid() else everybody.none()
    context = {
        "section": "people",
        "tabs": tabs(tab),
        "tab": tab,
        "filter": filterset,
        "page": BoundedPaginator(rows.for_list(), PAGE_SIZE).get_page(request.GET.get("page")),
        "roles": Role.choices,
        "is_filtered": any(request.GET.get(name) for name in ("search", "role", "department")),
        "may_manage": allows(request.user, "user.manage"),
    }
    return render(request, "accounts/people.html", context)


def tabs(current: str) -> list[dict[str, Any]]:
    approved = Q(approved_at__isnull=False)
    counts = User.objects.people().aggregate(
        active=Count("pk", filter=Q(is_active=True) & approved),
        waiting=Count("pk", filter=Q(is_active=True) & ~approved),
        deactivated=Count("pk", filter=Q(is_active=False) & approved),
        refused=Count("pk", filter=Q(is_active=False) & ~approved),
    )
    return [
        {"name": name, "label": label, "count": counts[name], "hot": name == "waiting", "current": name == current}
        for name, label in TABS.items()
    ]


@require_safe
@by_policy("user.audit")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(pk)
    context = {
        "section": "people",
        "subject": subject,
        "verbs": offered(request.user, subject),
        "may_manage": allows(request.user, "user.manage"),
        "may_hand_over": allows(request.user, "user.hand_over"),
        "sessions": subject.sign_ins.alive().order_by("-last_seen_at")[:50],
        "work": work_of(subject),
        "events": Event.objects.about(subject).for_list().reverse()[:200],
    }
    return render(request, "accounts/person.html", context)


def offered(user: Any, subject: User) -> list[dict[str, Any]]:
    """Return the verbs whose button appears, in order: allowed to the reader and possible now."""
    if not allows(user, "user.manage"):
        return []
    hidden = set() if subject.is_guarded else {"reset-second-factor"}
    if user == subject:
        hidden |= {"set-password", "reset-second-factor"}
    return [
        {"name": name, "words": words, "risk": risk, "url": reverse(f"accounts:{name}", args=[subject.pk])}
        for name, (_service, _form, words, risk, standings) in VERBS.items()
        if subject.standing in standings and name not in hidden
    ]


def work_of(subject: User) -> list[dict[str, Any]]:
    """Return what a person has open, by noun, with the words of the app it belongs to."""
    work = handover.open_work(subject)
    return [{"label": handover.registered[noun].label, "subjects": subjects} for noun, subjects in work.items()]


@sensitive_post_parameters("password")
@by_policy("user.manage")
def create_person(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if form.is_valid():
        subject = attempt(form, lambda: services.create_person(by=actor(request), **form.cleaned_data))
        if subject:
            messages.success(request, _("The account is open."))
            return redirect(subject)
    return shown(request, "accounts/person_form.html", form, section="people", zones=zone_names())


@by_policy("user.manage")
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(pk)
    form = CardForm(request.POST or None, instance=subject)
    if form.is_valid():
        attempt(form, lambda: services.edit_person(subject, by=actor(request), **form.cleaned_data))
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect(subject)
    return shown(request, "accounts/person_form.html", form, section="people", subject=subject, zones=zone_names())


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a note, a button, and back to the card."""
    service, form_class, words, risk, _standings = VERBS[verb]

    @sensitive_post_parameters("password")
    @by_policy("user.manage")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        subject = found(pk)
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            attempt(form, lambda: service(subject, by=actor(request), **form.cleaned_data))
            if not form.errors:
                messages.success(request, _("Done: %(verb)s.") % {"verb": words})
                return redirect(subject)
        if verb == "set-role" and not form.is_bound:
            form.initial["role"] = subject.role
        context = {"section": "people", "subject": subject, "verb": verb, "words": words, "risk": risk}
        return shown(request, "accounts/person_verb.html", form, **context)

    return page


@by_policy("user.hand_over")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(pk)
    form = SuccessorForm(request.POST or None, leaver=subject)
    if form.is_valid():
        moved = attempt(form, lambda: services.hand_over(subject, by=actor(request), **form.cleaned_data))
        if moved is not None:
            messages.success(request, _("Handed over: %(count)s.") % {"count": sum(moved.values())})
            return redirect("accounts:leavers")
    return shown(request, "accounts/hand_over.html", form, section="leavers", subject=subject, work=work_of(subject))


@require_safe
@by_policy("user.hand_over")
def leavers(request: HttpRequest) -> HttpResponse:
    """Who has left with open work: the list from which it is handed over."""
    return render(request, "accounts/leavers.html", {"section": "leavers", "leavers": handover.left_behind()})
