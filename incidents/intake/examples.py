"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

SHOWN = {
    "id": 3,
    "name": "Alertmanager of the data centre",
    "format": "alertmanager",
    "source": "monitoring",
    "severity": "medium",
    "rate_limit": 300,
    "networks": ["10.1.0.0/16"],
    "expires_at": None,
    "enabled": True,
    "state": "active",
    "token_end": "x9Qa",
    "last_used_at": "2026-07-23T15:04:00Z",
    "refused_now": 0,
    "created_at": "2026-07-01T09:00:00Z",
    "updated_at": "2026-07-01T09:00:00Z",
    "version": 1,
}
TOKEN = "vkh_mGq3…x9Qa"  # noqa: S105
ISSUED_WITH = {"token": TOKEN, "url": f"https://journal.example.org/api/v1/intake/{TOKEN}/"}
INTEGRATION = OpenApiExample("Integration", SHOWN, response_only=True)
ISSUED = OpenApiExample("Integration with its token", SHOWN | ISSUED_WITH, response_only=True)
WRITE = OpenApiExample(
    "Alertmanager", {"name": "Alertmanager of the data centre", "format": "alertmanager"}, request_only=True
)
PATCH = OpenApiExample("Other limit", {"rate_limit": 600}, request_only=True)
ROTATE = OpenApiExample("With an end", {"expires_at": "2027-01-01T00:00:00Z"}, request_only=True)
TRY_OUT = OpenApiExample("Firing", {"status": "firing"}, request_only=True)
RECEIPT = OpenApiExample(
    "Receipt", {"message": 815, "incident": 1042, "incidents": [1042], "status": "created"}, response_only=True
)
KEPT = OpenApiExample(
    "Kept for later",
    {"message": 816, "incident": None, "incidents": [], "status": "unparsed"},
    response_only=True,
    status_codes=["202"],
)
GENERIC = OpenApiExample(
    "Generic format",
    {
        "title": "The depositary gateway does not answer",
        "severity": "high",
        "dedup_key": "gateway/depositary",
        "status": "firing",
    },
    request_only=True,
)
LISTED = {
    "id": 815,
    "integration": 3,
    "state": "created",
    "fault": "",
    "detail": "",
    "received_at": "2026-07-23T15:04:00Z",
    "worked_off_at": "2026-07-23T15:04:00Z",
    "content_type": "application/json",
    "address": "10.1.0.7",
    "is_sample": False,
    "replays": 0,
    "outcomes": [{"incident": 1042, "did": "created"}],
}
MESSAGE = OpenApiExample("Message", LISTED, response_only=True)
MESSAGE_WITH_BODY = OpenApiExample(
    "Message with its body", LISTED | {"body": '{"title": "The gateway does not answer"}'}, response_only=True
)
REPLAY = OpenApiExample("Since", {"since": "2026-07-23T00:00:00Z"}, request_only=True)
REPLAYED = OpenApiExample("Replayed", {"worked_off": 12, "unparsed": 1, "left": 0}, response_only=True)
