from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q

from incidents.models import Incident
from workflow.navigation import Count


def open_incidents(user: Any) -> Count:
    """How many incidents are active; hot while one of them is not taken."""
    active = Incident.objects.visible_to(user).present().active()
    counts = active.aggregate(all=Counted("pk"), untaken=Counted("pk", filter=Q(status=Incident.Status.OPEN)))
    return Count(counts["all"], hot=counts["untaken"] > 0)
