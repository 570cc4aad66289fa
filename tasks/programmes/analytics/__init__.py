"""What came of a programme: one reading behind pages, API and files."""
