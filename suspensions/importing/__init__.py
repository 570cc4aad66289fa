"""The old journal comes in: read from CSV or XLSX, judged row by row, written as drafts when asked to."""

from suspensions.importing.services import Report, confirm_drafts, discard_drafts, drafts_of, judge, write

__all__ = ["Report", "confirm_drafts", "discard_drafts", "drafts_of", "judge", "write"]
