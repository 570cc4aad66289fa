"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}

INCIDENT = OpenApiExample(
    "Incident",
    {
        "id": 1042,
        "title": "No exchange with the depositary",
        "description": "Documents have not left since 18:03. The gateway answers with a TLS error.",
        "status": "in_progress",
        "source": "operator",
        "severity": "high",
        "reporter": {"id": 3, "username": "melnikova", "name": "Ольга Мельникова"},
        "assignee": ORLOV,
        "occurrences": 1,
        "last_seen_at": "2026-07-23T15:04:00Z",
        "acknowledged_at": "2026-07-23T15:07:00Z",
        "resolved_at": None,
        "closed_at": None,
        "snoozed_until": None,
        "integration": None,
        "dedup_key": "",
        "previous": None,
        "created_at": "2026-07-23T15:04:00Z",
        "updated_at": "2026-07-23T15:07:00Z",
        "version": 2,
    },
    response_only=True,
)
REPORT = OpenApiExample(
    "Report", {"description": "The depositary gateway answers with a TLS error.", "severity": "high"}, request_only=True
)
PATCH = OpenApiExample("Change", {"status": "resolved", "description": "Certificate replaced."}, request_only=True)
STATUS = OpenApiExample("Status", {"status": "in_progress"}, request_only=True)
COMMENT_TEXT = OpenApiExample("Text", {"text": "The certificate was replaced at 18:00."}, request_only=True)
COMMENT = OpenApiExample(
    "Comment",
    {"id": 5, "author": ORLOV, "text": "The certificate was replaced at 18:00.", "created_at": "2026-07-23T15:31:00Z"},
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-23T15:07:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "take",
        "before": {"status": "open"},
        "after": {"status": "in_progress"},
        "note": "",
    },
    response_only=True,
)
