"""Texts of Django that its own Russian catalogue lacks: ours gives them words, because it is asked first."""

from django.utils.translation import gettext_noop

TEXTS = [
    gettext_noop("- Select an option -"),
    gettext_noop("Filter by %(field_name)s"),
    gettext_noop("Logout"),
    gettext_noop("No %s matches the given query."),
]
