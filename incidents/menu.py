from typing import Any

from incidents.models import Incident
from workflow.navigation import Counted


def open_incidents(user: Any) -> Counted:
    """The incidents that are active; hot while one of them is not taken."""
    active = Incident.objects.visible_to(user).present().active()
    return Counted(active, hot=active.filter(status=Incident.Status.OPEN))
