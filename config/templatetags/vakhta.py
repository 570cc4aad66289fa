"""Marks that every page prints: icons, states, severities, people, counters, and what the reader may do."""

from typing import Any

from django import template
from django.db.models import Model
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from accounts.policy import allows

register = template.Library()

# How a status is drawn: (class of the design, icon). What is not named here is drawn by its own name.
LOOKS = {
    "in_progress": ("progress", "st-progress"),
    "new": ("new", "st-open"),
    "registered": ("open", "st-open"),
    "investigating": ("progress", "st-progress"),
    "restored": ("resolved", "st-resolved"),
    "assigned": ("assigned", "user"),
    "done": ("done", "st-resolved"),
    "accepted": ("closed", "st-closed"),
    "returned": ("returned", "undo"),
    "cancelled": ("closed", "close"),
    "called_off": ("closed", "close"),
    "draft": ("draft", "edit"),
    "failed": ("failed", "st-overdue"),
    # Programmes, who takes part in them, what is reported
    "preparing": ("planned", "st-planned"),
    "started": ("progress", "st-progress"),
    "ready_for_complete": ("open", "st-open"),
    "finished": ("closed", "st-closed"),
    "pending": ("open", "st-open"),
    "active": ("up", "st-resolved"),
    "excluded": ("closed", "close"),
    "waiting": ("nodata", "clock"),
    "reviewing": ("open", "eye"),
    "approved": ("done", "st-resolved"),
    "declined": ("overdue", "close"),
    "skipped": ("draft", "right"),
    "not_participate": ("closed", "minus"),
}
TONES = {"success": "green", "warning": "amber", "error": "red"}
KNOWN = ("open", "resolved", "closed", "overdue", "planned", "nodata", "up", "late", "down")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; it is decoration, the words stand beside it."""
    address = f"{static('icons.svg')}#{name if name.startswith('vk-') else f'i-{name}'}"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', extra or "vk-i", address)


@register.simple_tag
def status_badge(subject: Model) -> SafeString:
    """The status of any noun: shape, colour and word."""
    return badge(subject.status, subject.get_status_display())  # type: ignore[attr-defined]


@register.simple_tag
def badge(status: str, word: Any) -> SafeString:
    """A status by its value, for what is not an object: a state in the timeline, a machine that is up."""
    look, shape = LOOKS.get(status) or ((status, f"st-{status}") if status in KNOWN else ("draft", "info"))
    return format_html('<span class="vk-status st-{}">{}{}</span>', look, icon(shape), sentence(word))


@register.simple_tag
def severity(subject: Model) -> SafeString:
    """The severity of an incident or the priority of a ticket."""
    name = "severity" if hasattr(subject, "severity") else "priority"
    return severity_mark(getattr(subject, name), getattr(subject, f"get_{name}_display")())


@register.simple_tag
def severity_mark(level: str, word: Any) -> SafeString:
    return format_html('<span class="vk-sev sev-{}">{}{}</span>', level, icon(f"sev-{level}"), sentence(word))


@register.filter
def tone(level: str) -> str:
    """The tone of a message's level."""
    return TONES.get(level, "blue")


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
        return format_html('<span class="vk-person vk-muted">{}{}</span>', ring, words)
    return format_html('<span class="vk-person">{}{}</span>', avatar(context, user, "vk-avatar-sm"), short_name(user))


@register.simple_tag(takes_context=True)
def avatar(context: dict[str, Any], user: Any, size: str = "") -> SafeString:
    me = "is-me" if user == context["request"].user else ""
    return format_html('<span class="vk-avatar {} {}" aria-hidden="true">{}</span>', size, me, initials(user))


@register.filter
def thousands(number: int) -> str:
    """`1 028` with a no-break space."""
    return f"{number:,}".replace(",", "\u00a0")


@register.simple_tag
def counter(number: int | None, hot: bool = False) -> SafeString | str:
    """A number in a pill, red when somebody must act now; nothing for zero and unknown."""
    if not number:
        return ""
    return format_html('<span class="vk-count {}">{}</span>', "is-hot" if hot else "", thousands(number))


@register.simple_tag
def times(count: int) -> str:
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": thousands(count)}


@register.filter
def bar_for(menu: list[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """What of the menu stands in the bar of a phone: whoever mends nothing asks for help there."""
    asks = not allows(user, "incident.take") and allows(user, "ticket.create")
    wanted = ["home", "tickets" if asks else "incidents"]
    return [item for item in menu if item["entry"].name in wanted]


@register.filter
def may(user: Any, verb: str) -> bool:
    """Whether the policy lets this person do the verb at all: what they may not, no page offers."""
    return allows(user, verb)
