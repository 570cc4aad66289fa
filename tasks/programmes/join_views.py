"""The form by which people ask to take part, opened from the bot by a link that is theirs alone."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from accounts.views.answering import attempt, shown
from tasks.models import JoinRequest
from tasks.programmes import links, services
from tasks.programmes.forms import ProfileForm
from tasks.programmes.links import Applicant
from tasks.programmes.services.joining import closed_words, joinable
from workflow.actor import Actor, Channel
from workflow.models import Conflict


@never_cache
@sensitive_post_parameters()
@login_not_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to take part, or correct what was told while nobody has decided."""
    try:
        who = links.applicant(token)
    except ValidationError as refusal:
        return closed(request, " ".join(refusal.messages), status=400)
    with translation.override(who.language or translation.get_language()):
        return form_of(request, who)


def form_of(request: HttpRequest, who: Applicant) -> HttpResponse:
    programme = joinable(who.member)
    if programme is None:
        return closed(request, closed_words(who.member), status=409)
    start = ProfileForm.told_by(who.member) if who.member else {}
    form = ProfileForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            if asked := attempt(form, lambda: apply(who, form)):
                return answered(request, who, asked)
        except Conflict as obstacle:
            return closed(request, str(obstacle), status=409)
        except PermissionDenied:
            return closed(request, _("Your role does not allow this."), status=403)
    pending = who.member is not None and who.member.requests.pending().filter(programme=programme).exists()
    return shown(request, "programmes/join.html", form, programme=programme, pending=pending)


def apply(who: Applicant, form: ProfileForm) -> JoinRequest:
    """Ask in the name of the person's account where they have one."""
    account = who.member.user if who.member else None
    by = Actor(account or User.objects.system(), Channel.PAGE)
    return services.apply(by=by, telegram_id=who.telegram_id, language=who.language, **form.cleaned_data)


def answered(request: HttpRequest, who: Applicant, asked: JoinRequest) -> HttpResponse:
    """Say that it is sent; the link is used up, so another one leads to corrections."""
    again = reverse("programmes:join", args=[links.token_for(who.telegram_id, who.language)])
    return render(request, "programmes/joined.html", {"asked": asked, "again": again})


def closed(request: HttpRequest, reason: str, *, status: int) -> HttpResponse:
    return render(request, "programmes/join_closed.html", {"reason": reason}, status=status)
