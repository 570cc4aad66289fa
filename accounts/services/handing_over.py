"""Giving the open work of one person to another in one step."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import handover
from accounts.models import User
from accounts.policy import require
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid


@transaction.atomic
def hand_over(person: User, *, by: Actor, to: User, note: str = "") -> dict[str, int]:
    """Reassign everything `person` has open and return how many of each noun. All or nothing."""
    require(by.user, "user.hand_over")
    if to == person:
        raise invalid("to", _("Choose somebody else."), "invalid")
    moved = {}
    for noun, subjects in handover.open_work(person).items():
        for subject in subjects:
            handover.registered[noun].reassign(subject, by=by, to=to, note=note)
        moved[noun] = len(subjects)
    if moved:
        after = {"to": {"id": to.pk, "name": to.name}, "moved": moved}
        Event.record(person, by=by, verb="hand-over", after=after, note=note)
    return moved
