from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuspensionsConfig(AppConfig):
    name = "suspensions"
    verbose_name = _("downtime")

    def ready(self):
        from django.db.models.signals import post_migrate, pre_migrate

        from accounts.permissions import may
        from attachments import owners
        from notifications import kinds
        from suspensions import bot, notifications, search, triggers, wording
        from suspensions.analytics import monthly
        from suspensions.budgets import warnings
        from suspensions.models import SuspensionFile
        from suspensions.offshoots import DOWNTIME
        from workflow import offshoots
        from workflow.navigation import Entry, register
        from workflow.search import nouns
        from workflow.wording import register as register_wording

        pre_migrate.connect(triggers.remove_before_migrate, sender=self, dispatch_uid="suspensions.triggers")
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="suspensions.triggers")
        register(Entry("budgets", _("Downtime budgets"), "budget", "suspensions:budgets", order=21))
        register(Entry("analytics", _("Downtime in figures"), "chart", "suspensions:analytics", order=22))
        offshoots.register(DOWNTIME)
        for noun in search.NOUNS:
            nouns.register(noun)
        kinds.register(*notifications.KINDS, *warnings.KINDS, *monthly.KINDS, section=kinds.Section(20, _("Downtime")))
        bot.begin()
        register_wording(wording.VERBS)
        owners.register(SuspensionFile, SuspensionFile.objects.visible_to)
        register(Entry("suspensions", _("Downtime"), "downtime", "suspensions:list", order=20))
        register(Entry("processes", _("Processes and limits"), "process", "suspensions:processes", order=23))
        register(Entry("risks", _("Risks"), "risk", "suspensions:risks", order=24, shown_to=may("risk.see")))
