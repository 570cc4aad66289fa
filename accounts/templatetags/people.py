"""How the pages draw where people and invitations stand: by the states of the design."""

from django import template

from accounts.models import Invitation, Standing, User

register = template.Library()

STANDINGS = {
    Standing.ACTIVE: "resolved",
    Standing.WAITING: "open",
    Standing.REFUSED: "overdue",
    Standing.DEACTIVATED: "closed",
}
STATES = {
    Invitation.State.OPEN: "open",
    Invitation.State.ACCEPTED: "resolved",
    Invitation.State.EXPIRED: "nodata",
    Invitation.State.WITHDRAWN: "closed",
}


@register.inclusion_tag("accounts/badge.html")
def standing(person: User) -> dict[str, str]:
    return {"state": STANDINGS[Standing(person.standing)], "word": person.get_standing_display()}


@register.inclusion_tag("accounts/badge.html")
def invitation_state(invitation: Invitation) -> dict[str, str]:
    return {"state": STATES[Invitation.State(invitation.state)], "word": invitation.get_state_display()}
