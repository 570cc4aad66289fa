"""What the journal of downtime adds up to: one source of figures for page, API, CSV, XLSX and PDF."""
