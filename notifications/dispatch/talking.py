"""Which app answers a call: a press, a command, an answer to a question, a reply to a message, or plain words."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.channels.message import link_to
from notifications.dispatch.calls import Call
from notifications.dispatch.registry import Command, Registry
from notifications.models import Chat, Question

QUIET = timedelta(hours=1)  # between two refusals of a stranger


def answer(call: Call) -> None:
    if call.callback_id:
        press(call)
    elif call.command:
        obey(call)
    elif completes_album(call) or answered(call) or heard(call):
        return
    elif not call.person:
        meet(call)
    elif call.wordless and not call.text:
        call.answer(_("I read words, photos and documents"), _("Write in a few words what is broken. /help"))
    else:
        listen(call)


def completes_album(call: Call) -> bool:
    """Let a further picture of an album follow the first; say whether it did."""
    subject = call.album_subject if call.enclosures else None
    run = Registry.albums.get(subject._meta.label_lower) if subject is not None else None
    if subject is None or run is None:
        return False
    if call.files:
        run(call, subject)
    call.became(subject)
    if call.troubles:
        call.answer(_("Not everything came along"))
    return True


def press(call: Call) -> None:
    noun, _colon, rest = call.data.partition(":")
    run = Registry.buttons.get(noun)
    if not call.person and noun not in Registry.public_buttons:
        call.toast = _("Link your account first: write /start to the bot.")
    elif run is None or not rest:
        call.toast = _("This button is out of date.")
    else:
        verb, *more = rest.split(":")
        run(call, verb, more)


def obey(call: Call) -> None:
    command = Registry.commands.get(call.command)
    forget_question(call)
    if command is None:
        call.answer(_("I do not know this command"), help_text(call))
    elif call.person or command.open_to_strangers or may_report(call, command):
        command.run(call)
    else:
        refuse_stranger(call)


def may_report(call: Call, command: Command) -> bool:
    return command.name == "incident" and call.chat.accepts_reports


def meet(call: Call) -> None:
    """A stranger writes: where the chat accepts reports it is one, elsewhere they are told how to come in."""
    if call.chat.accepts_reports and Registry.stranger and (call.text or call.enclosures):
        Registry.stranger(call)
    else:
        refuse_stranger(call)


def refuse_stranger(call: Call) -> None:
    """Politely, and not at every word."""
    now = timezone.now()
    if call.chat.refused_at and call.chat.refused_at > now - QUIET and not call.command:
        return
    Chat.objects.filter(pk=call.chat.pk).update(refused_at=now)
    call.answer(_("I do not know you yet"), how_to_link())


def how_to_link() -> str:
    page = link_to(reverse(Registry.link_page)) if Registry.link_page else ""
    words = _("Open “Telegram” on your account page in Vakhta, take the code and send it to me: /start CODE")
    return "\n".join(filter(None, [words, page, *(line() for line in Registry.welcomes)]))


def answered(call: Call) -> bool:
    """Take the words for the answer to what was asked, if anything was; say whether they were."""
    question = question_for(call)
    if question is None or (call.wordless and not call.text):
        return False
    question.delete()
    Registry.questions[question.name].run(call, question.data)
    return True


def question_for(call: Call) -> Question | None:
    """Return what the sender was asked here and may still answer."""
    question = Question.objects.filter(chat=call.chat, sender_id=call.sender.id).first()
    asked = Registry.questions.get(question.name) if question else None
    if question is None or asked is None or question.asked_at <= timezone.now() - asked.patience:
        return None
    return question if call.person or asked.open_to_strangers else None


def heard(call: Call) -> bool:
    """Let apps that listen first have it, outside other conversations; say whether one answered."""
    if call.person and (subject_of_reply(call) is not None or question_for(call)):
        return False
    return any(ear.hear(call) for ear in Registry.ears)


def subject_of_reply(call: Call) -> Any:
    """Return the object that a reply is about, None where replies to it are not heard."""
    subject = call.replied_subject
    return subject if subject is not None and subject._meta.label_lower in Registry.replies else None


def listen(call: Call) -> None:
    subject = subject_of_reply(call)
    if subject is not None:
        Registry.replies[subject._meta.label_lower](call, subject)
    elif Registry.plain:
        Registry.plain(call)


def forget_question(call: Call) -> None:
    Question.objects.filter(chat=call.chat, sender_id=call.sender.id).delete()


def help_text(call: Call) -> str:
    offered = sorted(Registry.commands.values(), key=lambda command: command.order)
    lines = [f"/{one.name} — {one.words}" for one in offered if call.person or one.open_to_strangers]
    plain = [] if call.chat.is_group else [_("Words, a photo or a forwarded message become an incident.")]
    return "\n".join([*lines, *(plain if call.person else [])])


def menu() -> list[dict[str, str]]:
    """Return the commands as Telegram offers them beside the field, in the active language."""
    offered = sorted(Registry.commands.values(), key=lambda command: command.order)
    return [{"command": one.name, "description": str(one.words)} for one in offered]


def show_help(call: Call) -> None:
    call.answer(_("What I can do"), help_text(call))


def show_chat(call: Call) -> None:
    """The number that administrators need to make a chat an on-call chat."""
    if not call.person:
        raise PermissionDenied
    call.answer(_("Number of this chat: %(id)s") % {"id": call.place})
