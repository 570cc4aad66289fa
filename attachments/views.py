"""Pages of files: choose and attach, download, preview."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from attachments import downloads, services
from attachments.forms import RemoveForm, UploadForm
from attachments.models import File
from attachments.storage import NoRoom, Unreachable
from workflow.actor import actor
from workflow.guards import by_policy


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return downloads.download(request, get_object_or_404(File.objects.visible_to(request.user), pk=pk))


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return downloads.preview(request, get_object_or_404(File.objects.visible_to(request.user), pk=pk))


# Who may see which file, the queryset says.
download.policy = preview.policy = "attachment.see"  # type: ignore[attr-defined]


@require_safe
@by_policy("orphan.see")
def orphans(request: HttpRequest) -> HttpResponse:
    return orphans_page(request, RemoveForm())


@require_POST
@by_policy("orphan.remove")
def remove(request: HttpRequest) -> HttpResponse:
    form = RemoveForm(request.POST)
    keys = request.POST.getlist("key")
    files = {found for text in request.POST.getlist("file") if (found := as_uuid(text))}
    if not keys and not files:
        form.add_error(None, _("Choose what to remove."))
    if form.is_valid():
        try:
            gone, rows = services.remove(by=actor(request), keys=keys, files=files, note=form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = ngettext("%(count)s lost file is removed.", "%(count)s lost files are removed.", gone + rows)
            messages.success(request, told % {"count": gone + rows})
            return redirect("attachments:orphans")
    return orphans_page(request, form, chosen={*keys, *map(str, files)})


def orphans_page(request: HttpRequest, form: forms.Form, chosen: Collection[str] = ()) -> HttpResponse:
    context = {"section": "orphans", "found": services.survey(), "form": form, "chosen": chosen}
    return render(request, "attachments/orphans.html", context, status=400 if form.errors else 200)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def attach(request: HttpRequest, subject: Any, verb: Callable[..., None], section: str) -> HttpResponse:
    """The page on which files are chosen for `subject`, and the target of the form on its card; `verb` keeps them."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 400
    if form.is_valid():
        status = received(form, lambda files: verb(subject, files=files, by=actor(request)))
        if not form.errors:
            count = len(form.cleaned_data["file"])
            told = ngettext("%(count)s file is attached.", "%(count)s files are attached.", count) % {"count": count}
            messages.success(request, told)
            return redirect(f"{subject.get_absolute_url()}#attachments")
    context = {"section": section, "subject": subject, "form": form}
    return render(request, "attachments/attach.html", context, status=status if form.errors else 200)


def received(form: forms.Form, work: Callable[[list[File]], Any]) -> int:
    """Receive the files of a valid form and do `work` with them; what is refused is added to the form.

    Return the status that a refusal is answered with.
    """
    try:
        with services.received(form.cleaned_data["file"] or []) as files:
            work(files)
    except ValidationError as error:
        form.add_error(None, error)
    except NoRoom:
        form.add_error("file", _("There is no room for the file. Tell an administrator; nothing was kept."))
        return 507
    except Unreachable:
        form.add_error("file", _("The file storage does not answer. Try again in a few seconds."))
        return 503
    return 400
