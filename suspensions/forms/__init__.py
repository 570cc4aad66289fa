"""The forms of the downtime journal."""
