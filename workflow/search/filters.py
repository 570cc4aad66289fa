"""A list narrowed by full text."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from workflow.search.finding import matched


class FullTextFilter(django_filters.CharFilter):
    """`?q=`: those of the newest matches of a noun, as search finds them for the reader; needs the request."""

    def __init__(self, noun: str, **kwargs: Any):
        self.noun = noun
        super().__init__(help_text=_("Words in any of their forms, also of comments, or a number."), **kwargs)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        return rows.filter(pk__in=matched(self.parent.request.user, self.noun, value))
