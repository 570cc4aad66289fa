"""The vocabulary of the templates: icons, states, people, times and forms, the same on every page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from workflow.models import Event
from workflow.wording import CHANNEL_ICONS, wording

register = template.Library()

# The state a status is drawn as: design's classes st-* and icons i-st-*.
STATES = {"in_progress": "progress", "new": "open", "done": "resolved", "accepted": "closed"}
ICONS = {"new": "st-open", "assigned": "user"}
BUTTONS = {
    "take": _("Take"),
    "release": _("Give back"),
    "resolve": _("Resolve"),
    "close": pgettext_lazy("verb", "Close"),
    "reopen": _("Reopen"),
    "assign": _("Hand over"),
    "severity": _("Change severity"),
    "snooze": _("Put off"),
    "delete": _("Delete"),
    "undelete": _("Restore"),
}
SEVERITY_FIELDS = {"severity", "priority"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; it is decoration, the words stand beside it."""
    address = f"{static('icons.svg')}#{name if name.startswith('vk-') else f'i-{name}'}"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', extra or "vk-i", address)


@register.simple_tag
def status_badge(subject: Model) -> SafeString:
    """The status of any noun: shape, colour and word."""
    return badge(subject.status, subject.get_status_display())  # type: ignore[attr-defined]


def badge(status: str, word: Any) -> SafeString:
    state = STATES.get(status, status)
    return format_html(
        '<span class="vk-status st-{}">{}{}</span>', state, icon(ICONS.get(status, f"st-{state}")), sentence(word)
    )


@register.simple_tag
def severity(subject: Model) -> SafeString:
    return severity_mark(subject.severity, subject.get_severity_display())  # type: ignore[attr-defined]


def severity_mark(level: str, word: Any) -> SafeString:
    return format_html('<span class="vk-sev sev-{}">{}{}</span>', level, icon(f"sev-{level}"), sentence(word))


@register.filter
def sentence(word: Any) -> str:
    """The first letter as a capital, the rest as it is."""
    text = str(word)
    return text[:1].upper() + text[1:]


@register.filter
def initials(user: Any) -> str:
    letters = (user.last_name[:1] + user.first_name[:1]) or user.username[:2]
    return letters.upper()


@register.filter
def short_name(user: Any) -> str:
    """“Orlov I.” in lists; the username where there is no name."""
    if not user.last_name:
        return user.name
    return f"{user.last_name} {user.first_name[:1]}." if user.first_name else user.last_name


@register.simple_tag(takes_context=True)
def person(context: dict[str, Any], user: Any, nobody: str = "") -> SafeString:
    """A person with initials, the reader's own in the accent colour; nobody as a dashed ring."""
    if user is None:
        words = nobody or gettext("Not assigned")
        ring = mark_safe('<span class="vk-avatar vk-avatar-sm is-none" aria-hidden="true"></span>')
        return format_html('<span class="vk-person vk-2nd">{}{}</span>', ring, words)
    me = " is-me" if user == context["request"].user else ""
    return format_html(
        '<span class="vk-person"><span class="vk-avatar vk-avatar-sm{}" aria-hidden="true">{}</span>{}</span>',
        me, initials(user), short_name(user),
    )  # fmt: skip


@register.filter
def moment(value: datetime | None, form: str = "short") -> SafeString | str:
    """A time in the reader's zone: the clock today, “yesterday, 22:10”, the date this year; `full` names the zone."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    full = f"{date_format(local, day_format(year=True))} {local:%H:%M} {local.tzname()}"
    text = full if form == "full" else briefly(local)
    utc = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return format_html('<time datetime="{}" title="{}">{}</time>', utc, full, text)


def briefly(local: datetime) -> str:
    today = timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return gettext("yesterday, %(time)s") % {"time": f"{local:%H:%M}"}
    return date_format(local, day_format(year=local.year != today.year))


def day_format(*, year: bool) -> str:
    """The reader's way to write a day; in dates of this year the year is left out."""
    russian = get_language() == "ru"
    long, short = ("d.m.Y", "d.m") if russian else ("j M Y", "j M")
    return long if year else short


@register.filter
def duration(span: timedelta | float | None) -> str:
    """A length of time: `42 min`, `1 h 15 min`, above two days `3 d 4 h`; nothing known is a dash."""
    if span is None:
        return "—"
    minutes = int((span.total_seconds() if isinstance(span, timedelta) else span) // 60)
    hours, days = minutes // 60, minutes // 1440
    if minutes >= 2 * 1440:
        parts = [gettext("%(count)s d") % {"count": days}, gettext("%(count)s h") % {"count": hours % 24}]
        return "\u00a0".join(parts[: 2 if hours % 24 else 1])
    if hours:
        rest = f"{minutes % 60:02d}"
        parts = [gettext("%(count)s h") % {"count": hours}, gettext("%(count)s min") % {"count": rest}]
        return "\u00a0".join(parts[: 2 if minutes % 60 else 1])
    return gettext("%(count)s min") % {"count": minutes}


@register.filter
def since(later: datetime | None, earlier: datetime | None) -> str:
    """How long after `earlier` something was."""
    return duration(later - earlier) if later and earlier else "—"


@register.filter
def thousands(number: int) -> str:
    """`1 028` with a no-break space."""
    return f"{number:,}".replace(",", "\u00a0")


@register.simple_tag
def times(count: int) -> str:
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": thousands(count)}


@register.inclusion_tag("components/timeline_event.html")
def timeline_event(event: Event, subject: Model) -> dict[str, Any]:
    """One line of a timeline: who, what, when, by which door, before → after."""
    return {
        "event": event,
        "words": wording(event.verb),
        "channel_icon": CHANNEL_ICONS.get(event.channel, "info"),
        "changes": [change(subject, name, event) for name in event.after if told(name, event)],
    }


def told(name: str, event: Event) -> bool:
    return name in event.before and name != "comment"


def change(subject: Model, name: str, event: Event) -> dict[str, Any]:
    field = next((field for field in subject._meta.fields if field.name == name), None)
    label = getattr(field, "verbose_name", name)
    return {"label": label, "before": drawn(field, event.before[name]), "after": drawn(field, event.after[name])}


def drawn(field: Any, value: Any) -> SafeString | str:
    """A value of the timeline as people know it: states and severities as badges, people by name."""
    if value in (None, ""):
        return "—"
    if isinstance(value, dict):
        return str(value.get("name", ""))
    words = dict(getattr(field, "choices", None) or ())
    if field is not None and field.name == "status":
        return badge(value, words.get(value, value))
    if field is not None and field.name in SEVERITY_FIELDS:
        return severity_mark(value, words.get(value, value))
    if field is not None and field.get_internal_type() == "DateTimeField":
        return moment(datetime.fromisoformat(str(value)))
    return str(words.get(value, value))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors in Bootstrap's clothes."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    dress = (
        "form-check-input" if kind in {"checkbox", "radio"} else "form-select" if kind == "select" else "form-control"
    )
    wrong = " is-invalid" if bound.errors else ""
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {dress}{wrong}".strip()
    return {"field": bound, "hint": hint, "is_check": kind == "checkbox"}


@register.inclusion_tag("components/errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form, with links to the fields, above it."""
    return {"form": form}


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some parameters replaced, empty ones left out; the pages start anew."""
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters.setlist(name, value if isinstance(value, list) else [str(value)])
    text = parameters.urlencode()
    return f"?{text}" if text else "?"


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def values_of(parameters: Any, name: str) -> list[str]:
    """All values of a parameter of the query string."""
    return parameters.getlist(name)


@register.simple_tag(takes_context=True)
def toggled(context: dict[str, Any], name: str, value: str) -> str:
    """This page's query string with one value of a many-valued filter added, or removed when it is there."""
    chosen = context["request"].GET.getlist(name)
    wanted = [other for other in chosen if other != value] if value in chosen else [*chosen, value]
    return query(context, **{name: wanted})


@register.simple_tag(takes_context=True)
def sort_header(context: dict[str, Any], name: str, extra: str = "") -> SafeString:
    """A column head that sorts by `name`: down first, then up."""
    current = context["request"].GET.get("ordering", "")
    down = current == f"-{name}"
    state = {f"-{name}": "descending", name: "ascending"}.get(current, "")
    aria = format_html(' aria-sort="{}"', state) if state else ""
    mark = icon("arrow-down" if down else "arrow-up") if state else ""
    label = context["filter"].filters["ordering"].names[name]
    link = query(context, ordering=name if down else f"-{name}")
    return format_html(
        '<th role="columnheader" scope="col" class="{}"{}><a href="{}">{} {}</a></th>',
        extra,
        aria,
        link,
        sentence(label),
        mark,
    )


@register.simple_tag
def severity_choice(level: str, word: Any) -> SafeString:
    return severity_mark(level, word)


@register.simple_tag
def verb_title(verb: str) -> str:
    """A verb as the words of a button."""
    return str(BUTTONS[verb])


@register.simple_tag
def time_presets(field_id: str) -> SafeString:
    """Chips that fill a time field: in an hour, in four hours, tomorrow at nine, on Monday at nine."""
    now = timezone.localtime().replace(second=0, microsecond=0)
    nine = now.replace(hour=9, minute=0)
    monday = nine + timedelta(days=7 - now.weekday())
    presets = [
        (gettext("in an hour"), now + timedelta(hours=1)),
        (gettext("in 4 hours"), now + timedelta(hours=4)),
        (gettext("tomorrow at 9"), nine + timedelta(days=1)),
        (gettext("on Monday at 9"), monday),
    ]
    chip = '<button class="vk-chip" type="button" data-vk-fill="{}" data-vk-value="{}">{}</button>'
    return format_html_join("", chip, ((field_id, f"{at:%Y-%m-%dT%H:%M}", word) for word, at in presets))
