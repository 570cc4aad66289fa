"""Examples that the schema shows."""

from drf_spectacular.utils import OpenApiExample

ORLOV = {"id": 7, "username": "orlov", "name": "Илья Орлов"}
PROCESS = {"id": 1, "code": "DU_25", "name": "Доверительное управление"}
SOURCE = {"id": 5, "code": "PROVAIDER", "name": "Провайдер"}
STAMPS = {"created_at": "2026-07-23T15:04:00Z", "updated_at": "2026-07-23T16:20:00Z", "version": 2}

CASE = OpenApiExample(
    "Downtime case",
    {
        "id": 46,
        "number": "2026-0007",
        "status": "restored",
        "process": PROCESS,
        "risk_source": SOURCE,
        "start": "2026-07-23T15:03:00Z",
        "finish": "2026-07-23T16:20:00Z",
        "planned_finish": None,
        "kind": "outage",
        "planned": False,
        "announced_at": None,
        "degradation": 1.0,
        "segments": [{"start": "2026-07-23T15:03:00Z", "finish": "2026-07-23T16:20:00Z", "degradation": 1.0}],
        "duration_seconds": 4620,
        "duration_minutes": 77.0,
        "scheduled_minutes": 0.0,
        "description": "No line to the depositary.",
        "implementing_measures": "Switched to the second provider.",
        "root_cause": "Cable cut by roadworks.",
        "loss": "120000.00",
        "currency": "RUB",
        "author": ORLOV,
        "origin": "manual",
        "incident": 1042,
        "reportable": False,
        "reportable_reason": "",
        "report_proposed_at": None,
        "report_decided_at": None,
        "report_due_at": None,
        "reported_at": None,
        "report_reference": "",
        "closed_at": None,
        **STAMPS,
    },
    response_only=True,
)
RECORD = OpenApiExample(
    "Still running",
    {"process": "DU_25", "risk_source": "PROVAIDER", "start": "2026-07-23T18:03:00+03:00", "description": "No line."},
    request_only=True,
)
PATCH = OpenApiExample("Correction", {"root_cause": "Cable cut by roadworks.", "loss": "120000.00"}, request_only=True)
COMMENT_TEXT = OpenApiExample("Text", {"text": "The provider promises noon."}, request_only=True)
COMMENT = OpenApiExample(
    "Comment",
    {"id": 5, "author": ORLOV, "text": "The provider promises noon.", "created_at": "2026-07-23T15:31:00Z"},
    response_only=True,
)
EVENT = OpenApiExample(
    "Event",
    {
        "id": 90,
        "at": "2026-07-23T16:20:00Z",
        "actor": ORLOV,
        "channel": "page",
        "verb": "restore",
        "before": {"status": "registered", "finish": None},
        "after": {"status": "restored", "finish": "2026-07-23T16:20:00Z"},
        "note": "",
    },
    response_only=True,
)
TECH_PROCESS = OpenApiExample(
    "Process",
    {
        **PROCESS,
        "number": "25",
        "owner": ORLOV,
        "criticality": "critical",
        "schedule": None,
        "active": True,
        "active_from": None,
        "active_to": None,
        **STAMPS,
    },
    response_only=True,
)
NEW_PROCESS = OpenApiExample(
    "New process",
    {"code": "REPORTS", "number": "31", "name": "Отчётность", "schedule": {"monday": "09:00-18:00"}},
    request_only=True,
)
NEW_NAME = OpenApiExample("Name", {"name": "Отчётность"}, request_only=True)
LIMIT = OpenApiExample(
    "Limit",
    {
        "id": 3,
        "process": PROCESS,
        "valid_from": "2026-01-01",
        "valid_to": None,
        "case_minutes": 240,
        "year_minutes": 1440,
        "degradation": 0.2,
        "document": "Приказ № 12 от 25.12.2025",
        "case_warn": 80,
        "year_warn": 80,
        "degradation_warn": 80,
        "report_minutes": 1440,
        "share_reported": True,
        "corrects": None,
        "correction_note": "",
        "status": "approved",
        "proposed_by": ORLOV,
        "approved_by": {"id": 3, "username": "kravtsov", "name": "Павел Кравцов"},
        "approved_at": "2026-01-09T09:00:00Z",
        **STAMPS,
    },
    response_only=True,
)
NEW_LIMIT = OpenApiExample(
    "Proposal",
    {"valid_from": "2026-01-01", "case_minutes": 240, "year_minutes": 1440, "document": "Приказ № 12 от 25.12.2025"},
    request_only=True,
)
CORRECTION = OpenApiExample(
    "Correction", {"year_minutes": 144, "note": "В приказе 144 минуты, а не 1440."}, request_only=True
)
END = OpenApiExample("End", {"valid_to": "2026-06-30", "note": "Приказ отменён."}, request_only=True)
RISK_SOURCE = OpenApiExample(
    "Risk source", {**SOURCE, "category": "external", "active": True, **STAMPS}, response_only=True
)
NEW_RISK_SOURCE = OpenApiExample(
    "New source", {"code": "POWER", "name": "Электропитание", "category": "external"}, request_only=True
)
RISK = OpenApiExample(
    "Risk",
    {
        "id": 4,
        "code": "R-04",
        "title": "Обрыв канала связи",
        "processes": [PROCESS],
        "risk_source": SOURCE,
        "owner": ORLOV,
        "likelihood": 4,
        "impact": 4,
        "inherent_score": 16,
        "residual_likelihood": 2,
        "residual_impact": 3,
        "residual_score": 6,
        "method": "reduce",
        "controls": "Второй провайдер, проверка раз в квартал.",
        "status": "open",
        "next_review": "2026-10-01",
        "suspensions": [46],
        **STAMPS,
    },
    response_only=True,
)
RISK_CASE = OpenApiExample("Case", {"suspension": 45}, request_only=True)
NEW_RISK = OpenApiExample(
    "New risk",
    {
        "code": "R-04", "title": "Обрыв канала связи", "processes": ["DU_25"], "likelihood": 4, "impact": 4,
        "residual_likelihood": 2, "residual_impact": 3,
    },
    request_only=True,
)  # fmt: skip
SCORES = OpenApiExample("New scores", {"residual_likelihood": 1, "next_review": "2027-01-15"}, request_only=True)
HEAT_MAP = OpenApiExample(
    "Heat map (one cell of each)",
    {
        "inherent": [{"likelihood": 4, "impact": 4, "score": 16, "risks": ["R-04"]}],
        "residual": [{"likelihood": 2, "impact": 3, "score": 6, "risks": ["R-04"]}],
    },
    response_only=True,
)
YEARS = OpenApiExample(
    "Year", {"year": 2026, "events": 2, "minutes": 154.5, "losses": {"RUB": "120000.00"}}, response_only=True
)
