"""Variables of a canned reply, such as `{name}`: a fixed set of names, replaced by text and never evaluated."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BRACES = re.compile(r"\{([^{}]*)\}")
VARIABLES = {
    "ticket": gettext_lazy("number of the ticket"),
    "title": gettext_lazy("its title"),
    "name": gettext_lazy("first name of who asked"),
    "full_name": gettext_lazy("full name of who asked"),
    "technician": gettext_lazy("your own name"),
    "category": gettext_lazy("category"),
    "location": gettext_lazy("location"),
    "status": gettext_lazy("status"),
    "due": gettext_lazy("when it is due to be resolved"),
}


def check_variables(text: str) -> None:
    """Raise ValidationError for a variable that nobody knows."""
    unknown = [name for name in BRACES.findall(text) if name not in VARIABLES]
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in dict.fromkeys(unknown))
        known = " ".join(f"{{{name}}}" for name in VARIABLES)
        raise ValidationError(
            _("There is no variable %(names)s. Known are: %(known)s.") % {"names": names, "known": known},
            code="unknown_variable",
        )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace each variable once: braces in what is filled in stay as they are."""
    return BRACES.sub(lambda found: values.get(found[1], found[0]), text)
