"""Examples that the schema shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

GUSEV = {"id": 12, "username": "gusev", "name": "Пётр Гусев"}
ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
ROW: dict[str, Any] = {
    "id": 588,
    "title": "The printer on the 4th floor does not print",
    "description": "It says “paper jam”, but there is none.",
    "category": {"id": 2, "name": "Printers"},
    "location": "4th floor, room 412",
    "priority": "medium",
    "status": "in_progress",
    "creator": GUSEV,
    "assignee": ORLOV,
    "incident": None,
    "merged_into": None,
    "satisfaction": None,
    "satisfaction_note": "",
    "assigned_at": "2026-07-23T07:02:00Z",
    "accepted_at": "2026-07-23T07:05:00Z",
    "started_at": "2026-07-23T07:10:00Z",
    "first_response_at": "2026-07-23T07:05:00Z",
    "waiting_since": None,
    "resolved_at": None,
    "closed_at": None,
    "cancelled_at": None,
    "created_at": "2026-07-23T06:55:00Z",
    "updated_at": "2026-07-23T07:10:00Z",
    "due_at": "2026-07-24T07:55:00Z",
    "response_due_at": "2026-07-23T10:55:00Z",
    "resolution_due_at": "2026-07-24T07:55:00Z",
    "sla": [
        {"promise": "response", "state": "met", "due_at": "2026-07-23T10:55:00Z", "left_minutes": 230},
        {"promise": "resolution", "state": "running", "due_at": "2026-07-24T07:55:00Z", "left_minutes": 640},
    ],
    "version": 4,
}
IN_LIST = OpenApiExample("Ticket in a list", ROW, response_only=True)
TICKET = OpenApiExample("Ticket", ROW | {"watchers": []}, response_only=True)
FILE = OpenApiExample(
    "File a ticket",
    {
        "title": "The printer on the 4th floor does not print",
        "description": "It says “paper jam”, but there is none.",
        "category": 2,
        "location": "4th floor, room 412",
    },
    request_only=True,
)
PATCH = OpenApiExample("Change", {"location": "4th floor, room 410", "priority": "high"}, request_only=True)
ASSIGN = OpenApiExample("Assign", {"assignee": 7, "note": "You know the model."}, request_only=True)
INCIDENT = OpenApiExample("Incident", {"severity": "high", "note": "The whole floor."}, request_only=True)
TASK = OpenApiExample("Task", {"executor": 7, "deadline": "2026-07-28", "title": "Buy a new drum"}, request_only=True)
GROWN = OpenApiExample(
    "What grew", {"id": 1043, "number": "INC-1043", "title": "The printer does not print"}, response_only=True
)
COMMENT_TEXT = OpenApiExample(
    "Text",
    {"text": "Is the light on the left red?", "internal": False},
    request_only=True,
    media_type="application/json",
)
COMMENT = OpenApiExample(
    "Comment",
    {
        "id": 5,
        "author": ORLOV,
        "text": "Is the light on the left red?",
        "internal": False,
        "attachments": [],
        "created_at": "2026-07-23T07:12:00Z",
    },
    response_only=True,
)
LINE = OpenApiExample(
    "Line",
    {
        "id": 91,
        "kind": "comment",
        "at": "2026-07-23T07:12:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "comment",
        "internal": False,
        "text": "Is the light on the left red?",
        "before": {},
        "after": {"comment": 5},
        "files": [],
    },
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-23T07:10:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "start",
        "before": {"status": "assigned"},
        "after": {"status": "in_progress"},
        "note": "",
    },
    response_only=True,
)
