"""The final message: a text with variables, checked when it is saved, filled in when it is sent."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

VARIABLES = ("name", "surname", "points", "reports", "days", "programme")
TEXT_LIMIT = 3000


def check_template(text: str) -> None:
    """Raise ValidationError unless every pair of braces names a known variable and nothing more."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        words = _("The braces do not match. Write {{ and }} for braces that mean themselves.")
        raise ValidationError(words, code="braces") from error
    for _literal, name, spec, conversion in parts:
        if name is None:
            continue
        shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        if shown not in VARIABLES:
            known = ", ".join(f"{{{variable}}}" for variable in VARIABLES)
            words = _("There is no variable {%(name)s}. Known are: %(known)s.") % {"name": shown, "known": known}
            raise ValidationError(words, code="variable")


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Return a checked text with its variables filled in; braces in a value mean themselves."""
    return text.format_map({name: values[name] for name in VARIABLES})
