"""What the living page of components shows: every mark in every state, made of objects that are in no database."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from incidents.models import Incident
from workflow.models import Event

TONES = ["blue", "green", "amber", "red", "violet", "grey"]
STATES = [
    ("new", pgettext_lazy("state", "new")),
    ("assigned", pgettext_lazy("state", "assigned")),
    ("done", pgettext_lazy("state", "done")),
    ("returned", pgettext_lazy("state", "returned")),
    ("draft", pgettext_lazy("state", "draft")),
    ("planned", pgettext_lazy("state", "planned")),
    ("overdue", pgettext_lazy("state", "overdue")),
    ("failed", pgettext_lazy("state", "failed")),
    ("up", pgettext_lazy("state", "works")),
    ("late", pgettext_lazy("state", "works with interruptions")),
    ("down", pgettext_lazy("state", "does not work")),
    ("nodata", pgettext_lazy("state", "no data")),
]


class SampleForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=40, help_text=_("In a few words."))
    severity = forms.ChoiceField(label=_("severity"), choices=Incident.Severity)
    until = forms.DateTimeField(label=_("until"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    password = forms.CharField(label=_("password"), widget=forms.PasswordInput({"autocomplete": "off"}))
    text = forms.CharField(label=_("text"), required=False, widget=forms.Textarea({"rows": 3}))
    told = forms.BooleanField(label=_("tell the reporter"), required=False, initial=True)


class SampleSheet(forms.Form):
    note = forms.CharField(label=_("reason"), widget=forms.Textarea({"rows": 2}))


def context(user: Any) -> dict[str, Any]:
    colleague = User(username="kravtsov", first_name="Денис", last_name="Кравцов")
    return {
        "section": "design",
        "tones": TONES,
        "states": STATES,
        "incidents": incidents(user, colleague),
        "severities": Incident.Severity.choices,
        "colleague": colleague,
        "events": events(user, colleague),
        "form": SampleForm(auto_id="right_%s"),
        "wrong_form": SampleForm({"title": "x" * 50, "severity": "unknown"}, auto_id="wrong_%s"),
        "sheet": {"title": _("Delete the incident"), "button": _("Delete"), "look": "btn-risk"},
        "sheet_form": SampleSheet(auto_id="sheet_%s"),
        "spans": [42, 42 * 60, 75 * 60, 2 * 3600, 76 * 3600, None],
        "moments": [timezone.now() - timedelta(days=days) for days in (0, 1, 40, 400)],
        "started": timedelta(minutes=42, seconds=18),
        "icons": icons(),
    }


def incidents(user: Any, colleague: User) -> list[Incident]:
    title = _("A title that is long enough to need a second line on a phone")
    people = (None, user, colleague, colleague)
    rows = zip(Incident.Status.values, Incident.Severity.values[::-1], people, (1, 2, 5, 1400), strict=True)
    return [
        Incident(
            pk=place, title=title, status=status, severity=severity, reporter=colleague, assignee=assignee,
            occurrences=count, created_at=timezone.now(), updated_at=timezone.now(),
        )
        for place, (status, severity, assignee, count) in enumerate(rows, start=1041)
    ]  # fmt: skip


def events(user: Any, colleague: User) -> list[Event]:
    now = timezone.now()
    raised = {"before": {"severity": "medium"}, "after": {"severity": "high"}}
    taken = {"before": {"status": "open", "assignee": None}, "after": {"status": "in_progress", "assignee": "Денис"}}
    lines: list[tuple[Any, str, str, dict[str, Any]]] = [
        (colleague, "comment", "telegram", {"note": _("The certificate is replaced. Watching for half an hour.")}),
        (colleague, "take", "telegram", taken),
        (user, "severity", "page", raised),
        (user, "report", "api", {}),
    ]
    return [Event(actor_label=who.name, verb=verb, channel=door, at=now, **more) for who, verb, door, more in lines]


def icons() -> list[str]:
    """The names of all icons, as the sprite has them."""
    sprite = Path(settings.STATICFILES_DIRS[0]) / "icons.svg"
    return re.findall(r'id="i-([a-z-]+)"', sprite.read_text())
