"""Programmes by Telegram: joining by questions, today's assignment, a photo as the report, skipping, points."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.dispatch import (
    Call,
    Command,
    Ear,
    add_command,
    answer_buttons,
    ask,
    complete_albums,
    listen_first,
    on_question,
    on_start,
    welcome_by,
)
from tasks.models import Member, Membership, Report
from tasks.models.task import today
from tasks.programmes import links, services
from tasks.programmes.services.joining import closed_words, joinable, told_field
from tasks.programmes.services.reporting import early_words, membership_of, outside_words
from workflow.models import Conflict

PATIENCE = timedelta(days=1)  # so long the form waits for its next answer
QUESTIONS = {
    "name": gettext_lazy("What is your first name?"),
    "surname": gettext_lazy("What is your surname?"),
    "birth_date": gettext_lazy("When were you born? As day, month and year: 31.12.1990"),
    "city": gettext_lazy("Which city do you live in?"),
    "phone": gettext_lazy("What is your phone number? +7 912 345-67-89"),
}
STEPS = list(QUESTIONS)


def member_of(call: Call) -> Member | None:
    return Member.objects.filter(telegram_id=call.sender.id).first()


def alone(call: Call) -> None:
    if call.chat.is_group:
        raise PermissionDenied(_("Not here: others read along. Write to me alone."))


# -- Joining -----------------------------------------------------------------------------------------------------------
def join(call: Call) -> None:
    """Offer the form: on a page where one can be opened, else by questions."""
    alone(call)
    member = member_of(call)
    programme = joinable(member)
    if programme is None:
        raise Conflict(member or Member(), closed_words(member))
    pending = member and member.requests.pending().filter(programme=programme).exists()
    about = _("Your request is not decided yet. You may correct it.") if pending else ""
    if address := links.address_for(call.sender.id, call.language):
        rows = [[(_("Fill in the form"), address)], [(_("By questions here"), "programme:ask")]]
        call.answer(programme.title, about, buttons=rows)
    elif pending:
        call.answer(programme.title, about, buttons=[[(_("Correct it"), "programme:ask")]])
    else:
        begin_form(call)


def begin_form(call: Call) -> None:
    member = member_of(call)
    programme = joinable(member)
    if programme is None:
        raise Conflict(member or Member(), closed_words(member))
    ask(call, "programme-join", step=STEPS[0], told={})
    call.answer(programme.title, str(QUESTIONS[STEPS[0]]), ask=True)


def answer_question(call: Call, data: Mapping[str, Any]) -> None:
    """Take one answer and ask for the next; what does not fit is refused and the question stays."""
    step, told = data["step"], dict(data["told"])
    if not call.text:
        raise ValidationError(_("Answer in words, or give up: /help"))
    value = told_field(step, call.text)
    told[step] = value.isoformat() if isinstance(value, date) else value
    following = STEPS[STEPS.index(step) + 1 :]
    if following:
        ask(call, "programme-join", step=following[0], told=told)
        call.answer(str(QUESTIONS[following[0]]), ask=True)
        return
    told["birth_date"] = date.fromisoformat(told["birth_date"])
    request = services.apply(by=call.by, telegram_id=call.sender.id, language=call.language, **told)
    call.became(request)
    title = _("Your request is sent: %(programme)s") % {"programme": request.programme}
    call.answer(title, _("I write to you once it is decided. To correct it: /join"))


def welcome() -> str:
    programme = joinable(None)
    return _("To take part in “%(programme)s”: /join") % {"programme": programme} if programme else ""


# -- The day -----------------------------------------------------------------------------------------------------------
def part_of(call: Call) -> Membership:
    """Return the sender's part in the running programme. Raises Conflict for who has none, or no longer."""
    alone(call)
    member = member_of(call)
    membership = membership_of(member) if member else None
    if member is None:
        raise Conflict(Member(), _("You take part in no programme that is running."))
    if membership is None:
        raise Conflict(member, outside_words(member))
    if membership.status == Membership.Status.EXCLUDED:
        raise Conflict(membership, closed_words(member))
    return membership


def report_of(membership: Membership) -> Report:
    """Return today's. Raises Conflict before it is handed out."""
    rows = membership.reports.filter(on=today()).select_related("day__assignment", "programme", "membership__member")
    report = rows.first()
    if report is None:
        raise Conflict(membership, early_words(membership, None))
    return report


def show_today(call: Call) -> None:
    report = report_of(part_of(call))
    options: dict[str, Any] = {"picture": str(report.assignment.picture.pk)} if report.assignment.picture else {}
    if report.status == Report.Status.WAITING:
        options["buttons"] = [[(_("Skip today"), f"programme:skip:{report.pk}")]]
    body = [report.assignment.text, _("Report: %(status)s") % {"status": report.get_status_display()}, report.reason]
    call.answer(report.assignment.title, "\n".join(filter(None, body)), **options)


def offer_skip(call: Call) -> None:
    report = report_of(part_of(call))
    confirm_skip(call, report)


def confirm_skip(call: Call, report: Report) -> None:
    rows = [[(_("Yes, skip"), f"programme:skip-now:{report.pk}"), (_("No"), f"programme:keep:{report.pk}")]]
    title = _("Skip “%(assignment)s”?") % {"assignment": report.assignment}
    call.answer(title, _("There will be no point for today, and no report either."), buttons=rows)


def show_points(call: Call) -> None:
    membership = part_of(call)
    row: Any = Membership.objects.with_points().get(pk=membership.pk)
    left = max((membership.programme.finish - today()).days, 0)
    lines = [
        _("In review: %(count)s") % {"count": row.reviewing_count},
        _("Declined: %(count)s") % {"count": row.declined_count},
        _("Skipped: %(count)s") % {"count": row.skipped_count},
        _("Missed: %(count)s") % {"count": row.missed_count},
        _("Days to come: %(count)s") % {"count": left},
    ]
    call.answer(_("Your points: %(points)s") % {"points": row.points}, "\n".join(lines))


def press(call: Call, verb: str, more: list[str]) -> None:
    """Do what a button says, if it is still about today."""
    if verb == "ask":
        begin_form(call)
        return
    report = report_of(part_of(call))
    if more != [str(report.pk)]:
        call.toast = _("This button is out of date.")
    elif verb == "skip":
        confirm_skip(call, report)
    elif verb == "skip-now":
        services.skip(report.member, by=call.by)
        call.became(report)
        call.toast = _("Today is skipped")
    else:
        call.toast = _("Then send a photo until midnight.")


# -- Photos ------------------------------------------------------------------------------------------------------------
def is_photo(call: Call) -> bool:
    return "photo" in (call.update.payload.get("message") or {})


def wants(call: Call) -> bool:
    """Whether a photo of somebody without an account is worth fetching."""
    member = member_of(call) if is_photo(call) and not call.chat.is_group else None
    return member is not None and membership_of(member) is not None


def hear(call: Call) -> bool:
    """A photo of whoever takes part is their report. Employees' words stay incidents, strangers are helped on."""
    member = None if call.chat.is_group else member_of(call)
    membership = membership_of(member) if member else None
    if member is None or (call.person and not is_active(membership)):
        return False
    if is_photo(call) and membership:
        report_photo(call, member)
    elif membership and is_active(membership):
        return remind_of_photo(call, membership)
    else:
        call.answer(_("I read nothing else here"), closed_words(member) if membership else outside_words(member))
    return True


def is_active(membership: Membership | None) -> bool:
    return membership is not None and membership.status == Membership.Status.ACTIVE


def remind_of_photo(call: Call, membership: Membership) -> bool:
    """Say what a report is to who sends something else; employees only instead of files, and while one is awaited."""
    if call.person:
        awaited = membership.reports.filter(on=today(), status__in=["waiting", "declined"]).exists()
        if not awaited or not (call.wordless or call.enclosures):
            return False
    words = _("The report is a photo: send it as a photo, not as a file, a video or words.")
    call.answer(_("This is no report"), f"{words}\n{hint(call)}".strip())
    return True


def report_photo(call: Call, member: Member) -> None:
    """Report with the photo, the first one of an album, on the day on which it was sent."""
    if not call.files:
        call.answer(_("The photo did not arrive"), _("Send it once more."))
        return
    try:
        with transaction.atomic():
            report = services.send(member, by=call.by, file=call.files[0], at=call.written_at)
    except (ValidationError, Conflict) as refusal:
        words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        call.answer(_("This photo does not count"), f"{words}\n{hint(call)}".strip())
        return
    call.became(report)
    album = _("Of an album the first photo counts.") if call.update.album else ""
    call.answer(_("Your report is sent for review"), "\n".join(filter(None, [album, hint(call)])))


def hint(call: Call) -> str:
    return _("To report an incident, send the photo with the caption /incident.") if call.person else ""


def pass_by(call: Call, report: Any) -> None:
    """The further photos of an album change nothing: what counts was said with the first."""


def begin() -> None:
    """Let the bot know what programmes answer."""
    commands = [("join", gettext_lazy("take part in a programme"), join),
                ("today", gettext_lazy("my assignment of the day"), show_today),
                ("skip", gettext_lazy("skip the assignment of today"), offer_skip),
                ("points", gettext_lazy("my points"), show_points)]  # fmt: skip
    for order, (name, words, run) in enumerate(commands, 60):
        add_command(Command(name, words, run, order=order, open_to_strangers=True))
    answer_buttons("programme", press, open_to_strangers=True)
    on_question("programme-join", answer_question, patience=PATIENCE, open_to_strangers=True)
    complete_albums(Report, pass_by)
    on_start("join", join)
    welcome_by(welcome)
    listen_first(Ear(wants, hear))
