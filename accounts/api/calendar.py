"""When the organisation works: hours by weekday, special days, and the arithmetic of both."""

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import calendar_text, organisation, services
from accounts.calendar_text import Day
from accounts.models import CalendarDay, WorkingCalendar
from accounts.serializers import (
    CalendarDayHoursSerializer,
    CalendarDaySerializer,
    CalendarImportedSerializer,
    CalendarImportSerializer,
    CalendarSerializer,
    MeasuredSerializer,
    SpanSerializer,
)
from accounts.working_time import in_minutes
from workflow.actor import actor
from workflow.api import etag, valid, wanted_version
from workflow.pagination import whole
from workflow.schema import IF_MATCH

OFFICE = {
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-13:00, 14:00-18:00"),
    **dict.fromkeys(("saturday", "sunday"), ""),
}
WEEK = OpenApiExample(
    "Calendar",
    {"time_zone": "Europe/Moscow", **OFFICE, "updated_at": "2026-07-23T15:04:00Z", "version": 3},
    response_only=True,
)
FRIDAYS = OpenApiExample("Shorter Fridays", {"friday": "09:00-16:45"}, request_only=True)
HOLIDAY = OpenApiExample("Holiday", {"date": "2026-06-12", "hours": "", "name": "День России"}, response_only=True)
HALF_DAY = OpenApiExample("Half day", {"hours": "09:00-13:00", "name": "Сокращённый день"}, request_only=True)
TEXT = OpenApiExample(
    "Lines", {"text": "2026-06-12; День России\n30.12.2026; 09:00-13:00", "preview": True}, request_only=True
)
IMPORTED = OpenApiExample(
    "Reading",
    {
        "days": [
            {"date": "2026-06-12", "hours": "", "name": "День России"},
            {"date": "2026-12-30", "hours": "09:00-13:00", "name": ""},
        ],
        "faults": [],
        "changed": 0,
    },
    response_only=True,
)
MEASURED = OpenApiExample(
    "A weekend between",
    {
        "start": "2026-07-24T14:30:00Z",
        "finish": "2026-07-27T06:45:00Z",
        "calendar_minutes": "3855.00",
        "working_minutes": "75.00",
    },
    response_only=True,
)


def own_calendar() -> WorkingCalendar:
    """Return the organisation's calendar, as it stands in the database now."""
    return WorkingCalendar.objects.select_related("organisation").get(organisation=organisation.current())


class CalendarView(APIView):
    policy = {"get": "calendar.see", "patch": "calendar.edit"}

    @extend_schema(
        operation_id="calendar",
        summary="Read the working hours",
        description="The hours of each weekday, in the organisation's time zone. Special days: `calendar/days/`.",
        responses=CalendarSerializer,
        examples=[WEEK],
    )
    def get(self, request: Request) -> Response:
        return answer(own_calendar())

    @extend_schema(
        operation_id="calendar_edit",
        summary="Change the working hours",
        description="Several spans a day are separated by commas; an empty text closes the day.",
        parameters=[IF_MATCH],
        request=CalendarSerializer,
        responses=CalendarSerializer,
        examples=[FRIDAYS, WEEK],
    )
    def patch(self, request: Request) -> Response:
        calendar = own_calendar()
        hours = valid(CalendarSerializer, request, partial=True)
        services.edit_week(calendar, by=actor(request), version=wanted_version(request), **hours)
        return answer(calendar)


def answer(calendar: WorkingCalendar) -> Response:
    return Response(CalendarSerializer(calendar).data, headers={"ETag": etag(calendar.version)})


class CalendarImport(APIView):
    policy = {"post": "calendar.edit"}

    @extend_schema(
        operation_id="calendar_import",
        summary="Import special days",
        description="Reads pasted lines or iCalendar and gives all their dates hours of their own at once. A text with"
        " faults is refused whole; `preview` only says how it is understood.",
        request=CalendarImportSerializer,
        responses=CalendarImportedSerializer,
        examples=[TEXT, IMPORTED],
    )
    def post(self, request: Request) -> Response:
        given = valid(CalendarImportSerializer, request)
        days, faults = calendar_text.read(given["text"])
        changed = 0
        if not given["preview"]:
            if faults:
                raise ValidationError({"text": [f"{fault.line}: {fault.text}" for fault in faults]})
            changed = services.import_days(own_calendar(), by=actor(request), days=days)
        body = {"days": [day._asdict() for day in days], "faults": [fault._asdict() for fault in faults]}
        return Response(CalendarImportedSerializer({**body, "changed": changed}).data)


class CalendarMeasure(APIView):
    policy = {"get": "calendar.see"}

    @extend_schema(
        operation_id="calendar_measure",
        summary="Measure working time",
        description="How much working time lies between two moments, or, with `minutes`, by when so much is worked.",
        parameters=[SpanSerializer],
        responses=MeasuredSerializer,
        examples=[MEASURED],
    )
    def get(self, request: Request) -> Response:
        span = SpanSerializer(data=request.query_params)
        span.is_valid(raise_exception=True)
        return Response(MeasuredSerializer(measured(**span.validated_data)).data)


def measured(start: Any, finish: Any = None, minutes: Any = None) -> dict[str, Any]:
    working = organisation.working_time()
    if finish is None:
        finish = working.add_working(start, minutes)
    if finish is None:
        return {"start": start, "finish": None, "calendar_minutes": None, "working_minutes": None}
    return {
        "start": start,
        "finish": finish,
        "calendar_minutes": in_minutes(max(finish - start, timedelta(0))),
        "working_minutes": working.working_minutes(start, finish),
    }


@extend_schema_view(
    list=extend_schema(
        summary="List the special days",
        description="Dates whose hours are not those of their weekday, in order.",
        parameters=[OpenApiParameter("year", int, description="Only of this year.")],
        examples=[HOLIDAY],
    )
)
class CalendarDayViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Dates with hours of their own."""

    queryset = CalendarDay.objects.none()
    serializer_class = CalendarDaySerializer
    lookup_field = "date"
    lookup_value_regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    policy = {"list": "calendar.see", "update": "calendar.edit", "clear": "calendar.edit"}

    def get_queryset(self) -> Any:
        days = CalendarDay.objects.filter(calendar__organisation=organisation.current())
        year = whole(self.request.query_params.get("year"), 0, "year")
        return days.filter(date__year=year) if 0 < year < 9999 else days.none() if year else days

    @extend_schema(
        summary="Give a date hours of its own",
        description="Empty hours make it free. Repeating it changes nothing.",
        request=CalendarDayHoursSerializer,
        responses=CalendarDaySerializer,
        examples=[HALF_DAY, HOLIDAY],
    )
    def update(self, request: Request, date: str) -> Response:
        day = Day(known_date(date), **valid(CalendarDayHoursSerializer, request))
        services.set_day(own_calendar(), by=actor(request), day=day)
        return Response(CalendarDaySerializer(self.get_queryset().get(date=day.date)).data)

    @extend_schema(
        summary="Clear a special day",
        description="The date has the hours of its weekday again. Out of turn it is refused with 409.",
        request=None,
        responses={204: None},
        examples=[],
    )
    @action(detail=True, methods=["post"], url_path="delete")
    def clear(self, request: Request, date: str) -> Response:
        services.clear_day(own_calendar(), by=actor(request), date=known_date(date))
        return Response(status=204)


def known_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
