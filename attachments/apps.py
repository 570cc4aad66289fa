from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "attachments"

    def ready(self):
        from workflow.wording import VERBS, Wording

        VERBS["attach"] = Wording(_("attached a file"), "attach")
        VERBS["detach"] = Wording(_("removed a file whose bytes are lost"), "attach", "red")
