"""What an administrator sets up first: a list on the home page that ticks itself off."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from accounts.models import Invitation, User
from accounts.policy import allows
from incidents.models import Duty, EscalationPolicy
from monitoring.models import Backup, TargetGroup
from notifications.models import Chat


class Step(NamedTuple):
    """One thing to set up: where that is done, and how; ticked once it is."""

    done: bool
    title: Any
    how: Any
    url_name: str


def context(user: Any) -> dict[str, Any]:
    """Return {"first_steps": steps, "first_steps_done": number} for whoever may take them, while one is undone."""
    known = organisation.current()
    if not known.shows_first_steps or not allows(user, "organisation.edit"):
        return {}
    steps = steps_of(found(user), named=bool(known.name))
    done = sum(step.done for step in steps)
    return {"first_steps": steps, "first_steps_done": done} if done < len(steps) else {}


def found(user: Any) -> dict[str, bool]:
    """Say by one query what there is already."""
    people = User.objects.people().exclude(pk=user.pk)
    rows: dict[str, QuerySet[Any]] = {
        "chat": Chat.objects.on_call(),
        "rota": Duty.objects.present().filter(finish__gt=timezone.now()),
        "chain": EscalationPolicy.objects.present(),
        "probe": TargetGroup.objects.watched(),
        "backup": Backup.objects.verified(),
        "person": people,
        "invitation": Invitation.objects.all(),
    }
    answers = User.objects.filter(pk=user.pk).values_list(*(Exists(some) for some in rows.values())).get()
    return dict(zip(rows, answers, strict=True))


def steps_of(there: dict[str, bool], *, named: bool) -> list[Step]:
    has_bot = bool(settings.TELEGRAM_BOT_TOKEN)
    bot = _("Choose the chat that hears of every incident.") if has_bot else _("Set TELEGRAM_BOT_TOKEN in .env.")
    letters = _("Send yourself a test.") if settings.MAILERS else _("Set EMAIL_URL in .env.")
    return [
        Step(named, _("Name the organisation"), _("Pages and exports carry the name; deadlines follow its time zone."),
             "accounts:edit-organisation"),
        Step(bool(settings.MAILERS), _("Set up letters"), letters, "notifications:preferences"),
        Step(has_bot and there["chat"], _("Connect Telegram and an on-call chat"), bot, "notifications:chats"),
        Step(there["rota"], _("Plan who is on duty"), _("High and critical incidents go to whoever is on duty."),
             "oncall:table"),
        Step(there["chain"], _("Set up an escalation chain"), _("Who hears next of what nobody takes."),
             "oncall:policies"),
        Step(there["probe"], _("Watch the connection"), _("A probe notes outages by itself, to the second."),
             "probes:list"),
        Step(there["backup"], _("Get a verified backup"), _("It is read back and compared before it counts."),
             "backups:list"),
        Step(there["person"] or there["invitation"], _("Invite people"), _("They choose their own passwords."),
             "accounts:invitations"),
    ]  # fmt: skip
