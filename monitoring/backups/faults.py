"""What can stand in the way of a backup, in words for whoever looks after the machine."""

import sqlite3

import django.db
import psycopg
from django.utils.translation import gettext as _

STOP = "stop web, worker, beat and bot first. The database was not changed."
# The engines talk to the database past Django, so its own complaints arrive as well.
DATABASE = (django.db.Error, sqlite3.Error, psycopg.Error)


class Fault(Exception):
    """A backup cannot be made, read or restored; the text says why and what to do."""


class Damaged(Fault):
    """An archive is not, byte for byte, what was written."""


class LeaseLost(Fault):
    """Somebody else took over because this process was silent for too long."""


FAILURES = (Fault, OSError, *DATABASE)  # what a command says in a line of its own; anything else is our fault


def words_of(error: Exception) -> str:
    """Return what went wrong, for people; of the operating system's complaints without our temporary names."""
    text = str(error.strerror or error) if isinstance(error, OSError) else str(error)
    text = " ".join(text.split()) or type(error).__name__
    if isinstance(error, DATABASE):
        text = _("The database broke off: %(error)s") % {"error": text}
    elif not isinstance(error, FAILURES):
        text = f"{type(error).__name__}: {text}"
    return text if text.endswith(".") else f"{text}."
