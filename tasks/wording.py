"""How the timeline of a task says what happened."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "set": Wording(_("set the task"), "task", "amber"),
    "repeat": Wording(_("set it again by its rule"), "repeat", "amber"),
    "start": Wording(_("began"), "st-progress", "blue"),
    "done": Wording(_("reported it done"), "st-resolved", "green"),
    "return": Wording(_("returned it"), "undo", "amber"),
    "cancel": Wording(_("cancelled it"), "close", "red"),
    "ask-deadline": Wording(_("asked for a later deadline"), "clock", "amber"),
    "grant-deadline": Wording(_("moved the deadline"), "calendar", "green"),
    "refuse-deadline": Wording(_("left the deadline as it is"), "calendar", "red"),
    "hand-over-task": Wording(_("handed the task over"), "user"),
    "check": Wording(_("ticked off a step"), "check", "green"),
    "uncheck": Wording(_("took a tick away"), "undo"),
    "watch-task": Wording(_("keeps an eye on it"), "eye"),
}
