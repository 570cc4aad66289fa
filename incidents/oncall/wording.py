"""How timelines say what happened to duties and chains."""

from django.utils.translation import gettext_lazy as _

from workflow.wording import Wording

VERBS = {
    "plan-duty": Wording(_("planned the duty"), "calendar"),
    "substitute": Wording(_("let somebody stand in"), "repeat", "blue"),
    "create-chain": Wording(_("wrote the chain"), "plus"),
    "notify-on-call": Wording(_("told further people, nobody had taken it"), "bell", "red"),
    "exhaust-chain": Wording(_("came to the end of the chain, nobody has taken it"), "warn", "red"),
}
