"""How pages print days and hours of the working calendar."""

from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext_lazy

register = template.Library()
WEEKDAYS = [
    pgettext_lazy("weekday", "Mo"),
    pgettext_lazy("weekday", "Tu"),
    pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"),
    pgettext_lazy("weekday", "Fr"),
    pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
]


@register.simple_tag
def weekday_names() -> list[str]:
    return [str(name) for name in WEEKDAYS]


@register.filter
def weekday_date(day: date) -> str:
    """`Fr 24 Jul`."""
    return f"{WEEKDAYS[day.weekday()]} {date_format(day, 'd.m' if get_language() == 'ru' else 'j M')}"


@register.filter
def working_hours(time: timedelta) -> str:
    """A length of time in hours, however long: `1 972 h`, `7 h 45 min`."""
    minutes = int(time.total_seconds() // 60)
    parts = [gettext("%(count)s h") % {"count": f"{minutes // 60:,}".replace(",", "\u00a0")}]
    if minutes % 60:
        parts.append(gettext("%(count)s min") % {"count": minutes % 60})
    return "\u00a0".join(parts)
