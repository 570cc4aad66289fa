"""What upper apps may have to hear of."""

from django.dispatch import Signal

# The organisation works at other hours or in another time zone; sent in the transaction of the change.
working_time_changed = Signal()
