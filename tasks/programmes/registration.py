"""What programmes tell the rest of the product of themselves, once at the start."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from attachments import owners
from notifications import kinds
from tasks.models import AssignmentPicture, ReportPhoto
from tasks.programmes import bot, links, menu, notifications, search, wording
from workflow.navigation import Entry, register
from workflow.search.nouns import register_directory
from workflow.wording import register as register_wording


def begin() -> None:
    bot.begin()
    links.Page.url_name = "programmes:join"
    register(
        Entry(
            "programmes",
            _("Programmes"),
            "image",
            "programmes:list",
            order=35,
            shown_to=may("programme.see"),
            count=menu.to_review,
        )
    )
    register_directory(search.PROGRAMMES)
    register_directory(search.MEMBERS)
    kinds.register(*notifications.KINDS, section=kinds.Section(50, _("Programmes")))
    register_wording(wording.VERBS)
    owners.register(AssignmentPicture, AssignmentPicture.objects.visible_to)
    owners.register(ReportPhoto, ReportPhoto.objects.visible_to)
