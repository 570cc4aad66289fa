"""Examples that the schema shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

MELNIKOVA = {"id": 3, "username": "melnikova", "name": "Ольга Мельникова"}
TIMES = {"created_at": "2026-05-20T06:55:00Z", "updated_at": "2026-06-01T07:10:00Z", "version": 2}
SHORT = {"id": 2, "title": "Спортивный месяц", "start": "2026-06-01", "finish": "2026-06-28", "status": "started"}
ANNA = {"id": 12, "name": "Анна Зайцева"}
EXERCISE = {"id": 4, "title": "Зарядка на свежем воздухе"}
COUNTS = {"points": 9, "reviewing": 1, "declined": 0, "skipped": 1, "missed": 1}
FINAL = "{name}, спасибо! Баллов: {points} из {days}."


def answer(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True)


def body(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


PROGRAMME = answer(
    "Programme",
    SHORT | {
        "final_message": FINAL, "join_days": 3, "most_missed": 3, "attempts": 3, "join_until": "2026-06-04",
        "length": 28, "member_count": 14, "request_count": 2, "review_count": 5,
        "started_at": "2026-06-01T00:00:12Z", "finished_at": None, "cancelled_at": None, **TIMES,
    },
)  # fmt: skip
SET_UP = body(
    "Set up",
    {"title": "Спортивный месяц", "start": "2026-06-01", "finish": "2026-06-28", "final_message": FINAL},
)
CHANGE = body("Change", {"finish": "2026-06-30", "most_missed": 5})
DAY = answer("Day", {"number": 1, "on": "2026-06-01", "assignment": EXERCISE})
PLAN_DAY = body("Choose", {"number": 3, "assignment": 4})
PICTURE = {
    "id": "0b8e1f6e-0f0a-4a53-9d4b-3f4c6d8f2a11",
    "name": "photo.jpg",
    "url": "/api/v1/attachments/0b8e1f6e-0f0a-4a53-9d4b-3f4c6d8f2a11/download/",
    "preview_url": "/api/v1/attachments/0b8e1f6e-0f0a-4a53-9d4b-3f4c6d8f2a11/preview/",
}
ASSIGNMENT = answer(
    "Assignment",
    EXERCISE | {"text": "Пять минут, любой комплекс", "picture": PICTURE, "archived": False, "uses": 3, **TIMES},
)
WRITE_ASSIGNMENT = body("Assignment", {"title": "Зарядка на свежем воздухе", "text": "Пять минут, любой комплекс"})
CHANGE_ASSIGNMENT = body("Change", {"text": "Десять минут, любой комплекс"})
PROFILE = {
    "name": "Анна",
    "surname": "Зайцева",
    "birth_date": "1990-12-31",
    "city": "Казань",
    "phone": "+79123456789",
}
MEMBER = answer("Member", {"id": 12, **PROFILE, "telegram_id": 501, "user": None, "blocked": False, **TIMES})
CHANGE_MEMBER = body("Change", {"city": "Самара"})
JOIN = body("Form", PROFILE)
JOIN_REQUEST = answer(
    "Request",
    {
        "id": 40, "programme": SHORT, "member": ANNA, "status": "pending", "applications": 1, "reason": "",
        "decided_by": None, "decided_at": None, **TIMES,
    },
)  # fmt: skip
MEMBERSHIP = answer(
    "Membership",
    {"id": 31, "programme": SHORT, "member": ANNA, "status": "active", "reason": "", "excluded_at": None}
    | COUNTS
    | {"blocked": False, **TIMES},
)
BRIEF = {
    "id": 310, "on": "2026-06-12", "day": 12, "assignment": EXERCISE, "status": "reviewing", "reason": "",
    "attempts": 1, "attempts_left": 2, "sent_at": "2026-06-12T08:31:00Z", "reviewed_at": None,
    "photos": [{"picture": PICTURE, "sent_at": "2026-06-12T08:31:00Z"}], "version": 2,
}  # fmt: skip
NEAR = {"report": 297, "member": {"id": 15, "name": "Пётр Белов"}, "picture": PICTURE, "distance": 4}
REPORT = answer(
    "Report",
    BRIEF | {
        "programme": SHORT, "membership": 31, "member": ANNA, "excused": False, "handed_at": "2026-06-12T06:00:03Z",
        "reviewed_by": None, "photos": [{"picture": PICTURE, "sent_at": "2026-06-12T08:31:00Z", "near": NEAR}],
    },
)  # fmt: skip
OWN_REPORT = answer("Own report", BRIEF)
TODAY = BRIEF | {"text": "Пять минут, любой комплекс", "picture": True}
PARTICIPATION = answer(
    "Participation",
    {
        "member": PROFILE,
        "joinable": None,
        "request": None,
        "membership": {"id": 31, "programme": SHORT, "status": "active", "reason": "", **COUNTS},
        "today": TODAY,
    },
)
PHOTO = OpenApiExample(
    "Form", {"file": "(the bytes of photo.jpg)"}, media_type="multipart/form-data", request_only=True
)
EVENT = answer(
    "Event",
    {
        "id": 90,
        "at": "2026-06-01T07:10:00Z",
        "actor": MELNIKOVA,
        "channel": "api",
        "verb": "approve-report",
        "before": {"status": "reviewing"},
        "after": {"status": "approved"},
        "note": "",
    },
)
