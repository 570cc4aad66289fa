"""Working updates off: each in one transaction together with its replies, each once, none in the way of the next."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications import posting
from notifications.dispatch import files, talking
from notifications.dispatch.calls import Call, call_of, chat_of
from notifications.models import BotState, BotUpdate
from notifications.telegram.client import ApiError, BotApi, Unreachable
from notifications.telegram.texts import clean
from workflow.actor import Actor
from workflow.models import Conflict, Event

logger = logging.getLogger(__name__)
ATTEMPTS = 5  # of what failed for reasons that pass
AGAIN = timedelta(seconds=10)
ALBUM_PAUSE = timedelta(seconds=3)
KEEP = timedelta(days=14)
TOAST_LIMIT = 200


def keep(update: Mapping[str, Any]) -> bool:
    """Store an update before anything is done about it; say whether it is new. Chatter of groups is not kept."""
    found = cleaned(update)
    row = BotUpdate(update_id=found["update_id"], payload=found, received_at=timezone.now())
    try:
        row.album = str((found.get("message") or {}).get("media_group_id") or "")[:64]
        if is_chatter(row):
            return False
    except (LookupError, TypeError, ValueError, AttributeError):
        logger.warning("Update %s of the bot is not understood", row.pk)  # kept: working it off says why
    return bool(BotUpdate.objects.bulk_create([row], ignore_conflicts=True))


def is_chatter(row: BotUpdate) -> bool:
    """A message of a group that does not speak to the bot; told without touching the database more than needed."""
    message = row.payload.get("message") or {}
    group = (message.get("chat") or {}).get("type") in {"group", "supergroup", "channel"}
    if not group or any(name in message for name in ("migrate_to_chat_id", "migrate_from_chat_id")):
        return False
    return call_of(row, BotState.current().username) is None


def cleaned(value: Any) -> Any:
    """Return what any database can store."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): cleaned(part) for name, part in value.items()}
    return [cleaned(part) for part in value] if isinstance(value, list) else value


def work_off(api: BotApi, *, at: datetime | None = None, limit: int = 100) -> int:
    """Handle what waits, in order, and return how many; safe in parallel."""
    rows = list(BotUpdate.objects.due(at or timezone.now())[:limit])
    for row in rows:
        handle(api, row)
    return len(rows)


def handle(api: BotApi, row: BotUpdate) -> None:
    """Work one update off. What breaks is stored with its error; the next one follows."""
    if waits_for_album(row):
        return
    call = None
    try:
        call = call_of(row, BotState.current().username)
        with speaking(call), files.fetched(api, call):
            answer(row, call)
    except (OperationalError, InterfaceError) as error:
        put_off(row, error)
    except Exception as error:
        logger.exception("Update %s of the bot failed", row.pk)
        fail(row, error)
        if call:
            call.toast = call.toast or translation.gettext("That did not work")
    if call and call.callback_id:
        toast(api, call)


def waits_for_album(row: BotUpdate) -> bool:
    """Leave a picture for a moment while another worker still makes something of the first of its album."""
    earlier = BotUpdate.objects.album_of(row).filter(state=BotUpdate.State.WAITING, update_id__lt=row.pk)
    if not row.album or not earlier.exists():
        return False
    BotUpdate.objects.filter(pk=row.pk).update(due_at=timezone.now() + ALBUM_PAUSE)
    return True


@contextmanager
def speaking(call: Call | None) -> Iterator[None]:
    """Speak the language of whoever wrote, and their hours."""
    if call is None:
        yield
        return
    with translation.override(call.language), timezone.override(ZoneInfo(call.zone)):
        yield


@transaction.atomic
def answer(row: BotUpdate, call: Call | None) -> None:
    locked = BotUpdate.objects.select_for_update().get(pk=row.pk)
    if locked.state != BotUpdate.State.WAITING:
        return  # another process was quicker
    if call is None:
        notice_changes(locked.payload)
    else:
        call.update = locked
        refusable(call)
    locked.state, locked.handled_at, locked.error = BotUpdate.State.DONE, timezone.now(), ""
    locked.save()


def refusable(call: Call) -> None:
    """Let the right app answer; what the rules say against it is told, and nothing of it stays."""
    try:
        with transaction.atomic():
            talking.answer(call)
    except (PermissionDenied, ValidationError, Conflict) as refusal:
        words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        call.refuse(words or _("Your role does not allow this."))


def notice_changes(payload: Mapping[str, Any]) -> None:
    """Learn what happens to chats: the bot is let in or thrown out, a group gets another number."""
    message = payload.get("message") or {}
    if moved := message.get("migrate_to_chat_id"):
        posting.follow(chat_of(message["chat"]), moved)
    change = payload.get("my_chat_member") or {}
    if not change:
        return
    status = (change.get("new_chat_member") or {}).get("status")
    chat = chat_of(change["chat"])
    if status in {"kicked", "left"}:
        chat.close(_("The bot was removed or blocked there."), timezone.now())


def put_off(row: BotUpdate, error: Exception) -> None:
    if row.attempts + 1 >= ATTEMPTS:
        fail(row, error)
        return
    later = {"attempts": row.attempts + 1, "due_at": timezone.now() + AGAIN}
    BotUpdate.objects.filter(pk=row.pk).update(error=told(error), **later)


def fail(row: BotUpdate, error: Exception) -> None:
    failed = {"state": BotUpdate.State.FAILED, "error": told(error), "attempts": row.attempts + 1}
    BotUpdate.objects.filter(pk=row.pk, state=BotUpdate.State.WAITING).update(**failed)


def told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")[:1000]


def toast(api: BotApi, call: Call) -> None:
    """Stop the waiting circle on the button. Not worth repeating: what matters stands in the chat."""
    words = clean(call.toast)[:TOAST_LIMIT]
    try:
        api.call("answerCallbackQuery", callback_query_id=call.callback_id, text=words or None)
    except (ApiError, Unreachable) as error:
        logger.info("A press of a button was not answered: %s", error)


@transaction.atomic
def retry(row: BotUpdate, *, by: Actor, note: str = "") -> None:
    """Work a failed update off once more. Raises Conflict."""
    failed = BotUpdate.objects.failed().filter(pk=row.pk)
    if not failed.update(state=BotUpdate.State.WAITING, due_at=None, attempts=0):
        raise Conflict(row, _("It has not failed."))
    row.refresh_from_db()
    Event.record(row, by=by, verb="retry", before={"error": row.error}, note=note)


def forget(*, at: datetime) -> int:
    """Drop what was worked off long ago: the words stand where they led."""
    old = BotUpdate.objects.filter(state=BotUpdate.State.DONE, received_at__lt=at - KEEP)
    return old.delete()[0]
