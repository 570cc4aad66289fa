"""Log lines as JSON, one object a line, each with the id of its request and without secrets."""

import fcntl
import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from workflow import request_id
from workflow.redaction import without_secrets


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.current.get()
        return True


class JsonFormatter(logging.Formatter):
    """A line cannot be forged: line breaks and control characters inside a message are escaped by JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request_id": getattr(record, "request_id", ""),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


class RotatingFile(WatchedFileHandler):
    """A file that several processes write to: whoever finds it full renames it, the others notice.

    A line is one write to the end of the file, so lines never mix; who has not noticed yet still writes to the renamed
    file, so none is lost. `size` is in bytes; `kept` old files stand beside it as NAME.1, the newest, to NAME.N.
    """

    def __init__(self, filename: str, *, size: int, kept: int):
        super().__init__(filename, encoding="ascii", delay=True)
        self.size, self.kept = size, kept

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        try:
            if self.stream and os.fstat(self.stream.fileno()).st_size >= self.size:
                self.rotate()
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """On a full disk nothing is said about the file: each line stands in the output already."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def rotate(self) -> None:
        with Path(f"{self.baseFilename}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            path = Path(self.baseFilename)
            if not path.exists() or path.stat().st_size < self.size:
                return  # somebody else was faster
            for number in range(self.kept - 1, 0, -1):
                old = Path(f"{path}.{number}")
                if old.exists():
                    old.rename(f"{path}.{number + 1}")
            path.rename(f"{path}.1")


def facts(**found: Any) -> dict[str, Any]:
    """Return what a log call takes as `extra` so that its line has fields of its own."""
    return {"facts": found}
