"""How the timeline of a ticket says what happened."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "file": Wording(_("filed the ticket"), "ticket", "amber"),
    "wait": Wording(_("waits for the creator"), "clock", "amber"),
    "resume": Wording(_("went on"), "st-progress", "blue"),
    "priority": Wording(_("changed the priority"), "sev-medium"),
    "escalate": Wording(_("made an incident of it"), "incident", "red"),
    "grow-task": Wording(_("made a task of it"), "task", "blue"),
    "merge": Wording(_("merged it into another ticket"), "merge", "grey"),
    "take-in": Wording(_("merged a duplicate into it"), "merge", "blue"),
    "rate": Wording(_("said how content they are"), "st-resolved", "green"),
    "watch-ticket": Wording(_("keeps an eye on it"), "eye"),
}
