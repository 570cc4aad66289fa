"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

PROCESS = {"id": 2, "code": "SPEC_DEP_26", "name": "Взаимодействие со спецдепозитарием"}
TARGETS = [
    {"kind": "http", "address": "https://www.example.org/", "expect": ""},
    {"kind": "tcp", "address": "192.0.2.53:53", "expect": ""},
]
PROBE = OpenApiExample(
    "Probe",
    {
        "id": 1,
        "name": "Internet access",
        "process": PROCESS,
        "more_processes": [],
        "risk_source": {"id": 5, "code": "PROVAIDER", "name": "Провайдер"},
        "quorum": None,
        "interval_seconds": None,
        "open_after": None,
        "close_after": None,
        "enabled": True,
        "targets": [
            {
                "id": number,
                **target,
                "ok": True,
                "cause": "",
                "error": "",
                "response_ms": 42,
                "checked_at": "2026-07-23T15:45:40Z",
            }
            for number, target in enumerate(TARGETS, start=1)
        ],
        "state": "up",
        "since": "2026-07-22T17:24:20Z",
        "checked_at": "2026-07-23T15:45:40Z",
        "outage": None,
        "created_at": "2026-07-01T06:00:00Z",
        "updated_at": "2026-07-01T06:00:00Z",
        "version": 1,
    },
    response_only=True,
)
CREATE = OpenApiExample(
    "Create",
    {"name": "Internet access", "process": "SPEC_DEP_26", "risk_source": "PROVAIDER", "targets": TARGETS},
    request_only=True,
)
PATCH = OpenApiExample("Change", {"interval_seconds": 10, "open_after": 2}, request_only=True)
OUTAGE = OpenApiExample(
    "Outage",
    {
        "id": 7,
        "group": {"id": 1, "name": "Internet access"},
        "start": "2026-07-22T17:10:00Z",
        "finish": "2026-07-22T17:24:20Z",
        "duration_seconds": 860,
        "cause": "link",
        "error": "https://www.example.org/: Network is unreachable",
        "suspension": {"id": 45, "number": "2026-0045"},
        "suspensions": [{"id": 45, "number": "2026-0045"}, {"id": 46, "number": "2026-0046"}],
        "incident": 1041,
        "created_at": "2026-07-22T17:10:41Z",
        "updated_at": "2026-07-22T17:24:41Z",
    },
    response_only=True,
)
WINDOW_TIMES = {
    "start": "2026-07-25T19:00:00Z",
    "finish": "2026-07-25T21:00:00Z",
    "note": "The provider changes a router.",
}
WINDOW_TEXT = OpenApiExample("Window", WINDOW_TIMES, request_only=True)
WINDOW_NEXT = {"start": WINDOW_TIMES["start"], "finish": WINDOW_TIMES["finish"]}
WINDOW = OpenApiExample(
    "Window",
    {"id": 3, **WINDOW_TIMES, "weekly": False, "next": WINDOW_NEXT, "cancelled_at": None},
    response_only=True,
)
WEEKLY_TEXT = OpenApiExample("Every week", {**WINDOW_TIMES, "weekly": True}, request_only=True)
ADDRESS = OpenApiExample("Address", {"url": "https://www.example.org/"}, request_only=True)
ANSWER = OpenApiExample(
    "Answer",
    {
        "ok": True,
        "status": 200,
        "cause": None,
        "error": "",
        "response_ms": 84,
        "address": "93.184.216.34",
        "url": "https://www.example.org/",
    },
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 91,
        "at": "2026-07-22T17:10:41Z",
        "actor": {"id": 2, "username": "system", "name": "Vakhta"},
        "channel": "probe",
        "verb": "outage-open",
        "before": {},
        "after": {"start": "2026-07-22T17:10:00Z"},
        "note": "https://www.example.org/: Network is unreachable",
    },
    response_only=True,
)
