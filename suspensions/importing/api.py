from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attachments.uploads import UploadParser
from suspensions import importing
from suspensions.importing.serializers import (
    ConfirmedSerializer,
    DiscardedSerializer,
    ImportSerializer,
    ReportSerializer,
)
from workflow.actor import actor
from workflow.api import valid
from workflow.serializers import ReasonSerializer

FORM = OpenApiExample(
    "Form",
    {"file": "(the bytes of journal.xlsx)", "commit": False},
    media_type="multipart/form-data",
    request_only=True,
)
REPORT = OpenApiExample(
    "Report",
    {
        "good": 41,
        "bad": 1,
        "faults": [{"row": 17, "column": "Start", "text": "“yesterday” is no time. Write 23.07.2026 18:45."}],
        "doubts": [{"row": 9, "column": "Finish", "text": "The cell is empty: the case comes in as still running."}],
        "ignored": ["Colour"],
        "time_zone": "Europe/Moscow",
        "drafts": [],
    },
    response_only=True,
)
WHY = OpenApiExample("Why", {"note": "The wrong file."}, request_only=True)
DISCARDED = OpenApiExample("Discarded", {"discarded": 41}, response_only=True)
CONFIRMED = OpenApiExample("Confirmed", {"confirmed": 41}, response_only=True)


class ImportView(APIView):
    parser_classes = [UploadParser]
    policy = {"post": "suspension.import"}

    @extend_schema(
        operation_id="suspensions_import",
        summary="Import an old journal",
        description="Judges every row and names each bad one by its number. Nothing is written without `commit`; with"
        " it the good rows become drafts, none of them while there are bad ones unless `skip_bad` is said.",
        request={"multipart/form-data": ImportSerializer},
        responses={200: ReportSerializer, 201: ReportSerializer},
        examples=[FORM, REPORT],
    )
    def post(self, request: Request) -> Response:
        asked, by = valid(ImportSerializer, request), actor(request)
        report = importing.judge(asked["file"], by=by)
        drafts = importing.write(report, by=by, skip_bad=asked["skip_bad"]) if asked["commit"] else []
        code = status.HTTP_201_CREATED if drafts else status.HTTP_200_OK
        return Response(shown(report) | {"drafts": [draft.pk for draft in drafts]}, status=code)


def shown(report: importing.Report) -> dict[str, Any]:
    return {
        "good": len(report.good),
        "bad": report.bad_rows,
        "faults": [fault._asdict() for fault in report.faults],
        "doubts": [doubt._asdict() for doubt in report.doubts],
        "ignored": report.ignored,
        "time_zone": report.zone,
    }


class ConfirmDraftsView(APIView):
    policy = {"post": "suspension.confirm"}

    @extend_schema(
        operation_id="suspensions_import_confirm",
        summary="Take one's drafts into the journal",
        description="All drafts that the caller imported get their numbers, the oldest first, and count from now on.",
        request=None,
        responses=ConfirmedSerializer,
        examples=[CONFIRMED],
    )
    def post(self, request: Request) -> Response:
        by = actor(request)
        return Response({"confirmed": importing.confirm_drafts(importing.drafts_of(by.user), by=by)})


class DiscardDraftsView(APIView):
    policy = {"post": "suspension.import"}

    @extend_schema(
        operation_id="suspensions_import_discard",
        summary="Throw one's drafts away",
        description="All drafts that the caller imported and nobody took in yet are hidden, for a reason. An"
        " administrator can bring each of them back.",
        request=ReasonSerializer,
        responses=DiscardedSerializer,
        examples=[WHY, DISCARDED],
    )
    def post(self, request: Request) -> Response:
        by, said = actor(request), valid(ReasonSerializer, request)
        return Response({"discarded": importing.discard_drafts(importing.drafts_of(by.user), by=by, **said)})
