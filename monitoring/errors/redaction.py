"""What must not leave the house is blotted out: secrets, addresses and telephone numbers of people."""

import re

BLOT = "…"
NAMES = r"pass(?:word|wd|phrase)?|secret(?:_key)?|token|api[-_]?key|authorization|cookie|session(?:id)?|csrf\w*|otp|pin"
RULES = [
    (re.compile(r"\d{6,}:[\w-]{25,}"), BLOT),  # a bot's token
    (re.compile(r"(?<=://)[^/\s@]+@"), f"{BLOT}@"),  # user and password in an address
    (re.compile(r"\b(bearer|token|basic)\s+[\w.+/=~-]{8,}", re.I), rf"\1 {BLOT}"),
    (re.compile(rf"((?:\w*[-_])?(?:{NAMES})[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)", re.I), rf"\1{BLOT}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), BLOT),  # JWT
    (re.compile(r"\bvkh_\w+"), BLOT),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), BLOT),
    (re.compile(r"(?<![\w.])\+\d[\d\s()-]{7,16}\d"), BLOT),
    (re.compile(r"(?<![\w.:-])[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?![\w:])"), BLOT),
    (re.compile(r"\b(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+/_-]{32,}={0,2}"), BLOT),  # keys and digests
]


def redacted(text: str) -> str:
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text
