from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from workflow.forms import MomentField

pytestmark = pytest.mark.once
MOMENT = datetime(2026, 7, 23, 12, 34, 56, 120000, tzinfo=UTC)


class Form(forms.Form):
    at = MomentField(required=False)


@pytest.fixture(autouse=True)
def berlin():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def cleaned(typed, *, initial=None, edges=()):
    form = Form({"at": typed}, initial={"at": initial})
    form.fields["at"].edges = edges
    return form.cleaned_data["at"] if form.is_valid() else form.errors.get_json_data()["at"][0]["code"]


def test_what_comes_back_as_it_was_shown_is_the_moment_itself():
    form = Form({"at": Form(initial={"at": MOMENT})["at"].value().strftime("%Y-%m-%dT%H:%M")}, initial={"at": MOMENT})

    assert form.is_valid()
    assert form.cleaned_data["at"] == MOMENT
    assert form.changed_data == []


def test_the_page_shows_the_minute_and_no_more():
    assert 'value="2026-07-23T14:34"' in str(Form(initial={"at": MOMENT})["at"])


def test_another_minute_is_a_change():
    form = Form({"at": "2026-07-23T14:35"}, initial={"at": MOMENT})

    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 7, 23, 12, 35, tzinfo=UTC)
    assert form.changed_data == ["at"]


def test_an_emptied_field_is_empty():
    assert cleaned("", initial=MOMENT) is None


def test_a_minute_in_which_something_known_happened_means_that():
    assert cleaned("2026-07-23T14:34", edges=[MOMENT]) == MOMENT
    assert cleaned("2026-07-23T14:33", edges=[MOMENT]) == MOMENT.replace(minute=33, second=0, microsecond=0)
    assert cleaned("2026-07-23T14:34", edges=[MOMENT - timedelta(seconds=30), MOMENT]) == MOMENT


@pytest.mark.parametrize("hour", [0, 1])
def test_either_of_the_two_hours_that_the_clock_repeats_is_kept(hour):
    twice = datetime(2026, 10, 25, hour, 30, 20, tzinfo=UTC)

    assert cleaned("2026-10-25T02:30", initial=twice) == twice


def test_a_typed_minute_that_came_twice_is_the_first():
    assert cleaned("2026-10-25T02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-02-30T10:00", "soon"])
def test_a_time_that_never_was_is_refused(typed):
    assert cleaned(typed) in {"invalid", "ambiguous_timezone"}
