from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "attachments"
    verbose_name = _("attachments")

    def ready(self):
        from django.core.checks import register

        from attachments.checks import check_types
        from workflow.wording import VERBS, Wording

        register(check_types)
        VERBS["attach"] = Wording(_("attached a file"), "attach")
        VERBS["detach"] = Wording(_("removed a file whose bytes are lost"), "attach", "red")
