"""What the duty table tells the rest of the product of itself, once at the start."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import handover
from accounts.permissions import may
from incidents.models import Duty
from incidents.oncall import bot, notifications, search, services, wording
from notifications import kinds
from workflow.navigation import Entry, register
from workflow.search.nouns import register_directory
from workflow.wording import register as register_wording


def begin() -> None:
    kinds.register(*notifications.KINDS, section=kinds.Section(15, _("On call")))
    bot.begin()
    register_directory(search.DIRECTORY)
    register_wording(wording.VERBS)
    register(Entry("oncall", _("On call"), "oncall", "oncall:table", order=12, shown_to=may("duty.see")))
    handover.register(
        handover.OpenWork(
            "duties",
            _("duties"),
            open=lambda: Duty.objects.present().to_come(timezone.now()),
            field="person",
            reassign=services.hand_over,
        )
    )
