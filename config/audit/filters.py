"""What the audit can be narrowed by: the same for page, API and export."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.lockout import normal
from accounts.models import FailedSignIn, User
from accounts.policy import allows
from config.audit import subjects
from config.audit.trail import FAILED, Trail
from workflow.actor import Channel
from workflow.filters import MomentFilter
from workflow.models import Event

ONLY_EVENTS = ("subject", "request_id")  # what a failed sign-in has none of


class TrailFilter(django_filters.FilterSet):
    at_after = MomentFilter(field_name="at", lookup_expr="gte", help_text=_("From this moment on."))
    at_before = MomentFilter(field_name="at", lookup_expr="lt", help_text=_("Before this moment."))
    actor = django_filters.ModelChoiceFilter(queryset=User.objects.all(), help_text=_("Who did it."))
    person = django_filters.CharFilter(method="by_person", help_text=_("Words of a name, username or e-mail."))
    verb = django_filters.CharFilter(max_length=40, help_text=_("What was done, or sign-in-failed."))
    noun = django_filters.ChoiceFilter(
        choices=subjects.choices(), field_name="subject_type__model", help_text=_("What it was done to.")
    )
    subject = django_filters.NumberFilter(
        field_name="subject_id", min_value=0, max_value=2**63 - 1, help_text=_("The id of that object.")
    )
    channel = django_filters.MultipleChoiceFilter(choices=Channel, help_text=_("May be repeated."))
    request_id = django_filters.CharFilter(max_length=64, help_text=_("All that one request did."))

    class Meta:
        model = Event
        fields: list[str] = []

    def by_person(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return rows.filter(actor__in=User.objects.matching(value))

    def trail(self) -> Trail:
        """Return what the filters leave of both tables. Only after `is_valid`."""
        events = self.qs.none() if self.form.cleaned_data["verb"] == FAILED else self.qs
        return Trail(events, self.failures())

    def failures(self) -> QuerySet[FailedSignIn] | None:
        """Return the failed sign-ins that fit, None where none can."""
        asked = self.form.cleaned_data
        if any(asked[name] for name in ONLY_EVENTS) or asked["noun"] or asked["verb"] not in ("", FAILED):
            return None
        rows = FailedSignIn.objects.all()
        period = {"at__gte": asked["at_after"], "at__lt": asked["at_before"]}
        rows = rows.filter(**{name: value for name, value in period.items() if value})
        if asked["channel"]:
            rows = rows.filter(through(asked["channel"]))
        for word in asked["person"].split():
            rows = rows.filter(account__contains=normal(word))
        return rows.filter(Q(account__in=names_of(asked["actor"]))) if asked["actor"] else rows


def through(channels: list[str]) -> Q:
    """Doors that are no channel of their own, such as that of password letters, are pages."""
    doors = Q(door__in=channels)
    return doors | ~Q(door__in=Channel.values) if Channel.PAGE in channels else doors


def names_of(user: User) -> list[str]:
    return [normal(user.username), normal(user.email)]


def filter_of(parameters: QueryDict, user: Any) -> TrailFilter:
    """Return the filters of a query string over what this person may read."""
    events = Event.objects.readable(internal=allows(user, "timeline.internal")).order_by("-at", "-pk")
    return TrailFilter(parameters, queryset=events)
