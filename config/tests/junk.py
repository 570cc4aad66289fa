"""What broken, careless and hostile clients send."""

import json
from base64 import urlsafe_b64encode

FIELDS = (
    "description", "title", "severity", "source", "assignee", "status", "note", "until", "text", "username",
    "password", "refresh", "token", "email", "first_name", "time_zone", "language", "current_password", "new_password",
)  # fmt: skip
WRONG = {
    "null": None,
    "a number": 5,
    "a fraction": 1.5,
    "a truth": True,
    "a list": ["x"],
    "an object": {"id": 1},
    "too long a text": "x" * 5001,
    "a NUL": "a\0b",
    "half a surrogate pair": "\ud800",
    "an id over 63 bits": 2**63,
    "an id under 63 bits": -(2**63) - 1,
    "a number of 4,000 digits": 10**4000,
    "blanks": " \t\n",
    "the year 1": "0001-01-01T00:00:00+14:00",
    "the year 9999": "9999-12-31T23:59:59-14:00",
    "a time without a zone": "2026-07-23T18:45:00",
}
RAW = {
    "nothing": b"",
    "an empty object": b"{}",
    "an empty list": b"[]",
    "a list of objects": b'[{"description": "x"}]',
    "a bare number": b"5",
    "a bare null": b"null",
    "a bare text": b'"x"',
    "half a document": b'{"description":',
    "no JSON": b"<xml/>",
    "bytes that are not UTF-8": b'{"description": "\xff\xfe"}',
    "UTF-16": '{"description": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"description": "x"}',
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"":' * 100_000,
    "100,000 lists, closed": b'{"description": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "1,000 lists": b'{"description": ' + b"[" * 1000 + b"]" * 1000 + b"}",
    "more than the limit": b'{"description": "' + b"x" * 1024 * 1024 + b'"}',
    "NaN": b'{"assignee": NaN, "description": NaN}',
    "infinity": b'{"assignee": 1e999, "description": "x", "until": -Infinity}',
    "a number of 5,000 digits": b'{"assignee": ' + b"9" * 5000 + b', "description": "x"}',
    "keys twice": b'{"description": "a", "description": "b", "status": "open", "status": "closed"}',
    "unstorable keys": b'{"\\u0000": 1, "\\ud800": 2, "__class__": 3}',
}
FIELDWISE = {name: json.dumps(dict.fromkeys(FIELDS, value)).encode() for name, value in WRONG.items()}


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


ANYTHING = [
    "", "x", "-", "--id", "none", "null", "open,closed", "٣", "²", "é", "=", "%25", "_", "%F0%9F%92%A9", "'\"--;",
    "%00", "%ff", "%ed%a0%80", "%5Cud800",
]  # fmt: skip
NUMBERS = ["0", "-1", "1.5", "1e999", "9" * 19, "9" * 400, "9" * 5000, "0" * 5000 + "1"]
MOMENTS = [
    "2026-07-23", "2026-02-30", "2026-07-23T25:00:00Z", "2026-W01-1", "0000-01-01", "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01",
    "2026-07-23T18:45%2B99:00",
]  # fmt: skip
CURSORS = [
    cursor("[" * 300), cursor("[" * 300_000), cursor("null"), cursor('"abc"'), cursor("[null, null, null]"),
    cursor('{"a": 1, "b": 2, "c": 3}'), cursor('["2026-01-01T00:00:00Z", 1e999, false]'),
    cursor('["2026-01-01T00:00:00Z", NaN, false]'), cursor('["2026-01-01T00:00:00Z", {}, true]'),
    cursor(f'["2026-01-01T00:00:00Z", {10**30}, true]'), cursor('["0001-01-01T00:00:00+14:00", 1, false]'),
    cursor('["2026-01-01", 1, false]'), cursor('["\\ud800", 1, false]'), cursor('["\\u0000", 1, false]'),
]  # fmt: skip
PAGING = {"page": ANYTHING + NUMBERS, "page_size": NUMBERS, "cursor": ANYTHING + CURSORS}
QUERIES = PAGING | {
    "status": ANYTHING,
    "assignee": ANYTHING + NUMBERS,
    "created_after": ANYTHING + NUMBERS + MOMENTS,
    "search": [*ANYTHING, *NUMBERS, "a+" * 1500, "a" * 60_000],
    "ordering": ANYTHING,
    "format": ANYTHING,
    "unknown": ANYTHING,
}
CONTENT_TYPES = [
    "", "nonsense", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=zlib",
    "application/x-www-form-urlencoded; charset=zlib", *(
        f"application/json; charset={charset}" for charset in ("zlib", "rot13", "utf-16", "undefined", "nonsense")
    ),
]  # fmt: skip
