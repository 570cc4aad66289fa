from django.apps import AppConfig
from django.utils import timezone
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
        from incidents.models import Duty, Incident, IncidentFile
        from incidents.oncall import notifications as oncall
        from incidents.oncall import services as duties
        from incidents.oncall import wording as oncall_wording
        from notifications import kinds
        from workflow.navigation import Entry, register
        from workflow.search import nouns
        from workflow.wording import VERBS

        nouns.register(search.NOUN)
        kinds.register(*notifications.KINDS, *intake.KINDS, *oncall.KINDS)
        VERBS.update(wording.VERBS | oncall_wording.VERBS)
        bot.begin()
        register(Entry("incidents", _("Incidents"), "incident", "incidents:list", order=10, count=open_incidents))
        register(
            Entry(
                "integrations",
                _("Integrations"),
                "pulse",
                "integrations:list",
                order=72,
                group=_("Administration"),
                shown_to=may("integration.see"),
            )
        )
        register(Entry("oncall", _("On call"), "oncall", "oncall:table", order=12, shown_to=may("duty.see")))
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
        handover.register(
            handover.OpenWork(
                "duties",
                _("duties"),
                open=lambda: Duty.objects.present().to_come(timezone.now()),
                field="person",
                reassign=duties.hand_over,
            )
        )
