import json
import math
import re
from typing import Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 100
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The body is too large.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON in UTF-8, whatever charset it claims: of bounded size and depth, with text and numbers that can be kept."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = read(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE).decode("utf-8-sig")
            data = json.loads(text, parse_constant=refuse_number, parse_float=finite)
            if SURROGATE.search(text):
                json.dumps(data, ensure_ascii=False).encode()  # half a pair breaks whatever encodes it
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error
        except RecursionError as error:
            raise too_deep() from error
        if text.count("[") + text.count("{") > MAX_DEPTH and depth_exceeds(data, MAX_DEPTH):
            raise too_deep()
        return data


def read(stream: Any, limit: int) -> bytes:
    """Return the whole stream. Raises BodyTooLarge for more than `limit` bytes, ParseError when the client hangs up."""
    try:
        body: bytes = stream.read(limit + 1)
    except UnreadablePostError as error:
        raise ParseError("The body ended before its end.") from error
    if len(body) > limit:
        raise BodyTooLarge
    return body


def refuse_number(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def depth_exceeds(data: Any, limit: int) -> bool:
    level = [data]
    for _depth in range(limit):
        branches = [
            item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)
        ]
        level = [child for branch in branches for child in branch]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def too_deep() -> ParseError:
    return ParseError("JSON parse error - nested too deeply")
