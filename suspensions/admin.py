from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from suspensions import services, shares
from suspensions.forms.shares import FROM_0_TO_1, OF_A_LIMIT, ShareField
from suspensions.models import (
    GivenWarning,
    MonthlyReport,
    ProcessLimit,
    Risk,
    RiskQuerySet,
    RiskSource,
    Segment,
    Suspension,
    SuspensionComment,
    SuspensionQuerySet,
    TechProcess,
)
from suspensions.models.suspension import TEXT_LIMIT
from workflow.actor import Channel, actor
from workflow.admin import ReadOnlyAdmin, RegisteredAdmin, verb_action
from workflow.times import UNKNOWN


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SegmentInline(ReadOnlyInline):
    model = Segment
    fields = ["start", "finish", "share"]
    readonly_fields = ["share"]

    @admin.display(description=_("share of the service"))
    def share(self, segment: Segment) -> str:
        return shares.told(segment.degradation)


class CommentInline(ReadOnlyInline):
    model = SuspensionComment
    fields = ["created_at", "author", "text"]
    readonly_fields = ["created_at"]


def allowed_share(limit: ProcessLimit) -> str:
    return UNKNOWN if limit.degradation_share is None else shares.allowed(limit.degradation_share)


class LimitInline(ReadOnlyInline):
    model = ProcessLimit
    fields = ["valid_from", "valid_to", "case_minutes", "year_minutes", "share", "document", "status"]
    readonly_fields = ["status", "share"]

    @admin.display(description=_("allowed degradation share"))
    def share(self, limit: ProcessLimit) -> str:
        return allowed_share(limit)


class ServedAdmin(RegisteredAdmin):
    """What is typed goes to the services: `create` and `edit` of the noun."""

    create: Any
    edit: Any
    readonly_fields = ["created_at", "updated_at", "timeline"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        by = actor(request, Channel.ADMIN)
        typed = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
        if change:
            type(self).edit(type(obj).objects.get(pk=obj.pk), by=by, **typed)
        else:
            obj.pk = type(self).create(by=by, **typed).pk
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The services have stored what is many-to-many too; the inlines are for looking only."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)


@admin.register(TechProcess)
class TechProcessAdmin(ServedAdmin):
    create = staticmethod(services.create_process)
    edit = staticmethod(services.edit_process)
    list_display = ["number", "code", "name", "owner", "criticality", "active_from", "active_to"]
    list_display_links = ["code", "name"]
    list_filter = ["criticality", "owner"]
    list_select_related = ["owner"]
    search_fields = ["code", "number", "name"]
    inlines = [LimitInline]


@admin.register(RiskSource)
class RiskSourceAdmin(ServedAdmin):
    create = staticmethod(services.create_risk_source)
    edit = staticmethod(services.edit_risk_source)
    list_display = ["code", "name", "category", "is_active"]
    list_filter = ["category", "is_active"]
    search_fields = ["code", "name"]


@admin.register(ProcessLimit)
class ProcessLimitAdmin(ServedAdmin):
    """Limits are proposed here and on pages, corrections of approved ones too; what was proposed is not edited."""

    create = staticmethod(services.propose_limit)
    list_display = ["process", "valid_from", "valid_to", "case_minutes", "year_minutes", "status", "proposed_by"]
    list_filter = ["status", "process"]
    list_select_related = ["process", "proposed_by"]
    readonly_fields = ["status", "proposed_by", "approved_by", "approved_at", "created_at", "updated_at", "timeline"]
    actions = [
        verb_action(services.approve_limit, _("Approve")),
        verb_action(services.withdraw_limit, _("Withdraw with a reason")),
        verb_action(services.end_limit, _("Propose to end it today, with a reason")),
    ]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "corrects":
            kwargs["queryset"] = ProcessLimit.objects.approved().select_related("process")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        typed = [field.name for field in ProcessLimit._meta.fields if field.editable] if obj else []
        shown = ["share" if name == "degradation_share" else name for name in typed]
        return [*dict.fromkeys([*shown, *self.readonly_fields])]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["degradation_share"] if obj else []

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "degradation_share":
            return ShareField(label=db_field.verbose_name, whole=1, required=False, help_text=OF_A_LIMIT)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("allowed degradation share"))
    def share(self, limit: ProcessLimit) -> str:
        return allowed_share(limit)


class CaseAdminForm(forms.ModelForm):
    note = forms.CharField(
        label=_("why"), required=False, max_length=TEXT_LIMIT, widget=forms.TextInput({"size": 60}),
        help_text=_("Stands in the timeline. Needed for planned work that has begun already."),
    )  # fmt: skip


@admin.register(Suspension)
class SuspensionAdmin(ServedAdmin):
    form = CaseAdminForm
    create = staticmethod(services.record)
    edit = staticmethod(services.revise)
    date_hierarchy = "start"
    list_display = [
        "label",
        "process",
        "status",
        "kind",
        "planned",
        "start",
        "finish",
        "origin",
        "author",
        "deleted_at",
    ]
    list_display_links = ["label", "process"]
    list_filter = [
        "status", "kind", "planned", "origin", "process", "risk_source", ("deleted_at", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["process", "author"]
    search_fields = ["number", "description", "root_cause"]
    fields = [
        "process", "risk_source", "start", "finish", "kind", "degradation", "description", "implementing_measures",
        "root_cause", "loss", "currency", "incident", "status", "number", "origin", "author", "planned",
        "planned_finish", "announced_at", "reportable", "reportable_reason", "report_due_at", "reported_at",
        "report_reference", "note", "closed_at", "created_at", "updated_at", "deletion_note", "timeline",
    ]  # fmt: skip
    raw_id_fields = ["incident"]
    readonly_fields = [
        "status", "number", "origin", "author", "planned", "announced_at", "closed_at", "created_at", "updated_at",
        "deletion_note", "timeline",
    ]  # fmt: skip
    inlines = [SegmentInline, CommentInline]
    actions = [
        verb_action(services.restore, _("Mark restored")),
        verb_action(services.investigate, _("Investigate")),
        verb_action(services.close, _("Close")),
        verb_action(services.reopen, pgettext_lazy("downtime", "Reopen")),
        verb_action(services.plan, _("Classify as planned, with a reason")),
        verb_action(services.unplan, _("Classify as not planned, with a reason")),
        verb_action(services.call_off, _("Call off planned work, with a reason")),
        verb_action(services.confirm, _("Take drafts into the journal")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Bring back")),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Planned work is announced here as well; what is recorded already is classified by an action."""
        return [name for name in self.readonly_fields if obj or name != "planned"]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "degradation":
            return ShareField(
                label=db_field.verbose_name, whole=1, initial=db_field.get_default(), help_text=FROM_0_TO_1
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> SuspensionQuerySet:
        return Suspension.objects.visible_to(request.user)


@admin.register(GivenWarning)
class GivenWarningAdmin(ReadOnlyAdmin):
    """Which stages of budgets and reports were told."""

    list_display = ["at", "process", "scope", "stage", "about"]
    list_filter = ["scope", "stage", "process"]
    list_select_related = ["process"]
    search_fields = ["about", "process__name"]
    date_hierarchy = "at"


@admin.register(MonthlyReport)
class MonthlyReportAdmin(ReadOnlyAdmin):
    """Of which months the figures were told, and when."""

    list_display = ["month", "told_at"]


@admin.register(Risk)
class RiskAdmin(ServedAdmin):
    create = staticmethod(services.create_risk)
    edit = staticmethod(services.edit_risk)
    list_display = ["code", "title", "owner", "inherent_score", "residual_score", "status", "next_review", "deleted_at"]
    list_display_links = ["code", "title"]
    list_filter = ["status", "method", "processes", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["code", "title", "controls"]
    raw_id_fields = ["suspensions"]
    filter_horizontal = ["processes"]
    readonly_fields = ["deletion_note", "created_at", "updated_at", "timeline"]
    actions = [
        verb_action(services.delete_risk, _("Delete with a reason")),
        verb_action(services.undelete_risk, _("Bring back")),
    ]

    def get_queryset(self, request: HttpRequest) -> RiskQuerySet:
        return Risk.objects.visible_to(request.user)
