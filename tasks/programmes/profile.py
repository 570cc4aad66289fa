"""What a member tells of themselves, and whether it can be true."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

YOUNGEST, OLDEST = 10, 110  # years
NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y")


def check_name(value: str) -> None:
    if not NAME.fullmatch(value):
        raise ValidationError(_("Letters only, with spaces, hyphens and apostrophes between them."), code="invalid")


def check_city(value: str) -> None:
    if len(value) < 2 or not re.fullmatch(r"[^\W_][\w '’.()-]*", value) or not re.search(r"[^\W\d_]", value):
        raise ValidationError(_("Write the name of the city."), code="invalid")


def check_birth_date(value: date) -> None:
    day = timezone.localdate()
    years = day.year - value.year - ((day.month, day.day) < (value.month, value.day))
    if value > day or not YOUNGEST <= years <= OLDEST:
        raise ValidationError(_("This cannot be the date of birth of a member."), code="unlikely")


def check_phone(value: str) -> None:
    if not re.fullmatch(r"\+[1-9][0-9]{9,14}", value):
        raise ValidationError(_("Write the whole number with its code: +7 912 345-67-89."), code="invalid")


def spaced(text: str) -> str:
    return " ".join(text.split())


def phone_of(text: str) -> str:
    """Return a number as it is kept: +79123456789. Eleven digits that begin with 8 are a Russian one."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"8[0-9]{10}", digits):
        return f"+7{digits[1:]}"
    return digits if digits.startswith("+") or not digits.isdigit() else f"+{digits}"


def date_of(text: str) -> date:
    """Return a date as people write it: 31.12.1990. Raises ValidationError."""
    for form in DATES:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise ValidationError(_("Write the date as day, month and year: 31.12.1990."), code="invalid")
