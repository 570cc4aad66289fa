"""What templates print with: states, counters, times, links of a list, forms."""

from datetime import date, timedelta

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.models import User
from config.design import icons
from config.templatetags.vakhta import KNOWN, LOOKS
from incidents.models import Incident


def printed(source, path="/incidents/", **context):
    request = RequestFactory().get(path)
    request.user = context.pop("reader", User(pk=1, username="orlov"))
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("status", Incident.Status.values)
def test_every_status_has_its_own_shape_and_word(status):
    incident = Incident(status=status)

    badge = printed("{% status_badge incident %}", incident=incident)

    assert incident.get_status_display().capitalize() in badge
    assert "#i-st-" in badge


@pytest.mark.parametrize("status", [*LOOKS, *KNOWN, "never heard of"])
def test_every_shape_is_in_the_sprite(status):
    badge = printed("{% badge status status %}", status=status)

    assert badge.split("#i-")[1].split('"')[0] in icons()


def test_a_word_from_outside_is_harmless():
    assert "<script>" not in printed("{% badge 'open' word %}", word="<script>")


@pytest.mark.parametrize(
    ("count", "hot", "mark"),
    [
        (0, True, ""),
        (None, False, ""),
        (3, True, '<span class="vk-count is-hot">3</span>'),
        (1028, False, '<span class="vk-count ">1\u00a0028</span>'),
    ],
)
def test_a_counter_is_silent_about_nothing(count, hot, mark):
    assert printed("{% counter count hot %}", count=count, hot=hot) == mark


def test_people_stand_with_their_initials_and_oneself_in_the_accent():
    me = User(pk=1, username="orlov", first_name="Ilya", last_name="Orlov")

    mark = printed("{% person me %}", me=me, reader=me)

    assert "Orlov I." in mark
    assert "is-me" in mark
    assert ">OI<" in mark


def test_nobody_is_said_in_words():
    assert "Not assigned" in printed("{% person nobody %}", nobody=None)


@pytest.mark.parametrize(("role", "offered"), [("user", "yes"), ("auditor", "no")])
def test_what_one_may_not_is_not_offered(role, offered):
    reader = User(pk=1, role=role)

    assert printed('{{ request.user|may:"incident.create"|yesno:"yes,no" }}', reader=reader) == offered


def test_a_moment_carries_utc_and_reads_in_the_readers_zone():
    mark = printed("{{ at|moment }}", at=timezone.now() - timedelta(days=800))

    assert 'Z" title="' in mark
    assert mark.startswith('<time datetime="')


def test_a_timer_shows_where_it_stands_without_javascript():
    mark = printed("{% timer counted %}", counted=timedelta(hours=1, minutes=2, seconds=3))

    assert ">1:02:03<" in mark
    assert 'data-vk-since="3723"' in mark


def test_a_countdown_stops_at_nothing():
    assert 'data-vk-left="59">0:00:59<' in printed("{% countdown left %}", left=timedelta(seconds=59))
    assert 'data-vk-left="0">0:00:00<' in printed("{% countdown left %}", left=timedelta(seconds=-5))


@pytest.mark.parametrize(("language", "told"), [("en", "4 Jul 2024"), ("ru", "04.07.2024")])
def test_a_day_is_written_as_the_reader_writes_it(language, told):
    with translation.override(language):
        assert printed("{{ day|whole_day }}", day=date(2024, 7, 4)) == told


def test_a_filter_is_added_and_removed_beside_the_others():
    path = "/incidents/?severity=high&tab=all&page=3"

    assert printed("{% toggled 'severity' 'low' %}", path) == "?tab=all&amp;severity=high&amp;severity=low"
    assert printed("{% toggled 'severity' 'high' %}", path) == "?tab=all"


def test_a_form_carries_on_what_it_does_not_ask():
    parameters = QueryDict("tab=all&severity=high&severity=low&page=2")

    pairs = printed("{% for name, value in q|kept:'tab page' %}{{ name }}={{ value }} {% endfor %}", q=parameters)

    assert pairs == "severity=high severity=low "


class Sample(forms.Form):
    title = forms.CharField(label="title", help_text="In a few words.")
    told = forms.BooleanField(label="told", required=False)
    secret = forms.CharField(label="secret", widget=forms.PasswordInput, required=False)
    level = forms.ChoiceField(label="level", choices=[("a", "A")], required=False)


def test_a_wrong_field_says_so_to_eyes_and_screen_readers():
    mark = printed("{% field form.title %}", form=Sample({"title": ""}))

    assert "is-invalid" in mark
    assert 'aria-invalid="true"' in mark
    for word in mark.split('aria-describedby="')[1].split('"')[0].split():
        assert f'id="{word}"' in mark


def test_fields_wear_what_their_kind_wears():
    form = Sample()

    assert "form-check-input" in printed("{% field form.told %}", form=form)
    assert "data-vk-reveal" in printed("{% field form.secret %}", form=form)
    assert "form-select" in printed("{% field form.level %}", form=form)


def test_drawing_a_field_twice_does_not_pile_up_classes():
    form = Sample()

    printed("{% field form.title %}", form=form)

    assert printed("{% field form.title %}", form=form).count("form-control") == 1
