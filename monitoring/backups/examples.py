"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

NEW = {
    "id": 12,
    "state": "waiting",
    "name": None,
    "made_by": {"id": 1, "username": "admin", "name": "Илья Орлов"},
    "phase": "",
    "percent": None,
    "taken_at": None,
    "finished_at": None,
    "size": None,
    "sha256": "",
    "engine": "",
    "application_version": "",
    "encrypted": False,
    "rows": None,
    "files": None,
    "lost": 0,
    "verified_at": None,
    "rehearsed_at": None,
    "rehearsal_error": "",
    "copied_at": None,
    "copy_error": "",
    "error": "",
    "created_at": "2026-07-23T15:45:00Z",
    "updated_at": "2026-07-23T15:45:00Z",
    "version": 1,
}
ORDERED = OpenApiExample("Ordered", NEW, response_only=True, status_codes=["202"])
VERIFIED = {
    **NEW,
    "state": "verified",
    "name": "vakhta-20260723T154502Z-5f06829a.tar",
    "taken_at": "2026-07-23T15:45:02Z",
    "finished_at": "2026-07-23T15:45:31Z",
    "size": 48_211_968,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "engine": "postgresql",
    "application_version": "1.0.0",
    "rows": 184_220,
    "files": 1_204,
    "verified_at": "2026-07-23T15:45:31Z",
    "version": 7,
}
BACKUP = OpenApiExample("Verified", VERIFIED, response_only=True)
ACCEPTED = OpenApiExample("Accepted", VERIFIED, response_only=True, status_codes=["202"])
EVENT = OpenApiExample(
    "Event",
    {
        "id": 91,
        "at": "2026-07-23T15:45:31Z",
        "actor": {"id": 2, "username": "system", "name": "Vakhta"},
        "channel": "job",
        "verb": "backup-make",
        "before": {},
        "after": {"file": "vakhta-20260723T154502Z-5f06829a.tar", "size": 48_211_968},
        "note": "",
    },
    response_only=True,
)
