from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.serializers import ReasonSerializer
from monitoring.backups import downloads, examples, services
from monitoring.backups.filters import BackupFilter
from monitoring.backups.serializers import BackupSerializer
from monitoring.models import Backup, BackupQuerySet
from workflow.actor import actor
from workflow.api import etag, timeline_page, valid, wanted_version
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY, IF_MATCH, NOTE, filter_parameters, verb_schema
from workflow.serializers import EventSerializer, NoteSerializer
from workflow.services import at_version
from workflow.viewsets import RegisteredViewSet

verb = partial(verb_schema, example=examples.BACKUP, parameters=[IF_MATCH])


@extend_schema_view(
    hide=verb("Delete", "Removes the archive for good, for a reason. The only verified one stays.", ReasonSerializer),
)
class BackupViewSet(RegisteredViewSet):
    """Backups: archives of the database and of all files."""

    queryset = Backup.objects.none()
    serializer_class = BackupSerializer
    filterset = BackupFilter
    policy = {
        "list": "backup.see",
        "retrieve": "backup.see",
        "timeline": "backup.see",
        "create": "backup.create",
        "verify": "backup.verify",
        "download": "backup.download",
        "hide": "backup.delete",
    }

    def get_queryset(self) -> BackupQuerySet:
        return Backup.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary="List backups",
        description="Newest first unless `ordering` says otherwise. Archives that stand in the folder without having"
        " been made by this installation are listed within a minute.",
        parameters=filter_parameters(BackupFilter),
        examples=[examples.BACKUP],
    )
    def list(self, request: Request) -> Response:
        return self.page_of(self.listed())

    @extend_schema(
        summary="Make a backup",
        description="A worker makes it; `state`, `phase` and `percent` tell how far it is. While one waits, that one"
        " is answered.",
        parameters=[IDEMPOTENCY_KEY],
        request=NoteSerializer,
        responses={202: BackupSerializer},
        examples=[NOTE, examples.ORDERED],
    )
    def create(self, request: Request) -> Response:
        return once(request, self.ordered)

    def ordered(self) -> Response:
        backup = services.order(by=actor(self.request), **valid(NoteSerializer, self.request))
        response = self.answer(backup, status.HTTP_202_ACCEPTED)
        response["Location"] = f"{self.request.path.rstrip('/')}/{backup.pk}/"
        return response

    @extend_schema(
        summary="Read one backup", description="With its progress while it is being made.", examples=[examples.BACKUP]
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Verify",
        description="A worker reads the archive through and compares every byte; `verified_at` or `damaged` tells.",
        parameters=[IF_MATCH],
        request=NoteSerializer,
        responses={202: BackupSerializer},
        examples=[NOTE, examples.ACCEPTED],
    )
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        answer = self.do(services.ask_verification, NoteSerializer)
        answer.status_code = status.HTTP_202_ACCEPTED
        return answer

    @extend_schema(
        summary="Download",
        description="The archive as it stands on the disk. That you took it becomes a line of its timeline.",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str) -> HttpResponseBase:
        return downloads.download(self.get_object(), by=actor(request))

    @action(detail=True, methods=["post"], url_path="delete")
    def hide(self, request: Request, pk: str) -> Response:
        """Answer with what it was: the list and the card know it no more."""
        backup, payload = self.get_object(), valid(ReasonSerializer, request)
        at_version(backup, wanted_version(request), services.remove, by=actor(request), **payload)
        gone: Any = Backup.objects.for_list().get(pk=backup.pk)
        return Response(self.represent([gone])[0], headers={"ETag": etag(gone.version)})

    @extend_schema(
        summary="Read the timeline",
        description="Who ordered, verified, downloaded it, and what came of it; creation first.",
        responses=EventSerializer(many=True),
        examples=[examples.EVENT],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, pk: str) -> Response:
        return timeline_page(self, get_object_or_404(self.get_queryset(), pk=pk), internal=True)
