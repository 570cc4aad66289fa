"""How timelines say what happened to files."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "attach": Wording(_("attached a file"), "attach"),
    "detach": Wording(_("removed a file whose bytes are lost"), "attach", "red"),
    "remove-orphans": Wording(_("removed lost files"), "attach", "red"),
}
