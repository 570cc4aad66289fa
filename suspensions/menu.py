from typing import Any

from suspensions.models import Suspension
from workflow.navigation import Count


def running(user: Any) -> Count:
    """How many processes are down now; each of them is urgent."""
    number = Suspension.objects.visible_to(user).running().count()
    return Count(number, hot=number > 0)
