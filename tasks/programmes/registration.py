"""What programmes tell the rest of the product of themselves, once at the start."""

from attachments import owners
from notifications import kinds
from tasks.models import AssignmentPicture, ReportPhoto
from tasks.programmes import bot, notifications, wording
from workflow.wording import VERBS


def begin() -> None:
    bot.begin()
    kinds.register(*notifications.KINDS)
    VERBS.update({verb: words for verb, words in wording.VERBS.items() if verb not in VERBS})
    owners.register(AssignmentPicture, AssignmentPicture.objects.visible_to)
    owners.register(ReportPhoto, ReportPhoto.objects.visible_to)
