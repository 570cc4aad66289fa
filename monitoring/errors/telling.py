"""Telling the chat: one message for equal errors, its count kept up; a digest where many different ones wait."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from monitoring.errors.spool import HOUR, Spool, Waiting
from notifications.telegram import texts
from notifications.telegram.client import ApiError, BotApi, Unreachable

MINUTE = 60.0
LATE = 5 * MINUTE
DIGEST_FROM = 6  # different errors at once
LINE = 160


class Teller:
    """Says what waits in the spool. What is not taken waits on."""

    def __init__(self, spool: Spool, *, token: str, base: str, chat: str):
        self.spool, self.token, self.base = spool, token, base
        number, _slash, thread = chat.partition("/")
        self.where: dict[str, Any] = {"chat_id": int(number), "message_thread_id": int(thread) if thread else None}

    def tell(self, now: float) -> None:
        rows = self.spool.claim(now)
        fresh = [row for row in rows if row.message_id is None]
        together = fresh if len(fresh) >= DIGEST_FROM else []
        with BotApi(self.token, base=self.base) as api:
            if together:
                self.attempt(api, together, now)
            for row in rows:
                if row not in together:
                    self.attempt(api, [row], now)

    def attempt(self, api: BotApi, rows: Sequence[Waiting], now: float) -> None:
        try:
            number = self.say(api, rows, now)
        except ApiError as error:
            wait = error.retry_after.total_seconds() if error.retry_after else MINUTE
            self.spool.put_off(rows, due=now + (wait if error.code in {429, 500, 502, 503, 504} else HOUR))
        except Unreachable:
            self.spool.put_off(rows, due=now + MINUTE / 2)
        else:
            single = len(rows) == 1
            self.spool.told(rows, message_id=number if single else None, due=now + (MINUTE if single else HOUR))

    def say(self, api: BotApi, rows: Sequence[Waiting], now: float) -> int:
        """Send, or edit what was sent within the hour, and return the number of the message."""
        text = single(rows[0], now) if len(rows) == 1 else digest(rows, now)
        if len(rows) == 1 and rows[0].message_id:
            try:
                number = rows[0].message_id
                api.call(
                    "editMessageText", message_id=number, text=text, parse_mode="HTML", chat_id=self.where["chat_id"]
                )
                return number
            except ApiError as error:
                if error.code != 400:
                    raise
        return api.call("sendMessage", text=text, parse_mode="HTML", **self.where)["message_id"]


def single(row: Waiting, now: float) -> str:
    title, _newline, rest = row.text.partition("\n")
    page = texts.Sheet()
    page.add(f"🛑 {title}{times(row.times)}", strong=True)
    page.add(span(row, now))
    page.add(rest, before="\n\n")
    return page.html()


def digest(rows: Sequence[Waiting], now: float) -> str:
    page = texts.Sheet()
    page.add(f"🛑 ×{sum(row.times for row in rows)}, {len(rows)} ≠", strong=True)
    for row in rows:
        page.add(f"• {texts.cut(row.text.partition(chr(10))[0], LINE)}{times(row.times)}, {span(row, now)}")
    return page.html()


def times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""


def span(row: Waiting, now: float) -> str:
    """Return from when to when, the day too where it came late."""
    style = "%d.%m %H:%M:%S" if now - row.last_at > LATE else "%H:%M:%S"
    first, last = (datetime.fromtimestamp(moment, UTC).strftime(style) for moment in (row.first_at, row.last_at))
    late = "⏱ " if now - row.last_at > LATE else ""
    return f"{late}{first} UTC" if first == last else f"{late}{first}–{last} UTC"
