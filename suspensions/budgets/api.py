"""Budgets over the API."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suspensions.analytics.forms import LocalMomentField
from suspensions.analytics.reading import entry, minutes, plain
from suspensions.analytics.schema import PROCESS, EntrySerializer
from suspensions.budgets.reckoning import LEVELS, Allowance, Budget, budgets, own_use
from suspensions.budgets.versions import concerned
from suspensions.models import Suspension, TechProcess
from workflow import times

AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="As of this moment, not in the future.")


class RunningSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    used = serializers.FloatField()
    limit = serializers.IntegerField(allow_null=True)
    left = serializers.FloatField(allow_null=True)
    breach_at = serializers.DateTimeField(allow_null=True)


class BudgetSerializer(serializers.Serializer):
    """Minutes used, allowed and left; `null` where no limit is set."""

    process = EntrySerializer()
    at = serializers.DateTimeField()
    year = serializers.IntegerField()
    year_used = serializers.FloatField()
    year_limit = serializers.IntegerField(allow_null=True)
    year_left = serializers.FloatField(allow_null=True, help_text="Negative: exceeded by so much.")
    year_percent = serializers.FloatField(allow_null=True)
    year_breach_at = serializers.DateTimeField(allow_null=True, help_text="When it is used up if it goes on like this.")
    case_used = serializers.FloatField(allow_null=True, help_text="Of the running case nearest to its limit.")
    case_limit = serializers.IntegerField(allow_null=True)
    level = serializers.ChoiceField(choices=LEVELS)
    running = RunningSerializer(many=True)


class OwnUseOfCaseSerializer(serializers.Serializer):
    used = serializers.FloatField()
    limit = serializers.IntegerField(allow_null=True)
    left = serializers.FloatField(allow_null=True, help_text="Negative: exceeded by so much.")
    breach_at = serializers.DateTimeField(allow_null=True, help_text="When it is used up if it goes on like this.")
    level = serializers.ChoiceField(choices=LEVELS)
    percent = serializers.FloatField(allow_null=True)
    exceeded_at = serializers.DateTimeField(allow_null=True, help_text="From when on more was used than is allowed.")


class OwnUseOfYearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    used = serializers.FloatField()
    limit = serializers.IntegerField(allow_null=True)
    percent = serializers.FloatField(allow_null=True)
    exceeded_at = serializers.DateTimeField(allow_null=True, help_text="By this case alone.")


class OwnUseSerializer(serializers.Serializer):
    """Minutes that one case used of its limits; `null` where no limit is set."""

    id = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    counted = serializers.BooleanField()
    case = OwnUseOfCaseSerializer(allow_null=True)
    years = OwnUseOfYearSerializer(many=True)


OWN_USE = OpenApiExample(
    "Allowance of a case",
    {
        "id": 46,
        "number": "2026-0046",
        "at": "2026-07-24T09:00:00Z",
        "counted": True,
        "case": {
            "used": 150.0,
            "limit": 120,
            "left": -30.0,
            "breach_at": None,
            "level": "exceeded",
            "percent": 125.0,
            "exceeded_at": "2026-07-23T17:03:00Z",
        },
        "years": [{"year": 2026, "used": 150.0, "limit": 1440, "percent": 10.42, "exceeded_at": None}],
    },
    response_only=True,
)
EXAMPLE = OpenApiExample(
    "Budget",
    {
        "process": PROCESS,
        "at": "2026-07-23T15:45:00Z",
        "year": 2026,
        "year_used": 600.0,
        "year_limit": 1440,
        "year_left": 840.0,
        "year_percent": 41.67,
        "year_breach_at": "2026-07-24T05:45:00Z",
        "case_used": 42.0,
        "case_limit": 120,
        "level": "ok",
        "running": [
            {
                "id": 46,
                "number": "2026-0046",
                "used": 42.0,
                "limit": 120,
                "left": 78.0,
                "breach_at": "2026-07-23T17:03:00Z",
            }
        ],
    },
    response_only=True,
)


class BudgetView(APIView):
    policy = {"get": "limit.see"}

    @extend_schema(
        operation_id="processes_budget",
        summary="Read the budget of a process",
        description="Minutes used and left in the calendar year and in the running case, by the limits in force then.",
        parameters=[AT],
        responses=BudgetSerializer,
        examples=[EXAMPLE],
    )
    def get(self, request: Request, pk: int) -> Response:
        process = get_object_or_404(TechProcess.objects.visible_to(request.user), pk=pk)
        return Response(answer(budgets([process], moment(request))[0]))


class BudgetsView(APIView):
    policy = {"get": "limit.see"}

    @extend_schema(
        operation_id="budgets",
        summary="Read the budgets of all processes",
        description="One for each process that is active on that day of the organisation or has a case that runs.",
        parameters=[AT],
        responses=BudgetSerializer(many=True),
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        at = moment(request)
        processes = concerned(TechProcess.objects.visible_to(request.user), at)
        return Response([answer(budget) for budget in budgets(list(processes), at)])


class SuspensionAllowanceView(APIView):
    policy = {"get": "suspension.see"}

    @extend_schema(
        operation_id="suspensions_allowance",
        summary="Read what a case used of its limits",
        description=(
            "Of the limit of one case in force when it began, and of the limit of each calendar year that it touches, "
            "while it runs and when it is over. `counted` is false for planned work, drafts and deleted cases."
        ),
        responses=OwnUseSerializer,
        examples=[OWN_USE],
    )
    def get(self, request: Request, pk: int) -> Response:
        visible = Suspension.objects.visible_to(request.user).select_related("process").prefetch_related("segments")
        case, now = get_object_or_404(visible, pk=pk), timezone.now()
        used = own_use(case, now)
        own, years = used or (None, [])
        found = {
            "id": case.pk,
            "number": case.number,
            "at": times.utc(now),
            "counted": used is not None,
            "case": {**split(own), "level": own.level, **beyond(own)} if own else None,
            "years": [{"year": year, **of_year(part)} for year, part in years],
        }
        return Response(found)


def of_year(found: Allowance) -> dict[str, Any]:
    """What one case used of a year: what is left is a matter of the others too."""
    used = split(found)
    return {"used": used["used"], "limit": used["limit"], **beyond(found)}


def beyond(found: Allowance) -> dict[str, Any]:
    return {
        "percent": None if found.percent is None else round(found.percent, 2),
        "exceeded_at": times.utc(found.broken_at) if found.broken_at else None,
    }


def moment(request: Request) -> datetime:
    """Return the moment asked for. Raises ValidationError."""
    now = timezone.now()
    try:
        at = LocalMomentField(required=False).clean(request.query_params.get("at"))
    except Invalid as error:
        raise ValidationError({"at": error.messages}) from error
    if at and at > now:
        raise ValidationError({"at": _("The moment lies in the future.")})
    return at or now


def answer(budget: Budget) -> dict[str, Any]:
    year, worst = budget.year, budget.worst
    return {
        "process": entry(budget.process),
        "at": times.utc(budget.at),
        "year": budget.at.year,
        **{f"year_{name}": value for name, value in split(year).items()},
        "year_percent": None if year.percent is None else round(year.percent, 2),
        "case_used": plain(minutes(worst.used)) if worst else None,
        "case_limit": split(worst)["limit"] if worst else budget.limit and budget.limit.case_minutes,
        "level": budget.level,
        "running": [{"id": case.pk, "number": case.number, **split(found)} for case, found in budget.cases],
    }


def split(found: Allowance) -> dict[str, Any]:
    allowed = minutes(found.allowed)
    return {
        "used": plain(minutes(found.used)),
        "limit": None if allowed is None else int(allowed),
        "left": plain(minutes(found.left)),
        "breach_at": times.utc(found.breach) if found.breach else None,
    }
