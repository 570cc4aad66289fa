"""What the API of registered nouns does alike: find, check the role, read the body, do the verb, answer."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import FETCH_ONE, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import FilterSet
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from workflow.actor import actor
from workflow.api import KEY, etag, filtered, valid, wanted_version
from workflow.idempotency import once
from workflow.services import at_version


class RegisteredViewSet(viewsets.GenericViewSet):
    """The doors of one noun. Subclasses say what is visible, how it is shown, and which service each action calls."""

    lookup_value_regex = KEY
    filterset: type[FilterSet]
    request: Request

    def represent(self, subjects: Iterable[Any]) -> list[dict[str, Any]]:
        """Return how objects, or the plain rows of a list, are written on the wire."""
        return [self.get_serializer(subject).data for subject in subjects]

    def fresh(self, subject: Any) -> Any:
        """Return `subject` as the answer shall show it; where services keep it current no query is needed."""
        return self.get_queryset().filter(pk=subject.pk).first() or subject

    def get_object(self) -> Any:
        rows = self.get_queryset().fetch_mode(FETCH_ONE)  # services may look wherever they must
        subject = get_object_or_404(rows, pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, subject)
        return subject

    def listed(self, rows: Any = None) -> Any:  # the queryset of the noun
        """Return `rows`, else all that is visible, without what is deleted and narrowed by the filters."""
        seen: Any = self.get_queryset() if rows is None else rows
        return filtered(self.filterset, seen.present(), self.request)

    def page_of(self, rows: QuerySet[Any, Any]) -> Response:
        return self.get_paginated_response(self.represent(self.paginate_queryset(rows) or []))

    def answer(self, subject: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.represent([self.fresh(subject)])[0], status=code, headers={"ETag": etag(subject.version)})

    def do(self, verb: Callable[..., Any], serializer_class: type[Serializer] | None = None) -> Response:
        """Refusals come in one order: not visible, not allowed, not understood, stale, out of turn."""
        subject = self.get_object()
        payload = valid(serializer_class, self.request) if serializer_class else {}
        at_version(subject, wanted_version(self.request), verb, by=actor(self.request), **payload)
        return self.answer(subject)

    def make(self, verb: Callable[..., Any], serializer_class: type[Serializer], **more: Any) -> Response:
        """Create one by a service, once for each Idempotency-Key."""

        def made() -> Response:
            subject = verb(by=actor(self.request), **valid(serializer_class, self.request), **more)
            response = self.answer(subject, status.HTTP_201_CREATED)
            response.setdefault("Location", f"{self.request.path.rstrip('/')}/{subject.pk}/")
            return response

        return once(self.request, made)

    def conversation(self, say: Callable[..., Any], serializer_class: type[Serializer]) -> Response:
        """Answer a page of what was said about an object, or say something once for each Idempotency-Key."""
        subject = self.get_object()

        def said() -> Response:
            comment = say(subject, by=actor(self.request), **valid(serializer_class, self.request))
            return Response(serializer_class(comment).data, status=status.HTTP_201_CREATED)

        if self.request.method == "POST":
            return once(self.request, said)
        page = self.paginate_queryset(subject.comments.select_related("author"))
        return self.get_paginated_response(serializer_class(page, many=True).data)
