"""The link by which somebody opens the form on a page: signed, good for an hour and until the form was sent."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from tasks.models import Member
from workflow.refusals import invalid

SALT = "tasks.programmes.join"
GOOD_FOR = 3600  # seconds


class Page:
    """The name of the page that takes a token as its only argument; empty while there is none."""

    url_name = ""


@dataclass(frozen=True)
class Applicant:
    """Whoever opened a link: their number in Telegram, what is known of them, and their language."""

    telegram_id: int
    member: Member | None
    language: str


def address_for(telegram_id: int, language: str = "") -> str:
    """Return the full address of the form for one person; empty where no page can be opened from the bot."""
    if not Page.url_name or not settings.APPLICATION_URL.startswith("https://"):
        return ""
    path = reverse(Page.url_name, args=[token_for(telegram_id, language)])
    return f"{settings.APPLICATION_URL.rstrip('/')}{path}"


def token_for(telegram_id: int, language: str = "") -> str:
    """Sign who it is and what they last told; telling anew makes the link worthless."""
    return signing.dumps([telegram_id, version_of(known(telegram_id)), language], salt=SALT, compress=True)


def applicant(token: str) -> Applicant:
    """Return who opened the link. Raises ValidationError for one that is forged, too old or used."""
    try:
        telegram_id, version, language = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError) as error:
        raise refusal() from error
    member = known(telegram_id)
    if version != version_of(member):
        raise refusal()
    return Applicant(telegram_id, member, language)


def known(telegram_id: int) -> Member | None:
    return Member.objects.filter(telegram_id=telegram_id).first()


def version_of(member: Member | None) -> int:
    return member.version if member else 0


def refusal() -> Exception:
    return invalid("token", _("This link is too old or used. Ask the bot for another: /join"), "link")
