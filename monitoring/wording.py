"""What the timeline says of probes."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "probe-create": Wording(_("began to watch it"), "probe", "blue"),
    "probe-check": Wording(_("had it checked"), "refresh"),
    "probe-test": Wording(_("tested an address"), "probe"),
    "probe-window": Wording(_("agreed on maintenance"), "st-planned", "violet"),
    "probe-window-cancel": Wording(_("took the maintenance back"), "undo"),
    "heartbeat-create": Wording(_("began to expect it"), "heartbeat", "blue"),
    "heartbeat-miss": Wording(_("missed its ping"), "st-down", "red"),
    "heartbeat-back": Wording(_("heard it again"), "st-up", "green"),
    "heartbeat-release": Wording(_("stopped expecting it"), "undo"),
    "outage-open": Wording(_("found it down"), "st-down", "red"),
    "outage-resume": Wording(_("found it down again"), "st-down", "red"),
    "outage-gap": Wording(_("could not measure in between"), "st-nodata", "amber"),
    "outage-close": Wording(_("found it up again"), "st-up", "green"),
    "backup-order": Wording(_("ordered it"), "backup"),
    "backup-make": Wording(_("made and verified it"), "check", "green"),
    "backup-fail": Wording(_("could not make it"), "warn", "red"),
    "backup-find": Wording(_("found it in the folder"), "eye"),
    "backup-verify-order": Wording(_("had it verified"), "eye"),
    "backup-verify": Wording(_("read it through and compared"), "check"),
    "backup-rehearse": Wording(_("rehearsed the restore"), "repeat"),
    "backup-download": Wording(_("downloaded it"), "download"),
    "backup-restore": Wording(_("restored a backup"), "undo", "amber"),
}
