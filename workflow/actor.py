"""Who acts, and by which door: made at the door, handed to every service as `by=`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

if TYPE_CHECKING:
    from accounts.models import User


class Channel(models.TextChoices):
    """The door through which a change came."""

    PAGE = "page", _("page")
    API = "api", _("API")
    ADMIN = "admin", _("Admin")
    TELEGRAM = "telegram", _("Telegram")
    JOB = "job", _("schedule")
    PROBE = "probe", _("probe")
    INTAKE = "intake", _("intake")
    COMMAND = "command", _("command")


@dataclass(frozen=True)
class Actor:
    """The person who acts (never None: the system is a user too), the channel, a label to keep and the request's id."""

    user: "User"
    channel: Channel
    label: str = ""
    request_id: str = ""

    def __post_init__(self):
        if not self.label:
            object.__setattr__(self, "label", self.user.name)


def actor(request: HttpRequest | Request, channel: Channel | None = None, user: "User | None" = None) -> Actor:
    """Make the actor of a request; without a `channel`, DRF's requests are the API and all others pages.

    `user` is who has just proven to be somebody, where the request itself is still nobody's.
    """
    through = channel or (Channel.API if isinstance(request, Request) else Channel.PAGE)
    person: Any = user or request.user
    return Actor(person, through, request_id=getattr(request, "request_id", ""))
