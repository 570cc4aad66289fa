from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("incidents")

    def ready(self):
        from accounts import handover
        from accounts.permissions import may
        from attachments import owners
        from incidents import bot, notifications, search, services
        from incidents.intake import notifications as intake
        from incidents.intake import wording
        from incidents.menu import open_incidents
        from incidents.models import Incident, IncidentFile
        from incidents.oncall import registration as oncall
        from notifications import kinds
        from workflow.navigation import Entry, register
        from workflow.search import nouns
        from workflow.wording import register as register_wording

        nouns.register(search.NOUN)
        kinds.register(*notifications.KINDS, *intake.KINDS, section=kinds.Section(10, _("Incidents")))
        register_wording(wording.VERBS)
        bot.begin()
        oncall.begin()
        register(Entry("incidents", _("Incidents"), "incident", "incidents:list", order=10, count=open_incidents))
        integrations = Entry(
            "integrations", _("Integrations"), "pulse", "integrations:list", 72, _("Administration"),
            may("integration.see"),
        )  # fmt: skip
        register(integrations)
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
