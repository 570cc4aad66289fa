from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from attachments import archives
from attachments import views as attachments
from attachments.models import File
from tickets import exports, history, lists, services
from tickets.desk import replies
from tickets.desk.ticket_views import goes_on, may_merge
from tickets.forms import CommentForm, CreateForm, EditForm
from tickets.models import Ticket, files_of
from tickets.onward import onward, place_of
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Conflict
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50


def found(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.user).for_card(), pk=pk)


@require_safe
@by_policy("ticket.see")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/list.html", lists.context(request))


@require_safe
@by_policy("ticket.see")
def tile(request: HttpRequest) -> HttpResponse:
    """The part of the home page that is about tickets, fetched by it."""
    return render(request, "tickets/tile.html", lists.tile(request.user))


@require_safe
@by_policy("ticket.export")
def export(request: HttpRequest) -> HttpResponseBase:
    chosen = lists.chosen(request)
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(chosen.rows), form, by=actor(request), filters=filters_of(request.GET))


@require_safe
@by_policy("ticket.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    if goes_on(request, ticket):
        return redirect(ticket.merged_into)  # type: ignore[arg-type]
    return render(request, "tickets/card.html", card(request, ticket, CommentForm(initial=begun(request, ticket))))


def begun(request: HttpRequest, ticket: Ticket) -> dict[str, str]:
    """Return the comment that `?reply=` begins with: a canned reply, chosen without JavaScript."""
    wanted = request.GET.get("reply")
    texts = [reply.text for reply in replies.offered(request.user, ticket) if str(reply.id) == wanted] if wanted else []
    return {"text": texts[0]} if texts else {}


def card(request: HttpRequest, ticket: Ticket, comment: forms.Form) -> dict[str, Any]:
    user = request.user
    watchings = list(ticket.watchings.select_related("user").order_by("pk"))
    lines = BoundedPaginator(history.of(ticket, user).reverse(), EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "section": "tickets",
        "ticket": ticket,
        "lines": lines,
        "comment_form": comment,
        "files": ticket.files.for_list(),
        "has_files_elsewhere": any("files" in event.after for event in lines if event.verb == "comment"),
        "watchers": [watching.user for watching in watchings],
        "watching": any(watching.user_id == user.pk for watching in watchings),
        "verbs": offered(user, ticket),
        "is_desk": lists.is_desk(user),
        "may_merge": may_merge(user, ticket),
        "place": place_of(user, ticket),
    }


def offered(user: Any, ticket: Ticket) -> dict[str, bool]:
    """Return the verbs whose button appears: the policy allows them and the status makes them possible."""
    verbs = {verb: True for verb in ticket.possible_verbs() if allows(user, f"ticket.{verb}", ticket)}
    if ticket.waiting_since is not None and verbs.pop("wait", False):
        verbs["resume"] = True
    return verbs


@by_policy("ticket.create")
def create(request: HttpRequest) -> HttpResponse:
    given = {name: request.GET[name] for name in ("incident", "title", "category") if name in request.GET}
    form = CreateForm(request.POST or None, request.FILES or None, initial=given)
    status = 400
    if form.is_valid():
        made: list[Ticket] = []
        fields = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        status = attachments.received(
            form, lambda files: made.append(services.create(by=actor(request), files=files, **fields))
        )
        if made:
            messages.success(
                request, _("%(number)s is filed. You will hear what happens.") % {"number": made[0].number}
            )
            return redirect(made[0])
    context = {"section": "tickets", "form": form}
    return render(request, "tickets/create.html", context, status=status if form.errors else 200)


@by_policy("ticket.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    require(request.user, "ticket.edit", ticket)
    judges = allows(request.user, "ticket.priority", ticket)
    form = EditForm(request.POST or None, initial=initial_of(ticket), judges=judges, offered=ticket.category)
    if form.is_valid():
        try:
            services.revise(ticket, by=actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(ticket)
    context = {"section": "tickets", "form": form, "ticket": ticket}
    return render(request, "tickets/edit.html", context, status=400 if form.errors else 200)


def initial_of(ticket: Ticket) -> dict[str, Any]:
    names = ("title", "category", "location", "priority", "description", "version")
    watchers = [watching.user for watching in ticket.watchings.select_related("user").order_by("pk")]
    return {**{name: getattr(ticket, name) for name in names}, "watchers": watchers}


@require_POST
@by_policy("ticket.comment")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a comment; htmx gets the conversation alone, everybody else the page."""
    ticket = found(request, pk)
    require(request.user, "ticket.comment", ticket)
    form, status = CommentForm(request.POST, request.FILES), 400
    if form.is_valid():
        status = attachments.received(form, lambda files: say(request, ticket, form.cleaned_data, files))
        if not form.errors:
            if form.cleaned_data["then"]:
                return resolved(request, ticket)
            if not request.headers.get("HX-Request"):
                return redirect(f"{ticket.get_absolute_url()}#timeline")
            form, status, ticket = CommentForm(), 200, found(request, pk)
    template = "tickets/conversation.html" if request.headers.get("HX-Request") else "tickets/card.html"
    status = 200 if request.headers.get("HX-Request") else status  # htmx shows no refused answer
    return render(request, template, card(request, ticket, form), status=status)


def say(request: HttpRequest, ticket: Ticket, said: dict[str, Any], files: list[File]) -> None:
    """Comment, or answer and resolve; what is out of turn goes to the form, so that the words stay."""
    if not said["then"]:
        services.comment(ticket, by=actor(request), files=files, text=said["text"], internal=said["internal"])
        return
    try:
        services.answer(ticket, by=actor(request), files=files, text=said["text"])
    except Conflict as refusal:
        raise ValidationError(str(refusal)) from refusal


def resolved(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Lead to the card anew: more of it has changed than what was said."""
    messages.success(request, onward(request.user, ticket, _("%(number)s is resolved.") % {"number": ticket.number}))
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": ticket.get_absolute_url()})
    return redirect(ticket)


@by_policy("ticket.attach")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    require(request.user, "ticket.attach", ticket)
    return attachments.attach(request, ticket, services.attach, section="tickets")


@require_safe
@by_policy("ticket.see")
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    ticket = found(request, pk)
    return archives.archive(ticket.number, files_of(ticket, request.user))


@require_POST
@by_policy("ticket.watch")
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    services.watch(ticket, by=actor(request))
    return redirect(ticket)


@require_POST
@by_policy("ticket.watch")
def unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    services.unwatch(ticket, by=actor(request))
    return redirect(ticket if Ticket.objects.visible_to(request.user).filter(pk=pk).exists() else "tickets:list")
