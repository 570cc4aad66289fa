"""Photos and documents come along: fetched from Telegram and checked before any transaction begins."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from notifications.dispatch.calls import Call, Enclosure
from notifications.dispatch.registry import Registry
from notifications.telegram.client import FILE_LIMIT, ApiError, BotApi, TooLarge, Unreachable


@contextmanager
def fetched(api: BotApi, call: Call | None) -> Iterator[None]:
    """Put the files of a message into `call.files`; why one did not come, into `call.troubles`."""
    wanted = call.enclosures if call and is_expected(call) else []
    if call is None or not wanted or Registry.received is None:
        yield
        return
    uploads = [upload for enclosure in wanted if (upload := download(api, call, enclosure))]
    try:
        receiving = Registry.received(uploads)
        files = receiving.__enter__()
    except ValidationError as refusal:
        call.troubles += refusal.messages
        yield
        return
    call.files = files
    try:
        yield
    except BaseException as error:
        receiving.__exit__(type(error), error, error.__traceback__)
        raise
    receiving.__exit__(None, None, None)


def is_expected(call: Call) -> bool:
    """Strangers' files are fetched only where something comes of them."""
    known = call.person or call.chat.accepts_reports
    return bool(known) or (bool(call.enclosures) and any(ear.wants(call) for ear in Registry.ears))


def download(api: BotApi, call: Call, enclosure: Enclosure) -> ContentFile | None:
    limit = min(FILE_LIMIT, settings.MAX_FILE_SIZE_DOWNLOAD)
    try:
        if enclosure.size > limit:
            raise TooLarge
        return ContentFile(api.download(enclosure.file_id, limit), name=enclosure.name)
    except TooLarge:
        words = _("%(name)s is larger than %(limit)s and did not come along. Attach it on the page.")
        call.troubles.append(words % {"name": enclosure.name, "limit": filesizeformat(limit)})
    except (ApiError, Unreachable):
        words = _("%(name)s could not be fetched from Telegram. Attach it on the page.")
        call.troubles.append(words % {"name": enclosure.name})
    return None
