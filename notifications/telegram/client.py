"""One bot's connection to the Bot API. The token stands in every address, so no address is ever told to anybody."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

import httpx
from django.conf import settings

TIMEOUT = httpx.Timeout(10, connect=5)  # seconds
FILE_LIMIT = 20 * 1024 * 1024  # bytes that the Bot API lets a bot download


class Unreachable(Exception):
    """No answer, or none that says whether it was done."""


class ApiError(Exception):
    """Telegram said no."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None):
        super().__init__(f"{code} {description}")
        parameters = parameters or {}
        self.code, self.description = code, description
        wait = parameters.get("retry_after")
        self.retry_after = timedelta(seconds=wait) if isinstance(wait, int | float) else None
        self.migrated_to: int | None = parameters.get("migrate_to_chat_id")

    def mentions(self, *words: str) -> bool:
        return any(word in self.description.lower() for word in words)


class TooLarge(Exception):
    """A file that Telegram or this product does not carry."""


class BotApi:
    """Keeps its connection between calls; close it when done."""

    def __init__(self, token: str = "", *, base: str = "", timeout: httpx.Timeout | None = None):
        self.token = token or settings.TELEGRAM_BOT_TOKEN
        self.base = (base or settings.TELEGRAM_API_BASE_URL).rstrip("/")
        self.http = httpx.Client(timeout=timeout or TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: Any) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def call(
        self, method: str, *, wait: float = 0, files: Mapping[str, tuple[str, bytes]] | None = None, **fields: Any
    ) -> Any:  # fmt: skip
        """Return what a method answers; `wait` seconds it may take by itself. Raises ApiError, Unreachable."""
        given = {name: value for name, value in fields.items() if value is not None}
        body: dict[str, Any] = {"data": as_form(given), "files": files} if files else {"json": given}
        timeout = httpx.Timeout(10 + wait, connect=5) if wait else httpx.USE_CLIENT_DEFAULT
        try:
            answer = self.http.post(f"{self.base}/bot{self.token}/{method}", timeout=timeout, **body)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise Unreachable(self.words(error)) from None  # its request names the token
        return result_of(answer)

    def download(self, file_id: str, limit: int) -> bytes:
        """Return the bytes of a file. Raises TooLarge, ApiError, Unreachable."""
        try:
            found = self.call("getFile", file_id=file_id)
        except ApiError as error:
            if error.mentions("too big"):
                raise TooLarge from None
            raise
        if found.get("file_size", 0) > limit:
            raise TooLarge
        return self.read(f"{self.base}/file/bot{self.token}/{found['file_path']}", limit)

    def read(self, address: str, limit: int) -> bytes:
        held = bytearray()
        try:
            with self.http.stream("GET", address) as answer:
                if answer.status_code != 200:
                    raise ApiError(answer.status_code, "the file cannot be read")
                for chunk in answer.iter_bytes():
                    held += chunk
                    if len(held) > limit:
                        raise TooLarge
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(self.words(error)) from None
        return bytes(held)

    def words(self, error: Exception) -> str:
        text = f"{type(error).__name__}: {error}".rstrip(": ")
        return text.replace(self.token, "…") if self.token else text


def as_form(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return fields as a form carries them beside files: text as it is, everything else as JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}


def result_of(answer: httpx.Response) -> Any:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if isinstance(body, dict) and body.get("ok") is True:
        return body.get("result")
    said = body if isinstance(body, dict) else {}
    code = said.get("error_code") or answer.status_code
    raise ApiError(code, str(said.get("description") or answer.reason_phrase), said.get("parameters"))
