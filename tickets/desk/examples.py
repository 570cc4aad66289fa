"""Examples of the desk's dictionaries that the schema shows."""

from drf_spectacular.utils import OpenApiExample

STAMPS = {"created_at": "2026-07-01T06:00:00Z", "updated_at": "2026-07-01T06:00:00Z", "version": 1}
TARGET = OpenApiExample(
    "Target",
    {
        "id": 2,
        "priority": "high",
        "response_minutes": 60,
        "resolution_minutes": 480,
        "warning_share": 80,
        **STAMPS,
    },
    response_only=True,
)
NEW_TARGET = OpenApiExample("Promise", {"response_minutes": 30, "resolution_minutes": 240}, request_only=True)
TEXT = {"title": "Restart", "text": "Hello {name}, please restart the computer and tell us whether it helped."}
REPLY = OpenApiExample("Canned reply", {"id": 4, **TEXT, "active": True, **STAMPS}, response_only=True)
NEW_REPLY = OpenApiExample("New reply", TEXT, request_only=True)
ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
CATEGORY = OpenApiExample(
    "Category",
    {"id": 2, "name": "Принтеры", "default_assignee": ORLOV, "active": True, "order": 0, **STAMPS},
    response_only=True,
)
NEW_CATEGORY = OpenApiExample("New category", {"name": "Принтеры", "default_assignee": 7}, request_only=True)
MERGE = OpenApiExample("Merge", {"into": 588, "note": "The same printer."}, request_only=True)
RATE = OpenApiExample("Mark", {"satisfaction": 5, "note": "Quick."}, request_only=True)
FILLED = OpenApiExample(
    "Filled in",
    {"id": 4, "title": "Restart", "text": "Hello Пётр, please restart the computer and tell us whether it helped."},
    response_only=True,
)
DUPLICATE = OpenApiExample(
    "Likely duplicate",
    {
        "id": 588,
        "title": "The printer on the 4th floor prints nothing",
        "status": "in_progress",
        "creator": {"id": 9, "username": "gusev", "name": "Пётр Гусев"},
        "created_at": "2026-07-23T15:02:00Z",
    },
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 91,
        "at": "2026-07-23T16:20:00Z",
        "actor": {"id": 1, "username": "admin", "name": "Мария Соколова"},
        "channel": "page",
        "verb": "edit",
        "before": {"response_minutes": 60},
        "after": {"response_minutes": 30},
        "note": "",
    },
    response_only=True,
)
