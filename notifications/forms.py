from collections.abc import Iterator
from datetime import time
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.kinds import APP, Kind, section_of
from notifications.kinds import WAYS as OUT
from notifications.models import QuietHours
from notifications.services import KindPreference

NIGHT = (time(22), time(8))
WAYS: dict[str, str | Promise] = {APP: _("in Vakhta"), **OUT}


class Switch(NamedTuple):
    """One cell of the table: a box to tick, or the word that it always comes."""

    way: str | Promise
    box: Any
    always: bool


class Row(NamedTuple):
    kind: Kind
    switches: list[Switch]


class Group(NamedTuple):
    """The kinds of one section, and above each column its channel, empty where nothing in it can be switched."""

    label: str | Promise
    rows: list[Row]
    heads: list[tuple[str, str | Promise]]


class PreferencesForm(forms.Form):
    """Kinds of messages by channels, one box each, and the quiet hours."""

    quiet = forms.BooleanField(label=_("Keep quiet for some hours"), required=False)
    start = forms.TimeField(label=_("from"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    end = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))

    def __init__(self, data: Any, *, wishes: list[KindPreference], hours: QuietHours | None):
        start, end = (hours.start, hours.end) if hours else NIGHT
        super().__init__(data, initial={"quiet": hours is not None, "start": start, "end": end})
        self.wishes = wishes
        for wish in wishes:
            for channel, enabled in wish.channels.items():
                if not wish.kind.is_fixed:
                    box = forms.BooleanField(label=str(WAYS[channel]), required=False, initial=enabled)
                    box.widget.attrs["data-vk-switch"] = channel
                    self.fields[name_of(wish.kind, channel)] = box

    def groups(self) -> Iterator[Group]:
        """Yield the sections in their order, each with its kinds in theirs."""
        rows = sorted(self.rows(), key=lambda row: section_of(row.kind).order)
        for section, found in groupby(rows, key=lambda row: section_of(row.kind)):
            kinds = list(found)
            columns = zip(*(row.switches for row in kinds), strict=True)
            yield Group(section.label, kinds, [head_of(list(column)) for column in columns])

    def rows(self) -> Iterator[Row]:
        for wish in self.wishes:
            fixed = wish.kind.is_fixed
            switches = [
                Switch(WAYS[channel], None if fixed else self[name_of(wish.kind, channel)], fixed and enabled)
                for channel, enabled in wish.channels.items()
            ]
            yield Row(wish.kind, switches)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("quiet"):
            for name in ("start", "end"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return given

    def as_arguments(self) -> dict[str, Any]:
        """Return the valid input as the service takes it."""
        given = self.cleaned_data
        switches = {
            wish.kind.name: {channel: given[name_of(wish.kind, channel)] for channel in wish.channels}
            for wish in self.wishes
            if not wish.kind.is_fixed
        }
        return {"switches": switches, "quiet_hours": (given["start"], given["end"]) if given["quiet"] else None}


def head_of(column: list[Switch]) -> tuple[str, str | Promise]:
    boxes = [switch.box for switch in column if switch.box]
    return (boxes[0].field.widget.attrs["data-vk-switch"] if boxes else "", column[0].way)


def name_of(kind: Kind, channel: str) -> str:
    return f"{kind.name}:{channel}"
