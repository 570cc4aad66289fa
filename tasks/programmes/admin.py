from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks.models import Assignment, JoinRequest, Member, Membership, Programme, ProgrammeDay, Report, ReportPhoto
from tasks.programmes import services
from tasks.programmes.services.cataloguing import FIELDS as ASSIGNMENT_FIELDS
from tasks.programmes.services.joining import PROFILE
from tasks.programmes.services.keeping import FIELDS
from workflow.actor import Channel, actor
from workflow.admin import RegisteredAdmin, verb_action


class VisibleAdmin(RegisteredAdmin):
    """Shows what the policy lets its reader see, and hands what is typed to the services."""

    noun: type[models.Model]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.noun._default_manager.visible_to(request.user)  # type: ignore[attr-defined]


class LookingAdmin(VisibleAdmin):
    """For looking and for verbs."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])


class LookingInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DayInline(LookingInline):
    model = ProgrammeDay
    fields = ["number", "assignment"]


class PhotoInline(LookingInline):
    model = ReportPhoto
    fk_name = "report"
    fields = ["file", "sent_at", "distance"]


def typed(form: forms.ModelForm, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names if name in form.changed_data}


@admin.register(Programme)
class ProgrammeAdmin(VisibleAdmin):
    noun = Programme
    list_display = ["title", "status", "start", "finish", "deleted_at"]
    list_filter = ["status", ("deleted_at", admin.EmptyFieldListFilter)]
    search_fields = ["title"]
    readonly_fields = ["status", "started_at", "finished_at", "cancelled_at", "deletion_note", "timeline"]
    fields = [*FIELDS, *readonly_fields]
    inlines = [DayInline]
    actions = [
        verb_action(services.start, _("Start the programme")),
        verb_action(services.finish, _("Finish the programme")),
        verb_action(services.cancel, _("Call the programme off")),
        verb_action(services.delete, _("Delete with a reason")),
        verb_action(services.undelete, _("Restore")),
    ]

    def save_model(self, request: HttpRequest, obj: Programme, form: forms.ModelForm, change: bool) -> None:
        by = actor(request, Channel.ADMIN)
        if change:
            services.edit(Programme.objects.get(pk=obj.pk), by=by, **typed(form, FIELDS))
        else:
            obj.pk = services.create(by=by, **{name: form.cleaned_data[name] for name in FIELDS}).pk
        obj.refresh_from_db()


@admin.register(Assignment)
class AssignmentAdmin(VisibleAdmin):
    noun = Assignment
    list_display = ["title", "archived_at", "created_at"]
    list_filter = [("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["title", "text"]
    readonly_fields = ["archived_at", "created_at", "timeline"]
    fields = [*ASSIGNMENT_FIELDS, *readonly_fields]
    actions = [
        verb_action(services.archive_assignment, pgettext_lazy("verb", "Archive")),
        verb_action(services.unarchive_assignment, _("Take out of the archive")),
    ]

    def save_model(self, request: HttpRequest, obj: Assignment, form: forms.ModelForm, change: bool) -> None:
        by = actor(request, Channel.ADMIN)
        if change:
            services.edit_assignment(Assignment.objects.get(pk=obj.pk), by=by, **typed(form, ASSIGNMENT_FIELDS))
        else:
            told = {name: form.cleaned_data[name] for name in ASSIGNMENT_FIELDS}
            obj.pk = services.create_assignment(by=by, **told).pk
        obj.refresh_from_db()


@admin.register(Member)
class MemberAdmin(VisibleAdmin):
    """People introduce themselves in the bot; here what they told is corrected."""

    noun = Member
    list_display = ["surname", "name", "city", "phone", "telegram_id", "created_at"]
    list_display_links = ["surname", "name"]
    search_fields = ["surname", "name", "city", "phone", "telegram_id"]
    readonly_fields = ["telegram_id", "user", "language", "created_at", "timeline"]
    fields = [*PROFILE, *readonly_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Member, form: forms.ModelForm, change: bool) -> None:
        by = actor(request, Channel.ADMIN)
        services.edit_member(Member.objects.get(pk=obj.pk), by=by, **typed(form, PROFILE))
        obj.refresh_from_db()


@admin.register(JoinRequest)
class JoinRequestAdmin(LookingAdmin):
    noun = JoinRequest
    list_display = ["member", "programme", "status", "applications", "created_at", "decided_by"]
    list_filter = ["status", "programme"]
    list_select_related = ["member", "programme", "decided_by"]
    search_fields = ["member__surname", "member__name", "member__phone"]
    fields = ["member", "programme", "status", "applications", "reason", "decided_by", "decided_at", "timeline"]
    actions = [
        verb_action(services.approve_request, _("Take in")),
        verb_action(services.decline_request, _("Decline")),
    ]


@admin.register(Membership)
class MembershipAdmin(LookingAdmin):
    noun = Membership
    list_display = ["member", "programme", "status", "reason", "created_at"]
    list_filter = ["status", "programme"]
    list_select_related = ["member", "programme"]
    search_fields = ["member__surname", "member__name", "member__phone"]
    fields = ["member", "programme", "status", "reason", "excluded_at", "created_at", "timeline"]
    actions = [verb_action(services.exclude, _("Exclude")), verb_action(services.readmit, _("Take back"))]


@admin.register(Report)
class ReportAdmin(LookingAdmin):
    noun = Report
    date_hierarchy = "on"
    list_display = ["membership", "on", "day", "status", "attempts", "sent_at", "reviewed_by"]
    list_filter = ["status", "programme"]
    list_select_related = ["membership__member", "membership__programme", "day__assignment", "reviewed_by"]
    search_fields = ["membership__member__surname", "membership__member__name"]
    fields = [
        "programme", "membership", "day", "on", "status", "attempts", "handed_at", "reminded_at", "sent_at",
        "reviewed_by", "reviewed_at", "reason", "timeline",
    ]  # fmt: skip
    inlines = [PhotoInline]
    actions = [
        verb_action(services.approve, pgettext_lazy("report", "Approve")),
        verb_action(services.decline, _("Decline")),
    ]
