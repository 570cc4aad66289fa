"""Pages of the import: choose a file, look at the report, import, take the drafts into the journal."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from attachments.storage import NoRoom, Unreachable
from suspensions import importing
from suspensions.importing import keeping
from suspensions.importing.columns import COLUMNS
from workflow.actor import actor
from workflow.exports import WRITERS

SHOWN = 200  # faults on a page
EXAMPLE = ["DU_25", "PROVAIDER", "05.03.2026 10:00", "05.03.2026 11:30"]


class ImportForm(forms.Form):
    """A file to look at, or the ticket of one that was looked at."""

    file = forms.FileField(label=gettext_lazy("file"), allow_empty_file=True)
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("ticket")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > settings.MAX_FILE_SIZE_DOWNLOAD:
            raise ValidationError(_("The file is too large."), code="size")
        return file


@by_policy("suspension.import")
def import_journal(request: HttpRequest) -> HttpResponse:
    """First tell how the file is understood; write only when asked to."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context: dict[str, Any] = {"section": "suspensions", "form": form}
    if form.is_valid():
        try:
            if drafts := handled(request, form, context):
                told = ngettext("%(count)s draft is in.", "%(count)s drafts are in.", drafts) % {"count": drafts}
                messages.success(request, told)
                return redirect("suspensions:import")
        except ValidationError as error:
            form.add_error(None, error)
        except (NoRoom, Unreachable):
            form.add_error("file", _("The file storage does not answer. Try again in a few seconds."))
    context |= {"columns": COLUMNS, "shown": SHOWN, "drafts": importing.drafts_of(actor(request).user).count()}
    return render(request, "suspensions/import/page.html", context, status=400 if form.errors else 200)


def handled(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> int:
    """Judge the file; say how many drafts were written, 0 when it was only looked at."""
    by, file = actor(request), form.cleaned_data["file"]
    if file:
        context["report"] = importing.judge(file, by=by)
        context["kept"] = keeping.keep(file, file.name, request.user)
        return 0
    kept = keeping.kept(form.cleaned_data["ticket"], request.user)
    with kept.open() as stored:
        report = importing.judge(stored, by=by)
    context |= {"report": report, "kept": kept}
    return len(importing.write(report, by=by, skip_bad=True, claim=kept.claim))


@require_POST
@by_policy("suspension.confirm")
def confirm_drafts(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    count = importing.confirm_drafts(importing.drafts_of(by.user), by=by)
    told = ngettext("%(count)s case is in the journal now.", "%(count)s cases are in the journal now.", count)
    messages.success(request, told % {"count": count})
    return redirect("suspensions:import")


@require_POST
@by_policy("suspension.import")
def discard_drafts(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    try:
        count = importing.discard_drafts(importing.drafts_of(by.user), by=by, note=request.POST.get("note", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = ngettext("%(count)s draft is discarded.", "%(count)s drafts are discarded.", count)
        messages.success(request, told % {"count": count})
    return redirect("suspensions:import")


@require_safe
@by_policy("suspension.import")
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty table with the names of the columns and a row to write over."""
    response = WRITERS["xlsx"]([str(column.title) for column in COLUMNS], [EXAMPLE])
    response["Content-Disposition"] = 'attachment; filename="downtime.xlsx"'
    return response
