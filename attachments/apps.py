from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "attachments"
    verbose_name = _("attachments")

    def ready(self):
        from django.core.checks import register

        from attachments import previews, services
        from attachments.checks import check_types
        from notifications.dispatch.registry import receive_files_by
        from notifications.telegram.pictures import read_by
        from workflow.navigation import Entry
        from workflow.navigation import register as offer
        from workflow.wording import VERBS, Wording

        register(check_types)
        receive_files_by(services.received)
        read_by(previews.as_jpeg)
        VERBS["attach"] = Wording(_("attached a file"), "attach")
        VERBS["detach"] = Wording(_("removed a file whose bytes are lost"), "attach", "red")
        VERBS["remove-orphans"] = Wording(_("removed lost files"), "attach", "red")
        offer(
            Entry(
                "orphans", _("Lost files"), "attach", "attachments:orphans",
                order=75, group=_("Administration"), shown_to=lambda user: user.is_staff,
            )
        )  # fmt: skip
