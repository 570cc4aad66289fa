"""Programmes of daily assignments: who takes part gets one a day and reports with a photo."""
