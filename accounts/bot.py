"""A person and the bot: who they are, in which language they are spoken to."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import User
from notifications.dispatch import Call, Command, add_command
from notifications.dispatch.registry import Registry, link_at
from notifications.dispatch.talking import help_text, how_to_link, show_chat, show_help


def start(call: Call) -> None:
    """Begin a conversation; with a code from the account page, link the account."""
    if begin := Registry.starts.get(call.args):
        begin(call)
    elif call.args:
        link(call)
    elif call.person:
        call.answer(_("You are %(name)s") % {"name": call.person.name}, help_text(call))
    else:
        call.answer(_("I do not know you yet"), how_to_link())


def link(call: Call) -> None:
    if call.chat.is_group:
        raise PermissionDenied(_("Not here: others read along. Write to me alone."))
    call.person = services.link_telegram(call.args, telegram_id=call.sender.id)
    with translation.override(call.language):
        call.answer(_("You are %(name)s") % {"name": call.person.name}, help_text(call))


def unlink(call: Call) -> None:
    services.unlink_telegram(User.objects.get(pk=call.person.pk), by=call.by)
    call.answer(_("Unlinked. I write to you no more."), _("To come back, take a new code from your account page."))


def speak(call: Call) -> None:
    """/language ru: for the person in their own chat, and everywhere else of the product."""
    known = dict(settings.LANGUAGES)
    wanted = call.args.lower()
    if wanted not in known:
        words = _("Say which: %(languages)s") % {"languages": ", ".join(f"/language {code}" for code in known)}
        raise ValidationError(words, code="invalid")
    person = User.objects.get(pk=call.person.pk)
    services.edit_profile(person, by=call.by, language=wanted)
    call.person = person
    with translation.override(wanted):
        call.answer(_("I speak %(language)s now.") % {"language": translation.gettext(str(known[wanted]))})


def begin() -> None:
    """Let the bot know what accounts answer."""
    add_command(Command("start", gettext_lazy("who am I, what can you do"), start, order=1, open_to_strangers=True))
    add_command(Command("help", gettext_lazy("what can you do"), show_help, order=2, open_to_strangers=True))
    add_command(Command("link", gettext_lazy("link my account by a code"), start, order=80, open_to_strangers=True))
    add_command(Command("unlink", gettext_lazy("write to me no more"), unlink, order=81))
    add_command(Command("language", gettext_lazy("another language"), speak, order=82))
    add_command(Command("chat", gettext_lazy("number of this chat"), show_chat, order=90))
    link_at("accounts:telegram")
