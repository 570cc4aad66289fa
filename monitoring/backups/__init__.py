"""Backups: one verified archive of the database and of all files, and the way back from it."""
