"""Everything that can happen to files: they come in, are attached, and what lost its other half is removed."""

from attachments.services.orphans import Survey, remove, remove_bytes, remove_rows, survey, sweep
from attachments.services.receive import attach, keep, received, told

__all__ = ["Survey", "attach", "keep", "received", "remove", "remove_bytes", "remove_rows", "survey", "sweep", "told"]
