"""The queue of reviewers: one photo at a time, judged by two keys."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.views.answering import attempt
from tasks.models import AssignmentPicture, Report
from tasks.programmes import services
from tasks.programmes.dialogs import SECTION, done
from tasks.programmes.forms import ReasonForm
from tasks.programmes.services.reporting import may_judge, queue_of
from workflow import times
from workflow.actor import actor
from workflow.models import Conflict, Event

LONGEST_QUEUE, EVENTS = 500, 20  # reports that are counted, events below the photo


class Place(NamedTuple):
    """Where a report stands in the queue: how many there are, its number, and its neighbours' keys."""

    total: int
    number: int
    previous: int | None
    next: int | None


def place_of(user: Any, pk: int) -> Place:
    """Return the place; what is decided already has none, and the first of the queue comes after it."""
    keys = list(queue_of(user).values_list("pk", flat=True)[:LONGEST_QUEUE])
    if pk not in keys:
        return Place(len(keys), 0, None, keys[0] if keys else None)
    index = keys.index(pk)
    following = keys[index + 1] if index + 1 < len(keys) else (keys[0] if index else None)
    return Place(len(keys), index + 1, keys[index - 1] if index else None, following)


@require_safe
@by_policy("report.see")
def queue(request: HttpRequest) -> HttpResponse:
    """The first report that waits; a page of rest when none does."""
    first = queue_of(request.user).values_list("pk", flat=True).first()
    if first is not None:
        return redirect("programmes:report", first)
    return render(request, "programmes/queue.html", SECTION)


@require_safe
@by_policy("report.see")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "programmes/report.html", card(request, found(request, pk), ReasonForm()))


def found(request: HttpRequest, pk: int) -> Report:
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def card(request: HttpRequest, subject: Report, form: ReasonForm) -> dict[str, Any]:
    photos = sorted(subject.files.all(), key=lambda row: row.pk)
    pictures = AssignmentPicture.objects.filter(assignment=subject.day.assignment_id).select_related("file")
    may_review = "approve" in subject.possible_verbs() and allows(request.user, "report.review", subject)
    return {
        **SECTION,
        "report": subject,
        "photo": photos[-1] if photos else None,
        "earlier": photos[:-1],
        "picture": pictures.order_by("-pk").first(),
        "place": place_of(request.user, subject.pk),
        "may_review": may_review and may_judge(request.user, subject),
        "form": form,
        "events": Event.objects.about(subject).for_list().reverse()[:EVENTS],
    }


@require_POST
@by_policy("report.review")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Report.objects.visible_to(request.user), pk=pk)
    following = place_of(request.user, pk).next
    try:
        services.approve(subject, by=actor(request))
    except Conflict:
        messages.warning(request, late_words(subject))
    else:
        messages.success(request, _("Approved: %(name)s, one point.") % {"name": subject.member.full_name})
    return go_on(following)


@require_POST
@by_policy("report.review")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(Report.objects.visible_to(request.user), pk=pk)
    following = place_of(request.user, pk).next
    form = ReasonForm(request.POST)
    try:
        good = form.is_valid() and attempt(
            form, lambda: done(services.decline, subject, by=actor(request), **form.cleaned_data)
        )
    except Conflict:
        messages.warning(request, late_words(subject))
        return go_on(following)
    if not good:
        return render(request, "programmes/report.html", card(request, found(request, pk), form), status=400)
    messages.success(request, _("Declined: %(name)s reads the reason.") % {"name": subject.member.full_name})
    return go_on(following)


def late_words(subject: Report) -> str:
    """Say kindly that somebody was quicker."""
    now = Report.objects.select_related("reviewed_by", "membership__member").get(pk=subject.pk)
    if now.reviewed_by is None or now.reviewed_at is None or now.status not in {"approved", "declined"}:
        return _("%(name)s: there is nothing to review now.") % {"name": now.member.full_name}
    words = {
        "approved": _("%(name)s: %(reviewer)s has approved it already, %(time)s. Nothing has changed."),
        "declined": _("%(name)s: %(reviewer)s has declined it already, %(time)s. Nothing has changed."),
    }[now.status]
    told = {"name": now.member.full_name, "reviewer": now.reviewed_by.name, "time": times.brief(now.reviewed_at)}
    return words % told


def go_on(following: int | None) -> HttpResponse:
    return redirect("programmes:report", following) if following else redirect("programmes:reports")
