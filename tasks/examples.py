"""Examples that the schema shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
MELNIKOVA = {"id": 3, "username": "melnikova", "name": "Ольга Мельникова"}
ROW: dict[str, Any] = {
    "id": 214,
    "title": "Replace the gateway's certificate",
    "description": "It expires at the end of the month.",
    "start": "2026-07-20",
    "deadline": "2026-07-24",
    "process": {"id": 1, "code": "DU_25", "name": "Trust management"},
    "author": MELNIKOVA,
    "executor": ORLOV,
    "priority": "high",
    "status": "in_progress",
    "overdue": False,
    "incident": 1042,
    "suspension": None,
    "asked_deadline": None,
    "recurrence": "",
    "next_on": None,
    "returns": 0,
    "started_at": "2026-07-20T07:10:00Z",
    "done_at": None,
    "accepted_at": None,
    "cancelled_at": None,
    "created_at": "2026-07-20T06:55:00Z",
    "updated_at": "2026-07-20T07:10:00Z",
    "version": 2,
}
IN_LIST = OpenApiExample("Task in a list", ROW, response_only=True)
STEPS = [{"id": 31, "text": "Order it", "done": True}, {"id": 32, "text": "Install it", "done": False}]
TASK = OpenApiExample("Task", ROW | {"watchers": [], "checklist": STEPS}, response_only=True)
SET = OpenApiExample(
    "Set",
    {"title": "Replace the gateway's certificate", "deadline": "2026-07-24", "executor": 7, "incident": 1042},
    request_only=True,
)
PATCH = OpenApiExample("Change", {"priority": "critical", "watchers": [9]}, request_only=True)
ASK = OpenApiExample("Ask", {"deadline": "2026-07-28", "note": "The authority answers on Monday."}, request_only=True)
DECIDE = OpenApiExample("Decide", {"accept": True, "note": ""}, request_only=True)
CHECK = OpenApiExample("Tick", {"item": 32, "done": True}, request_only=True)
COMMENT_TEXT = OpenApiExample("Text", {"text": "The new certificate is ordered."}, request_only=True)
COMMENT = OpenApiExample(
    "Comment",
    {"id": 5, "author": ORLOV, "text": "The new certificate is ordered.", "created_at": "2026-07-21T09:31:00Z"},
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-20T07:10:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "start",
        "before": {"status": "open"},
        "after": {"status": "in_progress"},
        "note": "",
    },
    response_only=True,
)
