from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuspensionsConfig(AppConfig):
    name = "suspensions"
    verbose_name = _("downtime")

    def ready(self):
        from attachments import owners
        from notifications import kinds
        from suspensions import notifications, wording
        from suspensions.models import SuspensionFile
        from workflow.navigation import Entry, register
        from workflow.wording import VERBS

        register(Entry("analytics", _("Downtime in figures"), "chart", "suspensions:analytics", order=22))
        kinds.register(*notifications.KINDS)
        VERBS.update(wording.VERBS)
        owners.register(SuspensionFile, SuspensionFile.objects.visible_to)
