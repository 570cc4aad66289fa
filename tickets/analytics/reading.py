"""The one door to the figures: what page, API and files all print."""

from functools import cached_property
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import grants
from tickets.analytics.asking import PRIORITIES, Query
from tickets.analytics.figures import Day, Figures
from tickets.analytics.sums import AGES, Sum
from tickets.models import Category, Ticket


class Line(NamedTuple):
    """A line of a split: what it is about (None: nobody, without), how it is called, and what it adds up to."""

    key: Any
    label: str
    sum: Sum


def sees_all(user: Any) -> bool:
    return "all" in grants(user, "ticket_record.see")


class Reading:
    """The figures of a query as one reader may know them: who may not see the record of others reads their own."""

    def __init__(self, query: Query, user: Any):
        self.user, self.now = user, timezone.now()
        self.sees_all = sees_all(user)
        self.query = query if self.sees_all else Query(query.period, user, query.category, query.priority)
        self.figures = Figures(self.query, Ticket.objects.all(), self.now)

    @property
    def total(self) -> Sum:
        return self.figures.whole

    @property
    def days(self) -> list[Day]:
        return self.figures.days

    @cached_property
    def ages(self) -> list[tuple[int | None, int]]:
        """How many open tickets are up to so many days old; None: older than all before."""
        return list(zip([*AGES, None], self.total.ages, strict=True))

    @cached_property
    def technicians(self) -> list[Line]:
        """By name, what nobody has last."""
        sums = self.figures.by("technician")
        people = User.objects.filter(pk__in=sums).order_by("last_name", "first_name", "username")
        lines = [Line(person, person.name, sums[person.pk]) for person in people]
        return lines + ([Line(None, _("not assigned"), sums[0])] if 0 in sums else [])

    @cached_property
    def categories(self) -> list[Line]:
        """By name, what is in none last."""
        sums = self.figures.by("category")
        found = Category.objects.filter(pk__in=sums).order_by("name")
        lines = [Line(category, category.name, sums[category.pk]) for category in found]
        return lines + ([Line(None, _("without a category"), sums[0])] if 0 in sums else [])

    @cached_property
    def priorities(self) -> list[Line]:
        """The most urgent first."""
        sums = self.figures.by("priority")
        ranks = sorted(sums, reverse=True)
        return [
            Line(PRIORITIES[rank], str(Ticket.Priority(PRIORITIES[rank]).label), sums[rank]) for rank in ranks
        ]  # fmt: skip


TIMES = ("response_mean", "response_median", "resolution_mean", "resolution_median")
WIRE = {
    "created": "created", "resolved": "resolved", "open": "open",
    "response_mean_minutes": "response_mean", "response_median_minutes": "response_median",
    "resolution_mean_minutes": "resolution_mean", "resolution_median_minutes": "resolution_median",
    "response_met_share": "response_share", "resolution_met_share": "resolution_share",
    "satisfaction": "satisfaction", "marks": "marks", "age_median_days": "age_median",
}  # fmt: skip


def told(found: Sum) -> dict[str, Any]:
    """Return figures by their names on the wire."""
    return {name: getattr(found, of) for name, of in WIRE.items()}
