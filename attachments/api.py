"""The download door, and what viewsets of nouns with files share."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    OpenApiTypes,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attachments import downloads, services
from attachments.archives import archive
from attachments.models import File, FileQuerySet
from attachments.serializers import (
    FileSerializer,
    OrphansSerializer,
    RemovedSerializer,
    RemoveOrphansSerializer,
    UploadSerializer,
    represent,
)
from attachments.uploads import UploadParser
from workflow.actor import actor
from workflow.api import valid
from workflow.idempotency import once
from workflow.schema import IDEMPOTENCY_KEY
from workflow.serializers import RefusalSerializer

EXAMPLE = OpenApiExample(
    "File",
    {
        "id": "0b8e1f6e-0f0a-4a53-9d4b-3f4c6d8f2a11",
        "name": "Акт сверки.pdf",
        "size": 48213,
        "content_type": "application/pdf",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "width": None,
        "height": None,
        "uploaded_by": {"id": 7, "username": "orlov", "name": "Илья Орлов"},
        "created_at": "2026-07-23T15:31:00Z",
        "url": "/api/v1/attachments/0b8e1f6e-0f0a-4a53-9d4b-3f4c6d8f2a11/download/",
        "preview_url": None,
    },
    response_only=True,
)
UPLOAD = OpenApiExample(
    "Form", {"file": "(the bytes of Акт сверки.pdf)"}, media_type="multipart/form-data", request_only=True
)
ORPHANS = OpenApiExample(
    "Orphans",
    {
        "bytes_without_row": [
            {
                "key": "attachments/3f/3f0c6a1e9d2b4857a1c0d9e8f7061524",
                "size": 48213,
                "modified_at": "2026-07-23T15:31:00Z",
                "arriving": False,
            }
        ],
        "rows_without_bytes": [],
    },
    response_only=True,
)
REMOVAL = OpenApiExample(
    "Removal",
    {"keys": ["attachments/3f/3f0c6a1e9d2b4857a1c0d9e8f7061524"], "files": [], "note": "Left by the crash of 23 July."},
    request_only=True,
)
REMOVED = OpenApiExample("Removed", {"bytes_without_row": 1, "rows_without_bytes": 0}, response_only=True)
ONE_OR_SEVERAL = PolymorphicProxySerializer(
    "FileOrFiles", [FileSerializer, FileSerializer(many=True)], resource_type_field_name=None, many=False
)
NOT_KEPT = {
    413: OpenApiResponse(RefusalSerializer, "The body is larger than all files of one request may be."),
    507: OpenApiResponse(RefusalSerializer, "The storage is full; nothing was kept."),
}
BYTES = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class AttachmentViewSet(viewsets.GenericViewSet):
    """Files: attached under their object, read and downloaded here by whoever may see that object."""

    queryset = File.objects.none()
    serializer_class = FileSerializer
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    policy = {"retrieve": "attachment.see", "download": "attachment.see", "preview": "attachment.see"}

    def get_queryset(self) -> FileQuerySet:
        return File.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary="Read about a file",
        description="Its name, type, size and digest; the bytes are behind `url`.",
        examples=[EXAMPLE],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(represent(self.get_object()))

    @extend_schema(
        summary="Download a file",
        description="The bytes as they were received. `ETag` carries their SHA-256.",
        responses=BYTES,
        examples=[],
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str) -> HttpResponseBase:
        return downloads.download(request, self.get_object())

    @extend_schema(
        summary="See the preview of an image",
        description="A re-encoded WebP of at most 1280 pixels a side; 404 for what is not an image.",
        responses={(200, "image/webp"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> HttpResponseBase:
        return downloads.preview(request, self.get_object())


class OrphanViewSet(viewsets.GenericViewSet):
    """Files that lost their other half: bytes without a row after a crash, rows whose bytes are gone."""

    queryset = File.objects.none()
    serializer_class = OrphansSerializer
    pagination_class = None
    policy = {"list": "orphan.see", "remove": "orphan.remove"}

    @extend_schema(
        summary="List the orphans",
        description="Storage and rows are compared as they are now. What has had no row for a day goes by itself.",
        responses=OrphansSerializer,
        examples=[ORPHANS],
    )
    def list(self, request: Request) -> Response:
        return Response(OrphansSerializer(services.survey()).data)

    @extend_schema(
        summary="Remove orphans",
        description="By their keys and ids, for a reason. What is no orphan, or no longer, is spared.",
        request=RemoveOrphansSerializer,
        responses=RemovedSerializer,
        examples=[REMOVAL, REMOVED],
    )
    @action(detail=False, methods=["post"])
    def remove(self, request: Request) -> Response:
        gone, rows = services.remove(by=actor(request), **valid(RemoveOrphansSerializer, request))
        return Response({"bytes_without_row": gone, "rows_without_bytes": rows})


class AttachmentsMixin:
    """`…/{id}/attachments/` and `…/{id}/attachments.zip` of a noun; `attach` is its own verb for it."""

    attach: Callable[..., None]
    get_object: Callable[[], Any]
    paginate_queryset: Callable[[Any], Any]
    get_paginated_response: Callable[[Any], Response]
    request: Request

    @extend_schema(
        methods=["GET"],
        summary="Read the attachments",
        description="In the order in which they came.",
        responses=FileSerializer(many=True),
        examples=[EXAMPLE],
    )
    @extend_schema(
        methods=["POST"],
        summary="Attach files",
        description=(
            "One part called `file`, answered with the file; or several of them, answered with a list. "
            "All are kept, or none and each refused one is named."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": UploadSerializer},
        responses={201: ONE_OR_SEVERAL, **NOT_KEPT},
        examples=[UPLOAD, EXAMPLE],
    )
    @action(detail=True, methods=["get", "post"], parser_classes=[UploadParser])
    def attachments(self, request: Request, pk: str) -> Response:
        subject = self.get_object()
        if request.method == "GET":
            rows = self.paginate_queryset(subject.files.for_list())
            return self.get_paginated_response([represent(row.file) for row in rows])
        with services.received(request.FILES.getlist("file")) as files:
            return once(request, lambda: self.attached(subject, files))

    def attached(self, subject: Any, files: list[File]) -> Response:
        self.attach(subject, files=files, by=actor(self.request))
        shown = [represent(file) for file in files]
        return Response(shown[0] if len(shown) == 1 else shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Download all attachments",
        description="One ZIP with all files under their own names.",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        examples=[],
    )
    @action(detail=True, methods=["get"], url_path=r"attachments\.zip")
    def archive(self, request: Request, pk: str) -> HttpResponseBase:
        subject = self.get_object()
        return archive(str(subject.number), self.archived(subject))

    def archived(self, subject: Any) -> list[File]:
        return [row.file for row in subject.files.for_list()]
