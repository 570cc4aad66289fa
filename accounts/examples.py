"""Examples that the schema shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

TOKEN = "eyJhbGciOiJIUzI1NiIs…"  # noqa: S105 - the beginning that every token has
PAIR = OpenApiExample("Tokens", {"access": TOKEN, "refresh": TOKEN}, response_only=True)
ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
PERSON = OpenApiExample("Person", ORLOV, response_only=True)
NAMES = {"first_name": "Илья", "last_name": "Орлов", "patronymic": "Сергеевич"}
CARD_FIELDS = {
    **ORLOV,
    "email": "orlov@example.org",
    **NAMES,
    "role": "technician",
    "department": "IT",
    "time_zone": "Europe/Moscow",
    "language": "ru",
    "standing": "active",
    "is_active": True,
    "second_factor": True,
    "must_change_password": False,
    "last_login": "2026-07-23T15:04:00Z",
    "approved_at": "2026-01-12T09:00:00Z",
    "created_at": "2026-01-12T08:40:00Z",
    "updated_at": "2026-07-01T10:00:00Z",
    "version": 4,
}
CARD = OpenApiExample("Card", CARD_FIELDS, response_only=True)
ME = OpenApiExample(
    "Profile",
    {
        **ORLOV,
        "email": "orlov@example.org",
        **NAMES,
        "role": "technician",
        "department": "IT",
        "time_zone": "Europe/Moscow",
        "language": "ru",
        "theme": "dark",
        "second_factor": True,
        "must_change_password": False,
    },
    response_only=True,
)
INVITATION_FIELDS = {
    "id": 12,
    "email": "melnikova@example.org",
    "role": "technician",
    "department": "",
    "language": "ru",
    "state": "open",
    "invited_by": ORLOV,
    "accepted_by": None,
    "sent_at": "2026-07-23T15:04:00Z",
    "times_sent": 1,
    "expires_at": "2026-07-30T15:04:00Z",
    "accepted_at": None,
    "withdrawn_at": None,
    "created_at": "2026-07-23T15:04:00Z",
    "updated_at": "2026-07-23T15:04:00Z",
    "version": 1,
}
INVITATION = OpenApiExample("Invitation", INVITATION_FIELDS, response_only=True)
SENT = OpenApiExample(
    "Sent", {**INVITATION_FIELDS, "link": "https://journal.example.org/people/invitations/l0TT…/"}, response_only=True
)
SESSION = OpenApiExample(
    "Session",
    {
        "id": "0b7f8f0e-6a55-4d0b-9d0a-5a1c7f3f2f11",
        "kind": "page",
        "device": "Firefox, Windows",
        "address": "192.168.1.24",
        "created_at": "2026-07-20T07:58:00Z",
        "last_seen_at": "2026-07-23T15:04:00Z",
        "current": True,
    },
    response_only=True,
)
CODES = OpenApiExample("Recovery codes", {"recovery_codes": ["apt93-2gdud", "fus9c-dmat4"]}, response_only=True)
SECOND_FACTOR = OpenApiExample("Second factor", {"enabled": True, "recovery_codes_left": 9}, response_only=True)
SET_UP = OpenApiExample(
    "For the app",
    {"secret": "GXZZB74KYHGGMCB25VW7WNCNDNXHBCPS", "uri": "otpauth://totp/Vakhta:orlov?…", "qr": "<svg …"},
    response_only=True,
)
WORK = OpenApiExample("Work", {"work": {"incidents": 3}}, response_only=True)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-23T15:07:00Z",
        "actor": ORLOV,
        "channel": "admin",
        "verb": "set-role",
        "before": {"role": "user"},
        "after": {"role": "technician"},
        "note": "",
    },
    response_only=True,
)


def body(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)
