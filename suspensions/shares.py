"""How people write and read a share of the service: what was lost of it, or what was left, as the organisation says.

Stored, and on the API, it is always the share that was lost.
"""

from decimal import Decimal
from typing import Any

from django.utils.formats import localize
from django.utils.functional import lazy
from django.utils.translation import gettext

from accounts import organisation
from accounts.models import Organisation


def means_left() -> bool:
    return organisation.current().degradation_means == Organisation.DegradationMeans.LEFT


def turned(share: Decimal) -> Decimal:
    """Return what a stored share is to people, or what people wrote as it is stored."""
    return 1 - share if means_left() else share


def told(lost: Any) -> str:
    """Return a stored share in words that leave no doubt: 30 % lost, 70 % left."""
    share = {"share": per_cent(turned(Decimal(str(lost))))}
    return gettext("%(share)s %% left") % share if means_left() else gettext("%(share)s %% lost") % share


def allowed(lost: Any) -> str:
    """Return the share up to which time does not count."""
    share = {"share": per_cent(turned(Decimal(str(lost))))}
    words = gettext("degradation up to %(share)s %% lost")
    return (gettext("degradation with at least %(share)s %% left") if means_left() else words) % share


def per_cent(share: Decimal) -> str:
    return str(localize(Decimal(plain(share * 100))))


def plain(number: Decimal) -> str:
    """Return a number without empty decimal places: 30, 12.5, 0."""
    return f"{number.normalize():f}"


def either(lost: Any, left: Any) -> Any:
    """Return words that are chosen when they are read."""
    return lazy(lambda: str(left if means_left() else lost), str)()
