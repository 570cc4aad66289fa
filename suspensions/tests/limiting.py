"""Processes with limits, and their downtime, in Moscow's time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts import organisation
from accounts.models import Organisation
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory

MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")


def count_by(basis):
    Organisation.objects.update(time_zone="Europe/Moscow", counting_basis=basis)
    organisation.forget()


def local(*parts):
    return datetime(*parts, tzinfo=MOSCOW)


def limited(process=None, **fields):
    known = {"approved": True, "valid_from": local(2025, 1, 1).date()}
    return ProcessLimitFactory(**({"process": process} if process else {}), **known | fields).process


def down(process, start, finish=None, **fields):
    status = {"status": "restored", "finish": finish} if finish else {}
    return SuspensionFactory(process=process, start=start, **status, **fields)
