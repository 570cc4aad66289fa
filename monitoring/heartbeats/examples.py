"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

PLAIN = {
    "id": 3,
    "name": "Nightly export",
    "period_seconds": None,
    "cron": "30 2 * * *",
    "time_zone": "Europe/Moscow",
    "grace_seconds": 1800,
    "severity": "high",
    "enabled": True,
    "state": "up",
    "last_ping_at": "2026-07-22T23:34:10Z",
    "due_at": "2026-07-23T23:30:00Z",
    "incident": None,
    "token_end": "Zq7k",
    "created_at": "2026-07-01T06:00:00Z",
    "updated_at": "2026-07-01T06:00:00Z",
    "version": 1,
}
HEARTBEAT = OpenApiExample("Heartbeat", PLAIN, response_only=True)
ADDRESS = "https://journal.example.org/api/v1/ping/k3Jq…Zq7k/"
ISSUED = OpenApiExample("With its address", {**PLAIN, "token": "k3Jq…Zq7k", "ping_url": ADDRESS}, response_only=True)
CREATE = OpenApiExample(
    "Create", {"name": "Nightly export", "cron": "30 2 * * *", "time_zone": "Europe/Moscow"}, request_only=True
)
PATCH = OpenApiExample("Change", {"grace_seconds": 3600}, request_only=True)
ROTATE = OpenApiExample("Rotate", {"note": "The server has changed hands"}, request_only=True)
PINGED = OpenApiExample("Taken", {"status": "ok", "kind": "success"}, response_only=True)
PING = OpenApiExample(
    "Ping",
    {"id": 90, "kind": "success", "at": "2026-07-22T23:34:10Z", "took_seconds": 250, "text": "", "address": "10.1.2.3"},
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 5,
        "at": "2026-07-23T00:00:02Z",
        "actor": {"id": 1, "username": "system", "name": "system"},
        "channel": "probe",
        "verb": "heartbeat-miss",
        "before": {},
        "after": {"incident": "INC-12"},
        "note": "",
    },
    response_only=True,
)
