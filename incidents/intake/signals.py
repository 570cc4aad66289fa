"""What a machine says, free of its format, and the tools with which the formats read it."""

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from incidents.models import DESCRIPTION_LIMIT, TITLE_LIMIT, Incident, Message

KEY_LIMIT = 255
Fault = Message.Fault
Severity = Incident.Severity
CHARSET = re.compile(r'charset\s*=\s*"?([\w.:-]+)', re.IGNORECASE)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# What tools call their severities. An unknown word means the integration's own.
WORDS = {
    Severity.CRITICAL: "critical crit disaster emergency emerg fatal alert page p1 5",
    Severity.HIGH: "high error err major p2 4",
    Severity.MEDIUM: "medium warning warn average moderate p3 2 3",
    Severity.LOW: "low info information informational minor notice none debug p4 1",
}
SEVERITIES = {word: severity for severity, words in WORDS.items() for word in words.split()}


class Unreadable(Exception):
    """The message cannot be understood: `fault` is a Message.Fault, `detail` names the field or the place."""

    def __init__(self, fault: str, detail: str = ""):
        super().__init__(detail)
        self.fault, self.detail = fault, detail


@dataclass(frozen=True)
class Signal:
    """One thing that broke (`firing`) or is well again; equal keys mean the same thing, no key a new one each time.

    `severity` is empty when the sender does not say.
    """

    key: str
    firing: bool
    title: str = ""
    description: str = ""
    severity: str = ""


def signal(key: Any, *, firing: bool, title: str = "", description: str = "", severity: Any = "") -> Signal:
    """Make a signal of what a format found, cut to what an incident holds."""
    title = " ".join(clean(title).split())
    text = clean(description).strip() or title
    return Signal(
        key=short_key(clean(key).strip()),
        firing=firing,
        title=cut(title, TITLE_LIMIT),
        description=cut(text, DESCRIPTION_LIMIT),
        severity=SEVERITIES.get(clean(severity).strip().lower(), ""),
    )


def document(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the JSON object that the bytes are. Raises Unreadable."""
    try:
        data = json.loads(decoded(body, content_type), strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(Fault.JSON, str(error)[:200]) from error
    if not isinstance(data, dict):
        raise Unreadable(Fault.OBJECT, type(data).__name__)
    return data


def decoded(body: bytes, content_type: str) -> str:
    """UTF-8, UTF-16 with its mark, or what the header claims."""
    claimed = CHARSET.search(content_type)
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    names = ["utf-16"] if wide else ["utf-8-sig", *([claimed[1]] if claimed else [])]
    for name in names:
        try:
            return body.decode(name)
        except (UnicodeError, LookupError):
            continue
    raise Unreadable(Fault.ENCODING, claimed[1][:100] if claimed else "")


def mapping(value: Any, name: str) -> dict[str, Any]:
    """Return an object within the message; an absent one is empty. Raises Unreadable for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(Fault.FIELD, name)
    return value


def clean(value: Any) -> str:
    """Return a scalar as text that every database holds; nothing for what is no scalar."""
    if value is None or isinstance(value, dict | list):
        return ""
    return UNSTORABLE.sub("\ufffd", value if isinstance(value, str) else json.dumps(value))


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def short_key(key: str) -> str:
    """A key too long to be stored is told by its digest."""
    return key if len(key) <= KEY_LIMIT else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def joined(*lines: Any) -> str:
    return "\n".join(text for line in lines if (text := clean(line).strip()))
