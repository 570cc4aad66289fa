"""Django Admin as one more thin door: statuses are read-only, actions call the services, nothing is deleted."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.actor import Channel, actor
from workflow.models import Conflict, Event, IdempotencyKey

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
type Verb = Callable[..., Any]


class NoteActionForm(ActionForm):
    """The note goes into the timeline; deleting needs it."""

    note = forms.CharField(label=gettext_lazy("Note:"), required=False, widget=forms.TextInput({"size": 20}))


def verb_action(verb: Verb, description: Any) -> Callable[..., None]:
    """Make an admin action that does one service's verb to each chosen object and says what was refused."""

    @admin.action(description=description, location=EVERYWHERE)
    def act(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by, note = actor(request, Channel.ADMIN), note_of(request)
        done = sum(attempt(verb, subject, request, by=by, note=note) for subject in queryset)
        if done:
            messages.success(request, _("%(verb)s: %(count)s done.") % {"verb": description, "count": done})

    act.__name__ = verb.__name__
    return act


def attempt(verb: Verb, subject: Model, request: HttpRequest, **arguments: Any) -> bool:
    """Do the verb; a refusal becomes a warning and False."""
    try:
        verb(subject, **arguments)
    except (Conflict, PermissionDenied, ValidationError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.warning(request, f"{subject}: {reason}")
        return False
    return True


def note_of(request: HttpRequest) -> str:
    """Return the note typed beside the action whose button was pressed."""
    index = request.POST.get("index", "0")
    notes = request.POST.getlist("note") or request.POST.getlist("CHANGE_FORM-note")
    place = int(index) if index.isdecimal() else 0
    return notes[place] if place < len(notes) else ""


class RegisteredAdmin(admin.ModelAdmin):
    """The admin of a registered noun: searched, filtered, moved by actions, never deleted by a button."""

    action_form = NoteActionForm
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that is good when the services, tried and undone, have nothing against it."""
        made: Any = super().get_form(request, obj, change, **kwargs)

        def post_clean(form: forms.ModelForm) -> None:
            made._post_clean(form)
            if not form.errors:
                for name, errors in self.refusals(request, form, change).items():
                    form.add_error(name if name in form.fields else None, errors)

        return type(made.__name__, (made,), {"_post_clean": post_clean})

    def refusals(self, request: HttpRequest, form: forms.ModelForm, change: bool) -> dict[str, list[ValidationError]]:
        try:
            with transaction.atomic():
                self.save_model(request, copy(form.instance), form, change)
                transaction.set_rollback(True)
        except ValidationError as error:
            return error.update_error_dict({})
        return {}

    @admin.display(description=gettext_lazy("Timeline"))
    def timeline(self, subject: Model) -> SafeString:
        events = Event.objects.about(subject).for_list()[:200] if subject.pk else []
        return render_to_string("admin/timeline.html", {"events": events})


class ReadOnlyAdmin(admin.ModelAdmin):
    """For looking only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_label", "channel", "verb", "subject_type", "subject_id", "note"]
    list_filter = ["channel", "verb", "subject_type"]
    search_fields = ["actor_label", "note", "subject_id"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "route", "key", "status_code"]
    exclude = ["body"]
