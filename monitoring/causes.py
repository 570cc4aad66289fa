"""Why a look failed: the link, the name service, the target, or the probe itself, which is no evidence at all."""

import errno
import os
import ssl

import httpx
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring import guard

BROKEN_SELF = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EPERM, errno.EACCES, errno.EADDRNOTAVAIL}
NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


class Cause(TextChoices):
    """What a failure points at."""

    LINK = "link", gettext_lazy("link")
    DNS = "dns", gettext_lazy("name service")
    TARGET = "target", pgettext_lazy("cause", "target")
    SELF = "self", gettext_lazy("the probe itself")


class Failed(Exception):
    """The look failed, for this cause and in these words. `silent`: nothing at all came back."""

    def __init__(self, cause: Cause, words: str, *, silent: bool = False):
        super().__init__(words)
        self.cause, self.silent = cause, silent


def told(error: Exception) -> tuple[Cause, str]:
    """Return the cause and the words of what went wrong."""
    if isinstance(error, Failed):
        return error.cause, str(error)
    if isinstance(error, guard.Unresolved):
        return Cause.DNS, str(error)
    if isinstance(error, guard.Refused):  # as a captive portal does; an address written out is refused by the settings
        return (Cause.SELF if error.is_literal else Cause.DNS), str(error)
    if isinstance(error, ValidationError):
        return Cause.SELF, error.messages[0]
    if isinstance(error, httpx.TransportError):
        return transport(error)
    if isinstance(error, OSError):
        return network(error)
    return Cause.SELF, f"{type(error).__name__}: {error}"


def network(error: OSError) -> tuple[Cause, str]:
    if isinstance(error, TimeoutError):
        return Cause.TARGET, _("No answer in time.")
    if isinstance(error, ssl.SSLError):
        return Cause.TARGET, _("The secure connection failed: %(reason)s") % {"reason": error}
    words = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in BROKEN_SELF:
        return Cause.SELF, words
    return (Cause.LINK if error.errno in NO_WAY else Cause.TARGET), words


def transport(error: httpx.TransportError) -> tuple[Cause, str]:
    """Find what lies under the HTTP client's own error."""
    if isinstance(error, httpx.TimeoutException):
        return Cause.TARGET, _("No answer in time.")
    below = beneath(error)
    return network(below) if below else (Cause.TARGET, str(error) or type(error).__name__)


def beneath(error: BaseException | None) -> OSError | None:
    """Return the network's own error from which this one came."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        error = error.__cause__ or error.__context__
    return None


def is_silent(error: Exception) -> bool:
    """Say whether nothing came back, from the target or from a name service: no refusal, no wrong answer."""
    if isinstance(error, Failed):
        return error.silent
    if isinstance(error, guard.Unresolved | httpx.TimeoutException):
        return True
    below = beneath(error)
    return isinstance(below, TimeoutError) or (below is not None and below.errno in NO_WAY)
