"""Where log lines go: as JSON to the output, and to a file that makes room by itself."""

from typing import Any


def logging_to(level: str, *, file: str, size: int, kept: int, on_call: dict[str, str]) -> dict[str, Any]:
    """Return the setting LOGGING; without a `file` there is only the output. `size` is in bytes.

    `on_call`: the bot and the chat that hear of the product's own errors, both or none.
    """
    found: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "workflow.logs.RequestIdFilter"}},
        "formatters": {"json": {"()": "workflow.logs.JsonFormatter"}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", **AS_JSON, "level": level}},
        "root": {"handlers": ["stdout"], "level": "INFO" if file and level != "DEBUG" else level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": False},  # every request stands in `access` already
            "httpx": {"level": "WARNING"},  # it would write addresses down, and the bot's hold its token
            "django.request": {"level": "ERROR"},  # what a client got wrong stands in its answer
            # Ticks come every few seconds and would bury the rest.
            **{
                f"celery.{part}": {"level": "WARNING"}
                for part in ("beat", "worker.request", "worker.strategy", "app.trace")
            },
        },
    }
    if file:
        found["handlers"]["file"] = {
            "class": "workflow.logs.RotatingFile",
            **AS_JSON,
            "level": level if level == "DEBUG" else "INFO",
            "filename": file,
            "size": size,
            "kept": kept,
        }
        found["root"]["handlers"].append("file")
    if on_call["token"] and on_call["chat"]:
        found["handlers"]["on_call"] = {"class": ON_CALL, "filters": ["request_id"], **on_call}
        found["root"]["handlers"].append("on_call")
    return found


ON_CALL = "monitoring.errors.handler.OnCallHandler"
AS_JSON = {"formatter": "json", "filters": ["request_id"]}
