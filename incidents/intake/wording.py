"""How the timeline of an integration says what happened."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "create-integration": Wording(_("made the integration"), "plus"),
    "pause": Wording(_("paused it"), "clock", "amber"),
    "resume-integration": Wording(_("switched it on again"), "play", "green"),
    "rotate": Wording(_("gave it a new token"), "key", "blue"),
    "replay": Wording(_("replayed a message"), "repeat"),
    "try": Wording(_("tried it out"), "pulse"),
}
