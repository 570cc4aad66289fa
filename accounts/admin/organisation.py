from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts import services
from accounts.calendar_text import Day
from accounts.models import WEEKDAYS, CalendarDay, Organisation, WorkingCalendar
from workflow.actor import Channel, actor
from workflow.admin import RegisteredAdmin


class OnlyOne(RegisteredAdmin):
    """The admin of something there is exactly one of: changed, never added."""

    date_hierarchy = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(OnlyOne):
    list_display = ["__str__", "time_zone", "counting_basis", "updated_at"]
    fields = ["name", "time_zone", "counting_basis", "degradation_means", "shows_first_steps", "timeline"]
    readonly_fields = ["timeline"]

    def save_model(self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool) -> None:
        typed = {name: form.cleaned_data[name] for name in form.changed_data}
        services.edit_organisation(Organisation.objects.get(pk=obj.pk), by=actor(request, Channel.ADMIN), **typed)


class DayInline(admin.TabularInline):
    model = CalendarDay
    fields = ["date", "hours", "name"]
    extra = 1


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(OnlyOne):
    list_display = ["__str__", *WEEKDAYS, "updated_at"]
    fields = [*WEEKDAYS, "timeline"]
    readonly_fields = ["timeline"]
    inlines = [DayInline]

    def save_model(self, request: HttpRequest, obj: WorkingCalendar, form: forms.ModelForm, change: bool) -> None:
        typed = {name: form.cleaned_data[name] for name in form.changed_data}
        services.edit_week(WorkingCalendar.objects.get(pk=obj.pk), by=actor(request, Channel.ADMIN), **typed)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        """Hand the rows to the services: one event for each day that differs."""
        by, calendar = actor(request, Channel.ADMIN), WorkingCalendar.objects.get(pk=form.instance.pk)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for row in formset.forms:
            if not row.has_changed():
                continue
            was = row.initial.get("date")
            if was and (row in formset.deleted_forms or was != row.cleaned_data["date"]):
                services.clear_day(calendar, by=by, date=was)
            if row not in formset.deleted_forms:
                services.set_day(calendar, by=by, day=Day(*(row.cleaned_data[name] for name in DayInline.fields)))
