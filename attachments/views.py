"""Pages of files: choose and attach, download, preview."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from attachments import downloads, services
from attachments.forms import UploadForm
from attachments.models import File
from attachments.storage import NoRoom, Unreachable
from workflow.actor import actor


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return downloads.download(request, get_object_or_404(File.objects.visible_to(request.user), pk=pk))


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return downloads.preview(request, get_object_or_404(File.objects.visible_to(request.user), pk=pk))


# Who may see which file, the queryset says.
download.policy = preview.policy = "attachment.see"  # type: ignore[attr-defined]


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
