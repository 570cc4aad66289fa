"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

NOTICE = OpenApiExample(
    "Notice",
    {
        "id": 512,
        "kind": "incident.resolved",
        "critical": False,
        "title": "Resolved: INC-1042 No exchange with the depositary",
        "body": "Илья Орлов: Certificate replaced.",
        "url": "/incidents/1042/",
        "subject": {"noun": "incident", "id": 1042},
        "created_at": "2026-07-23T15:31:00Z",
        "read_at": None,
    },
    response_only=True,
)
UP_TO = OpenApiExample("Up to", {"up_to": 512}, request_only=True)
COUNT = OpenApiExample("Count", {"count": 3}, response_only=True)
PREFERENCES = OpenApiExample(
    "Preferences",
    {
        "quiet_hours": {"start": "22:00", "end": "08:00"},
        "kinds": [
            {
                "kind": "incident.opened",
                "label": "High or critical incident opened",
                "fixed": True,
                "channels": {"app": True, "email": True},
            },
            {
                "kind": "incident.resolved",
                "label": "My incident resolved",
                "fixed": False,
                "channels": {"app": True, "email": False},
            },
        ],
    },
)
SWITCH = OpenApiExample(
    "Switch one on", {"kinds": [{"kind": "incident.resolved", "channels": {"email": True}}]}, request_only=True
)
TEST = OpenApiExample("Results", {"results": [{"channel": "email", "state": "sent", "error": ""}]}, response_only=True)
ROW = {
    "id": 731,
    "state": "failed",
    "channel": "email",
    "kind": "incident.opened",
    "title": "Incident of critical severity: INC-1042 No exchange with the depositary",
    "critical": True,
    "recipient": {"id": 7, "username": "orlov", "name": "Илья Орлов"},
    "address": "",
    "created_at": "2026-07-23T15:04:00Z",
    "due_at": "2026-07-23T15:06:03Z",
    "sent_at": None,
    "delayed_minutes": None,
    "attempts": 1,
    "error": "451 Try again later",
    "message_id": "0b8f6a1e-5c0f-4f0e-9a53-6f3c9d1f2a77",
}
DELIVERY = OpenApiExample("Delivery", ROW, response_only=True)
DELIVERY_CARD = OpenApiExample(
    "Delivery with attempts",
    {**ROW, "tries": [{"started_at": "2026-07-23T15:04:01Z", "seconds": 0.214, "error": "451 Try again later"}]},
    response_only=True,
)
CHANNEL = OpenApiExample(
    "Channel",
    {
        "channel": "email",
        "label": "e-mail",
        "works": False,
        "error": "ConnectionRefusedError: [Errno 111] Connection refused",
        "down_since": "2026-07-23T15:04:01Z",
        "sent_at": "2026-07-23T14:58:40Z",
        "waiting": 12,
        "dead": 0,
    },
    response_only=True,
)
