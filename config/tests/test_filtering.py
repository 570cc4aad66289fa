"""Lists that nobody narrows are read without building their filters."""

from typing import Any

import pytest
from django.urls import get_resolver
from django_filters import FilterSet

from suspensions.filters import SuspensionFilter
from tasks.filters import TaskFilter
from workflow.api import asked

pytestmark = pytest.mark.once


def kinds(parent: type[FilterSet] = FilterSet) -> list[Any]:
    assert get_resolver().url_patterns  # everything that a route needs has been imported
    found = [one for child in parent.__subclasses__() for one in (child, *kinds(child))]
    return [one for one in found if not one.__module__.startswith("django_filters") and one._meta.model]


def test_a_set_that_nobody_asks_would_have_let_everything_through():
    assert len(kinds()) > 20
    for kind in kinds():
        rows = kind._meta.model._base_manager.all()
        filters = kind({}, queryset=rows)
        assert filters.is_valid(), kind
        assert asked(kind, []) or str(filters.qs.query) == str(rows.query), kind


def test_a_set_is_asked_when_a_parameter_may_be_a_filter():
    assert asked(TaskFilter, ["page", "status"])
    assert asked(TaskFilter, ["deadline_before"])
    assert not asked(TaskFilter, ["page", "page_size", "cursor"])


def test_a_set_that_judges_by_itself_is_always_asked():
    assert asked(SuspensionFilter, [])
