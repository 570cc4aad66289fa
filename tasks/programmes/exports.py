"""Programmes as files: reports and members as registers, everything about one programme as a workbook."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.models import Membership, MembershipQuerySet, Programme, Report, ReportQuerySet
from tasks.programmes.analytics.figures import Figures
from tasks.programmes.analytics.reading import Reading
from workflow.exports import Register, Row


# -- Reports and members ----------------------------------------------------------------------------------------------
def report_header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    first = [_("Number"), _("Programme"), pgettext("calendar", "Date"), _("Day"), _("Assignment"), _("Member")]
    moments = [f"{moment}, {zone}" for moment in (_("Handed out"), _("Sent"), _("Reviewed"))]
    return [*first, _("Status"), _("Attempts"), *moments, _("Reviewer"), _("Reason"), _("Excused"), _("Looks like")]


def report_line(report: Report) -> Row:
    photo = report.photo
    near = photo.near.report_id if photo and photo.near else ""
    texts = [report.pk, report.programme.title, report.on.isoformat(), report.day.number, report.assignment.title]
    moments = [report.handed_at, report.sent_at, report.reviewed_at]
    reviewer = report.reviewed_by.name if report.reviewed_by else ""
    state = [report.member.full_name, report.get_status_display(), report.attempts]
    return [*texts, *state, *moments, reviewer, report.reason, yes(report.excused), near]


def yes(value: bool) -> str:
    return _("Yes") if value else ""


def reports(rows: ReportQuerySet) -> Register:
    """Return reports that were read for a list."""
    lines = map(report_line, rows.iterator(chunk_size=500))
    return Register("reports", report_header(), lines, rows.order_by().count())


def member_header() -> list[str]:
    person = [_("Number"), _("Programme"), _("Surname"), _("First name"), _("Date of birth"), _("City"), _("Phone")]
    counts = [_("Points"), _("In review"), _("Declined"), _("Skipped"), _("Missed")]
    return [*person, _("Status"), _("Reason"), *counts, _("Bot blocked")]


def member_line(membership: Any) -> Row:
    member = membership.member
    person = [member.surname, member.name, member.birth_date.isoformat(), member.city, member.phone]
    counts = [membership.points, membership.reviewing_count, membership.declined_count, membership.skipped_count]
    state = [membership.get_status_display(), membership.reason, *counts, membership.missed_count]
    return [membership.pk, membership.programme.title, *person, *state, yes(membership.has_blocked)]


def members(rows: MembershipQuerySet) -> Register:
    """Return memberships that were read for a list."""
    lines = map(member_line, rows.iterator(chunk_size=500))
    return Register("members", member_header(), lines, rows.order_by().count())


# -- Figures -----------------------------------------------------------------------------------------------------------
def figures_header() -> list[str]:
    counts = [_("Handed out"), _("Sent"), _("Waiting"), _("In review"), _("Approved"), _("Declined"), _("Skipped")]
    return [*counts, _("Did not take part"), _("Excused"), _("Approved, %"), _("Mean time to report, minutes")]


def figures_line(figures: Figures) -> list[Any]:
    return ["" if value is None else value for value in figures.as_dict().values()]


def analytics_header() -> list[str]:
    return [_("Split"), _("Name"), *figures_header()]


def analytics_lines(reading: Reading) -> Iterator[Row]:
    yield [_("Programme"), reading.programme.title, *figures_line(reading.total)]
    for line in reading.assignments:
        yield [_("Assignment"), line.key.title, *figures_line(line.figures)]
    for line in reading.days:
        yield [_("Day"), f"{line.key.number}, {line.key.on.isoformat()}", *figures_line(line.figures)]
    for line in reading.members:
        yield [_("Member"), line.key.member.full_name, *figures_line(line.figures)]


def analytics(reading: Reading) -> Register:
    """Return programme, assignments, days and members in one table."""
    rows = list(analytics_lines(reading))
    return Register("programme-analytics", analytics_header(), rows, len(rows))


# -- Everything of one programme ---------------------------------------------------------------------------------------
def sheets(reading: Reading) -> list[Register]:
    """Return the tables of a workbook, each under the name of its sheet."""
    programme = reading.programme
    about = facts(programme) + list(zip(figures_header(), figures_line(reading.total), strict=True))
    by_assignment = [[line.key.title, *figures_line(line.figures)] for line in reading.assignments]
    by_day = [
        [line.key.number, line.key.on.isoformat(), line.key.title, *figures_line(line.figures)] for line in reading.days
    ]
    whole_members = members(Membership.objects.present().filter(programme=programme).order_by("pk").for_list())
    whole_reports = reports(Report.objects.present().filter(programme=programme).order_by("on", "pk").for_list())
    day_header = [_("Day"), pgettext("calendar", "Date"), _("Assignment"), *figures_header()]
    assignment_header = [_("Assignment"), *figures_header()]
    return [
        Register(_("Programme"), [_("What"), _("Value")], about, len(about)),
        Register(_("Assignments"), assignment_header, by_assignment, len(by_assignment)),
        Register(_("Days"), day_header, by_day, len(by_day)),
        Register(_("Members"), whole_members.header, whole_members.rows, whole_members.count),
        Register(_("Reports"), whole_reports.header, whole_reports.rows, whole_reports.count),
    ]


def facts(programme: Programme) -> list[Row]:
    return [
        [_("Title"), programme.title],
        [_("First day"), programme.start.isoformat()],
        [_("Last day"), programme.finish.isoformat()],
        [_("Status"), programme.get_status_display()],
    ]
