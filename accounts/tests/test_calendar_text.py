from datetime import date

import pytest

from accounts.calendar_text import Day, Fault, read
from accounts.presets import PRESETS

MAY_DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026-05-01", Day(MAY_DAY)),
        ("2026-05-01; Labour Day", Day(MAY_DAY, "", "Labour Day")),
        ("01.05.2026;Праздник Весны и Труда", Day(MAY_DAY, "", "Праздник Весны и Труда")),
        ("1.5.2026\tLabour Day", Day(MAY_DAY, "", "Labour Day")),
        ('"2026-05-01","Labour Day"', Day(MAY_DAY, "", "Labour Day")),
        ("2026-05-01; 9-13, 14:00-17:00; short day", Day(MAY_DAY, "09:00-13:00, 14:00-17:00", "short day")),
        ("2026-05-01,09:00-17:00,short, as ordered", Day(MAY_DAY, "09:00-17:00", "short, as ordered")),
        ("\ufeff2026-05-01;Labour Day", Day(MAY_DAY, "", "Labour Day")),
    ],
)
def test_a_line_is_a_date_with_hours_and_a_name(line, day):
    assert read(line) == ([day], [])


@pytest.mark.parametrize("line", ["Labour Day", "2026-02-30; never", "2026-05-01; 18:00-09:00", "date;hours;name"])
def test_a_line_that_means_nothing_is_named(line):
    assert read(f"2026-05-09\n\n# a remark\n{line}") == ([Day(date(2026, 5, 9))], [Fault(4, line)])


def test_days_come_in_order_and_the_last_word_on_a_date_counts():
    found = read("2026-05-09; Victory\n2026-05-01; first\n2026-05-01; second")

    assert [(day.date.day, day.name) for day in found.days] == [(1, "second"), (9, "Victory")]


CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260501
DTEND;VALUE=DATE:20260504
SUMMARY:Праздник Весны
  и Труда\\, выходные
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260612
SUMMARY:День России
END:VEVENT
BEGIN:VEVENT
DTSTART:20260701T090000Z
SUMMARY:Meeting
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260101
RRULE:FREQ=YEARLY
SUMMARY:New Year
END:VEVENT
END:VCALENDAR"""


def test_icalendar_events_are_days_off_and_what_cannot_be_said_is_named():
    found = read(CALENDAR)

    assert found.days == [
        *(Day(date(2026, 5, day), "", "Праздник Весны и Труда, выходные") for day in (1, 2, 3)),
        Day(date(2026, 6, 12), "", "День России"),
    ]
    assert [fault.text for fault in found.faults] == ["Meeting", "New Year"]


@pytest.mark.parametrize("span", [("20260504", "20260501"), ("20260101", "20290101"), ("20261301", "20261302")])
def test_an_event_that_makes_no_sense_is_named(span):
    text = f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:{span[0]}\nDTEND;VALUE=DATE:{span[1]}\nEND:VEVENT"

    assert read(text).days == []
    assert len(read(text).faults) == 1


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_are_read_without_a_fault(preset):
    days, faults = read(preset.text)

    assert faults == []
    assert all(day.name and not day.hours for day in days)


def test_the_russian_year_2026_has_its_247_working_days_in_a_five_day_week():
    days = {day.date for day in read(PRESETS["ru-2026"].text).days}
    year = [date.fromordinal(number) for number in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]

    assert sum(day.weekday() < 5 and day not in days for day in year) == 247
