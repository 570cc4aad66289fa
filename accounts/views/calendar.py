"""The working calendar: a year at a glance, and the forms of those who keep it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import calendar_text, services, year
from accounts.calendar_text import Day
from accounts.forms import DayForm, ImportForm, WeekForm
from accounts.models import WorkingCalendar
from accounts.models.calendar import FIRST_YEAR, LAST_YEAR
from accounts.organisation import current, working_time
from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.presets import PRESETS
from workflow.actor import actor


def own_calendar() -> WorkingCalendar:
    return WorkingCalendar.objects.get(organisation=current())


@require_safe
@by_policy("calendar.see")
def calendar(request: HttpRequest) -> HttpResponse:
    subject, number = own_calendar(), year_of(request)
    days = subject.days.all()
    context = {
        "section": "calendar",
        "subject": subject,
        "zone": current().time_zone,
        "year": year.of(number, working_time(), days),
        "week": list(zip(WEEKDAYS.values(), subject.week.values(), strict=True)),
        "days": days.filter(date__year=number),
        "today": timezone.localdate(timezone=current().zone),
        "may_edit": allows(request.user, "calendar.edit"),
    }
    return render(request, "accounts/calendar.html", context)


def year_of(request: HttpRequest) -> int:
    """Return the year that the page shows; what means no year is this one."""
    asked = request.GET.get("year", "")
    this = timezone.localdate(timezone=current().zone).year
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this
    return min(max(number, FIRST_YEAR), LAST_YEAR)


@by_policy("calendar.edit")
def edit_week(request: HttpRequest) -> HttpResponse:
    form = WeekForm(request.POST or None, instance=own_calendar())
    if form.is_valid():
        services.edit_week(own_calendar(), by=actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:calendar")
    return form_page(request, "accounts/calendar_week.html", form)


@by_policy("calendar.edit")
def edit_day(request: HttpRequest) -> HttpResponse:
    date = DayForm.base_fields["date"]
    try:
        known = own_calendar().days.filter(date=date.clean(request.GET.get("date"))).first()
    except ValidationError:
        known = None
    form = DayForm(request.POST or None, instance=known, initial={"date": request.GET.get("date")})
    if form.is_valid() and stored(request, form):
        return redirect(f"{reverse('accounts:calendar')}?year={form.cleaned_data['date'].year}")
    return form_page(request, "accounts/calendar_day.html", form, known=known)


def stored(request: HttpRequest, form: DayForm) -> bool:
    """Set the day; what its rules say against the input goes to the form."""
    try:
        services.set_day(own_calendar(), by=actor(request), day=Day(**form.cleaned_data))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@by_policy("calendar.edit")
def clear_day(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST)
    form.is_valid()
    date = form.cleaned_data.get("date")
    if date:
        services.clear_day(own_calendar(), by=actor(request), date=date)
        messages.success(request, _("The hours of the weekday apply again."))
    return redirect(f"{reverse('accounts:calendar')}?year={date.year}" if date else "accounts:calendar")


@by_policy("calendar.edit")
def import_days(request: HttpRequest) -> HttpResponse:
    """First say how the text is understood, then, if every line is, do it."""
    preset = PRESETS.get(request.GET.get("preset", ""))
    form = ImportForm(request.POST or None, initial={"text": preset.text if preset else ""})
    reading = None
    if form.is_valid():
        reading = calendar_text.read(form.cleaned_data["text"])
        if "import" in request.POST and reading.days and not reading.faults and imported(request, form, reading.days):
            return redirect(f"{reverse('accounts:calendar')}?year={reading.days[0].date.year}")
    return form_page(request, "accounts/calendar_import.html", form, reading=reading, preset=preset, presets=PRESETS)


def imported(request: HttpRequest, form: ImportForm, days: list[Day]) -> bool:
    try:
        changed = services.import_days(own_calendar(), by=actor(request), days=days)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request, ngettext("%(count)s day changed.", "%(count)s days changed.", changed) % {"count": changed}
    )
    return True


def form_page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, template, {"section": "calendar", "form": form, **context}, status=status)
