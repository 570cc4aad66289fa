from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "attachments"
    verbose_name = _("attachments")

    def ready(self):
        from django.core.checks import register

        from attachments import previews, services, wording
        from attachments.checks import check_types
        from notifications.dispatch.registry import receive_files_by
        from notifications.telegram.pictures import read_by
        from workflow.navigation import Entry
        from workflow.navigation import register as offer
        from workflow.wording import register as register_wording

        register(check_types)
        receive_files_by(services.received)
        read_by(previews.as_jpeg)
        register_wording(wording.VERBS)
        offer(
            Entry(
                "orphans", _("Lost files"), "attach", "attachments:orphans",
                order=75, group=_("Administration"), shown_to=lambda user: user.is_staff,
            )
        )  # fmt: skip
