"""The pages of the downtime journal."""
