"""How the timelines of downtime cases, processes, limits and risks say what happened."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "record": Wording(_("recorded it"), "downtime", "amber"),
    "restore": Wording(_("marked it restored"), "check", "green"),
    "investigate": Wording(_("began to look into it"), "st-progress", "blue"),
    "confirm": Wording(_("took it into the journal"), "check", "blue"),
    "plan": Wording(_("changed whether it was planned"), "calendar", "violet"),
    "call-off": Wording(_("called it off"), "close", "grey"),
    "regulate": Wording(_("changed what the regulator hears"), "report", "violet"),
    "propose-report": Wording(_("proposed a report to the regulator"), "report", "amber"),
    "withdraw-report": Wording(_("took the proposal back: no limit is broken"), "report", "grey"),
    "segments": Wording(_("changed the segments"), "edit"),
    "record-downtime": Wording(_("recorded downtime"), "downtime", "amber"),
    "add": Wording(_("added it"), "plus"),
    "propose-limit": Wording(_("proposed limits"), "edit", "amber"),
    "approve-limit": Wording(_("approved limits"), "check", "green"),
    "end-limit": Wording(_("ended a limit that was replaced"), "edit"),
    "correct-limit": Wording(_("proposed to correct an approved limit"), "edit", "amber"),
    "replace-limit": Wording(_("replaced it by a correction"), "edit"),
    "withdraw-limit": Wording(_("withdrew a proposal"), "close"),
    "link": Wording(_("linked a downtime case"), "link"),
    "link-risk": Wording(_("linked a risk"), "risk"),
    "unlink-risk": Wording(_("took a risk away"), "close"),
    "unlink": Wording(_("took a downtime case away"), "close"),
}
