from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("incidents")

    def ready(self):
        from accounts import handover
        from attachments import owners
        from incidents import notifications, services
        from incidents.menu import open_incidents
        from incidents.models import Incident, IncidentFile
        from notifications import kinds
        from workflow.navigation import Entry, register

        kinds.register(*notifications.KINDS)
        register(Entry("incidents", _("Incidents"), "incident", "incidents:list", order=10, count=open_incidents))
        owners.register(IncidentFile, IncidentFile.objects.visible_to)
        handover.register(
            handover.OpenWork(
                "incidents",
                _("incidents"),
                open=lambda: Incident.objects.present().active(),
                field="assignee",
                reassign=services.hand_over,
            )
        )
