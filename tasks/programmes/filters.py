"""What the lists of programmes can be narrowed by: the same for API and export."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tasks.filters import DayFilter
from tasks.models import Assignment, JoinRequest, Member, Membership, Programme, Report
from workflow.filters import ChoicesFilter, NamedOrdering, YesFilter


class MatchingFilterSet(django_filters.FilterSet):
    """A list that can be searched by words."""

    search = django_filters.CharFilter(method="find", help_text=_("Words of the title or the name."))

    def find(self, rows: Any, name: str, value: Any) -> Any:
        return rows.matching(value)


class ProgrammeFilter(MatchingFilterSet):
    status = ChoicesFilter(choices=Programme.Status, help_text=_("May be repeated."))
    after = DayFilter(field_name="finish", lookup_expr="gte", help_text=_("Ending on this day or later."))
    before = DayFilter(field_name="start", lookup_expr="lt", help_text=_("Beginning before this day."))
    ordering = NamedOrdering({"start": _("first day"), "title": _("title"), "id": _("number")})

    class Meta:
        model = Programme
        fields: list[str] = []


class AssignmentFilter(MatchingFilterSet):
    archived = django_filters.BooleanFilter(
        "archived_at", "isnull", exclude=True, help_text=_("Archived ones alone, or without them.")
    )
    ordering = NamedOrdering({"title": _("title"), "created_at": _("created"), "id": _("number")})

    class Meta:
        model = Assignment
        fields: list[str] = []


class MemberFilter(MatchingFilterSet):
    blocked = YesFilter(field_name="blocked", help_text=_("Only those who have blocked the bot."))
    ordering = NamedOrdering({"surname": _("surname"), "created_at": _("created"), "id": _("number")})

    class Meta:
        model = Member
        fields: list[str] = []


class JoinRequestFilter(MatchingFilterSet):
    status = ChoicesFilter(choices=JoinRequest.Status, help_text=_("May be repeated."))
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.present())
    repeated = YesFilter(field_name="repeated", help_text=_("Only from people who have asked before."))
    ordering = NamedOrdering({"created_at": _("created"), "id": _("number")})

    class Meta:
        model = JoinRequest
        fields: list[str] = []


class MembershipFilter(MatchingFilterSet):
    status = ChoicesFilter(choices=Membership.Status, help_text=_("May be repeated."))
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.present())
    member = django_filters.ModelChoiceFilter(queryset=Member.objects.present())
    ordering = NamedOrdering({"points": _("points"), "created_at": _("created"), "id": _("number")})

    class Meta:
        model = Membership
        fields: list[str] = []


class ReportFilter(MatchingFilterSet):
    status = ChoicesFilter(choices=Report.Status, help_text=_("May be repeated."))
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.present())
    membership = django_filters.ModelChoiceFilter(queryset=Membership.objects.present())
    member = django_filters.ModelChoiceFilter("membership__member", queryset=Member.objects.present())
    assignment = django_filters.ModelChoiceFilter("day__assignment", queryset=Assignment.objects.present())
    reviewer = django_filters.ModelChoiceFilter("reviewed_by", queryset=User.objects.people())
    after = DayFilter(field_name="on", lookup_expr="gte", help_text=_("From this day on."))
    before = DayFilter(field_name="on", lookup_expr="lt", help_text=_("Before this day."))
    suspicious = YesFilter(field_name="suspicious", help_text=_("Only with a photo that looks like another one."))
    ordering = NamedOrdering({"on": _("day"), "sent_at": _("sent"), "id": _("number")})

    class Meta:
        model = Report
        fields: list[str] = []
