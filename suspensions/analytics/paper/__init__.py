"""The report of a period on paper."""
