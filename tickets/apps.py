from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("tickets")

    def ready(self):
        from accounts import handover
        from attachments import owners
        from notifications import kinds
        from tickets import notifications, services, wording
        from tickets.models import CommentFile, Ticket, TicketFile
        from workflow.wording import VERBS

        kinds.register(*notifications.KINDS)
        VERBS.update(wording.VERBS)
        owners.register(TicketFile, TicketFile.objects.visible_to)
        owners.register(CommentFile, CommentFile.objects.visible_to)
        handover.register(
            handover.OpenWork(
                "tickets",
                _("tickets"),
                open=lambda: Ticket.objects.present().opened(),
                field="assignee",
                reassign=services.hand_over,
            )
        )
