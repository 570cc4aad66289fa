"""People, as everybody finds them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policy
from accounts.models import User
from accounts.serializers import PersonSerializer


@extend_schema(examples=[OpenApiExample("Person", {"id": 7, "username": "orlov", "name": "Илья Орлов"})])
class UserViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The people picker: active people by name or e-mail."""

    queryset = User.objects.none()
    serializer_class = PersonSerializer
    policy = {"list": "user.see"}

    def get_queryset(self) -> Any:
        people = policy.visible(User.objects.active().people(), self.request.user, "user.see")
        return people.matching(self.request.query_params.get("search", ""))

    @extend_schema(
        summary="Find people",
        description="Active people whose name, username or e-mail contains every word of `search`.",
        parameters=[OpenApiParameter("search", str, description="Part of a name, username or e-mail.")],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)
