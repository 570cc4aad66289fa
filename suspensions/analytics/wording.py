"""How figures read: lengths to the minute, percentages, dates, in the reader's language."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from suspensions.analytics.reading import COUNT, TIME, Figure, Line, minutes
from workflow.times import day as day_of

NB = "\u00a0"


def lasting(amount: Decimal | int | None) -> str:
    """Return minutes as `64 h 15 min`, rounded to the minute; None is “no data”.

    Days are left out on purpose: an allowance is set in hours, and nobody should have to multiply.
    """
    if amount is None:
        return no_data()
    hours, rest = divmod(int(abs(Decimal(amount)).quantize(Decimal(1), ROUND_HALF_UP)), 60)
    words = [] if not hours else [_("%(count)s h") % {"count": f"{hours:,}".replace(",", NB)}]
    if rest or not hours:
        words.append(_("%(count)s min") % {"count": f"{rest:02d}" if hours else rest})
    return " ".join(words).replace(" ", NB)


def no_data() -> str:
    return pgettext("state", "no data")


def said(figure: Figure, value: Decimal | int | None) -> str:
    """Return a figure with its unit."""
    if value is None:
        return no_data()
    if figure.kind == COUNT:
        return f"{value:,}".replace(",", NB)
    return lasting(value) if figure.kind == TIME else f"{number_format(value, 3)}{NB}%"


def change(figure: Figure) -> str:
    """Return the difference to the period before with its sign, a share in percentage points."""
    if figure.change is None:
        return ""
    sign = "+" if figure.change > 0 else "−" if figure.change < 0 else "±"
    amount = abs(figure.change)
    if figure.kind in (COUNT, TIME):
        return f"{sign}{said(figure, amount)}"
    return f"{sign}{number_format(amount, 3)}{NB}{_('p.p.')}"


def tone(figure: Figure) -> str:
    """Return the tone of the change: green for better, red for worse."""
    if not figure.change or not figure.good:
        return ""
    return "green" if figure.change * figure.good > 0 else "red"


def of_line(line: Line) -> str:
    return lasting(minutes(line.found.total))


def capital(word: Any) -> str:
    text = str(word)
    return text[:1].upper() + text[1:]


def cases(count: int) -> str:
    return ngettext("%(count)s case", "%(count)s cases", count) % {"count": f"{count:,}".replace(",", NB)}


def date_of(day: date) -> str:
    return day_of(day, year=True)
