"""Views of the queue that a person keeps for themselves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.policy import require
from tickets.models import SavedView
from workflow.actor import Actor

MOST_VIEWS = 20


@transaction.atomic
def save_view(*, by: Actor, name: str, query: str) -> SavedView:
    """Keep filters under a name; the same name again replaces them."""
    require(by.user, "ticket.see")
    by.user.locked()
    others = SavedView.objects.filter(user=by.user).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise ValidationError(_("Here can be %(count)s views at most.") % {"count": MOST_VIEWS}, code="too_many")
    view, _new = SavedView.objects.update_or_create(user=by.user, name=name, defaults={"query": query})
    return view


def drop_view(view: SavedView, *, by: Actor) -> None:
    SavedView.objects.filter(pk=view.pk, user=by.user).delete()
