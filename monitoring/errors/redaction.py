"""What must not leave the house is blotted out: secrets, addresses and telephone numbers of people."""

import re

from workflow.redaction import BLOT, SECRETS

RULES = [
    *SECRETS,
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), BLOT),
    (re.compile(r"(?<![\w.])\+\d[\d\s()-]{7,16}\d"), BLOT),
    (re.compile(r"(?<![\w.:-])[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?![\w:])"), BLOT),
    (re.compile(r"(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+/_-]{32,}={0,2}"), BLOT),  # keys and digests
]


def redacted(text: str) -> str:
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text
