"""How timelines say what happened to programmes, assignments, members and reports."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "create-programme": Wording(_("set up the programme"), "plus"),
    "start-programme": Wording(_("started the programme"), "st-progress", "blue"),
    "end-days": Wording(_("ended the days, reviews are awaited"), "clock", "amber"),
    "finish-programme": Wording(_("finished the programme"), "st-closed", "grey"),
    "cancel-programme": Wording(_("called the programme off"), "close", "red"),
    "plan-day": Wording(_("chose another assignment for a day"), "calendar"),
    "fill-calendar": Wording(_("filled the calendar"), "calendar"),
    "create-assignment": Wording(_("put it into the catalogue"), "plus"),
    "archive": Wording(_("archived it"), "st-closed", "grey"),
    "unarchive": Wording(_("took it out of the archive"), "undo"),
    "introduce": Wording(_("introduced themselves"), "user"),
    "apply": Wording(_("asked to take part"), "plus", "amber"),
    "apply-again": Wording(_("asked to take part again"), "repeat", "amber"),
    "approve-request": Wording(_("took them in"), "check", "green"),
    "decline-request": Wording(_("turned them down"), "close", "red"),
    "admit": Wording(_("took them in"), "check", "green"),
    "exclude": Wording(_("excluded them"), "close", "red"),
    "readmit": Wording(_("took them back"), "undo", "green"),
    "send": Wording(_("sent a photo"), "attach", "amber"),
    "skip": Wording(_("skipped the day"), "st-closed", "grey"),
    "miss-day": Wording(_("ended the day without a report"), "clock", "red"),
    "approve-report": Wording(_("approved it"), "check", "green"),
    "decline": Wording(_("declined it"), "close", "red"),
}
