from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("tickets")

    def ready(self):
        from accounts import handover
        from accounts.permissions import may
        from accounts.signals import working_time_changed
        from attachments import owners
        from notifications import cards, kinds
        from tickets import bot, chat, notifications, search, services, wording
        from tickets.desk import admin as admin
        from tickets.menu import waiting_tickets
        from tickets.models import CommentFile, Ticket, TicketFile
        from tickets.offshoots import OFFSHOOTS
        from tickets.sla import keeping, warnings
        from workflow import offshoots
        from workflow.navigation import Entry, register
        from workflow.search import nouns
        from workflow.wording import register as register_wording

        nouns.register(search.NOUN)
        cards.register(Ticket, chat.CARD)
        bot.begin()
        kinds.register(*notifications.KINDS, *warnings.KINDS, section=kinds.Section(30, _("Tickets")))
        working_time_changed.connect(keeping.renew_all, dispatch_uid="tickets are due at another moment")
        register(Entry("tickets", _("Tickets"), "ticket", "tickets:list", 40, count=waiting_tickets))
        record = may("ticket_record.see")
        register(Entry("ticket-analytics", _("Tickets in figures"), "chart", "tickets:analytics", 41, shown_to=record))
        register(Entry("desk", _("Desk set-up"), "settings", "tickets:desk", 42, shown_to=may("canned_reply.see")))
        register_wording(wording.VERBS)
        owners.register(TicketFile, TicketFile.objects.visible_to)
        owners.register(CommentFile, CommentFile.objects.visible_to)
        offshoots.register(*OFFSHOOTS)
        handover.register(
            handover.OpenWork(
                "tickets",
                _("tickets"),
                open=lambda: Ticket.objects.present().opened(),
                field="assignee",
                reassign=services.hand_over,
            )
        )
