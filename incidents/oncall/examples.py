"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
BELOVA = {"id": 9, "username": "belova", "name": "Анна Белова"}
ROW = {
    "id": 12,
    "person": ORLOV,
    "start": "2026-07-20T06:00:00Z",
    "finish": "2026-07-27T06:00:00Z",
    "note": "",
    "original": None,
    "instead_of": None,
    "created_at": "2026-07-01T06:00:00Z",
    "updated_at": "2026-07-01T06:00:00Z",
    "version": 1,
}
DUTY = OpenApiExample("Duty", ROW, response_only=True)
SUBSTITUTION = OpenApiExample(
    "Substitution", ROW | {"id": 15, "person": BELOVA, "original": 12, "instead_of": ORLOV}, response_only=True
)
PLAN = OpenApiExample(
    "Plan", {"person": 7, "start": "2026-07-20T06:00:00Z", "finish": "2026-07-27T06:00:00Z"}, request_only=True
)
SUBSTITUTE = OpenApiExample(
    "Substitute",
    {"person": 9, "start": "2026-07-22T06:00:00Z", "finish": "2026-07-23T06:00:00Z", "note": "Day off"},
    request_only=True,
)
CHANGE = OpenApiExample("Change", {"finish": "2026-07-26T06:00:00Z"}, request_only=True)
ROTA = OpenApiExample(
    "Four weeks",
    {"people": [7, 9], "first_day": "2026-07-20", "handover": "09:00", "every": "week", "turns": 4},
    request_only=True,
)
NOW = OpenApiExample(
    "Now",
    {
        "at": "2026-07-22T15:04:00Z",
        "person": BELOVA,
        "instead_of": ORLOV,
        "until": "2026-07-23T06:00:00Z",
        "next_person": ORLOV,
        "next_start": "2026-07-23T06:00:00Z",
        "gaps": [{"start": "2026-08-03T06:00:00Z", "finish": "2026-08-10T06:00:00Z"}],
    },
    response_only=True,
)
STEPS = [{"after": 10, "whom": "next"}, {"after": 10, "whom": "person", "person": 9}]
TOLD = [{"after": 10, "whom": "next", "person": None}, {"after": 10, "whom": "person", "person": BELOVA}]
POLICY = OpenApiExample(
    "Chain",
    {
        "id": 1, "severity": "high", "steps": TOLD, "repeats": 3, "enabled": True,
        "created_at": "2026-07-01T06:00:00Z", "updated_at": "2026-07-01T06:00:00Z", "version": 1,
    },
    response_only=True,
)  # fmt: skip
WRITE_POLICY = OpenApiExample("Chain", {"severity": "critical", "steps": STEPS, "repeats": 3}, request_only=True)
CHANGE_POLICY = OpenApiExample("Change", {"enabled": False}, request_only=True)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-01T06:00:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "plan-duty",
        "before": {},
        "after": {"person": "Илья Орлов"},
        "note": "",
    },
    response_only=True,
)
