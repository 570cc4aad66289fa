"""Who is on duty, by Telegram."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import allows
from incidents.oncall.weeks import overview
from notifications.dispatch import Call, Command, add_command
from notifications.kinds import stamp


def duty(call: Call) -> None:
    """Say who is on duty now, until when, and who comes next."""
    if not allows(call.person, "duty.see"):
        call.answer(_("Your role does not allow this."))
        return
    seen = overview(timezone.now())
    if seen.present and seen.present.person:
        title, lines = _("On duty: %(name)s") % {"name": seen.present.person.name}, [until(seen.present)]
    else:
        title, lines = _("Nobody is on duty"), []
    if seen.following and seen.following.person:
        then = {"name": seen.following.person.name, "start": stamp(seen.following.start)}
        lines.append(_("Next: %(name)s, from %(start)s") % then)
    if seen.gaps:
        lines.append(_("Nobody is on duty from %(start)s") % {"start": stamp(seen.gaps[0].start)})
    call.answer(title, "\n".join(lines))


def until(span) -> str:
    return _("until %(finish)s") % {"finish": stamp(span.finish)}


def begin() -> None:
    """Let the bot know the command."""
    add_command(Command("duty", gettext_lazy("who is on duty now"), duty, order=30))
