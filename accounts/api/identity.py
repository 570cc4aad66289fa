"""One's own account, on the paths that djoser's clients know."""

from typing import Any

from django.conf import settings
from djoser.views import UserViewSet as DjoserUserViewSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.models import User
from accounts.permissions import ByPolicy
from accounts.serializers import MeSerializer, PasswordChangeSerializer, RegistrationSerializer
from workflow.actor import actor


class IdentityViewSet(DjoserUserViewSet):
    """The wanted part of djoser: register, one's own profile, one's own password. The services do the writing."""

    policy = {"create": "anonymous", "me": "user.profile", "set_password": "user.profile"}
    serializers = {"create": RegistrationSerializer, "me": MeSerializer, "set_password": PasswordChangeSerializer}

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.action == "create" else [ByPolicy()]

    def get_serializer_class(self) -> Any:
        return self.serializers[self.action or "me"]

    @extend_schema(
        operation_id="register",
        summary="Register",
        description="Creates an account: open at once, waiting for an administrator, or refused, by REGISTRATION_MODE.",
        responses={201: RegistrationSerializer},
        examples=[
            OpenApiExample(
                "Newcomer",
                {"username": "orlova", "email": "orlova@example.org", "password": "…", "first_name": "Анна"},
                request_only=True,
            ),
            OpenApiExample(
                "Account",
                {"id": 12, "username": "orlova", "email": "orlova@example.org", "first_name": "Анна"},
                response_only=True,
            ),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        payload = self.get_serializer(data=request.data)
        payload.is_valid(raise_exception=True)
        user = services.register(mode=settings.REGISTRATION_MODE, **payload.validated_data)
        return Response(self.get_serializer(user).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="One's own profile",
        description="Reads or changes one's own names and preferences; the role is shown, never changed here.",
        responses=MeSerializer,
        examples=[OpenApiExample("Preferences", {"time_zone": "Europe/Moscow", "language": "ru"})],
    )
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = User.objects.get(pk=request.user.pk)
        if request.method == "PATCH":
            payload = self.get_serializer(user, data=request.data, partial=True)
            payload.is_valid(raise_exception=True)
            services.edit_profile(user, by=actor(request), **payload.validated_data)
        return Response(self.get_serializer(user).data)

    @extend_schema(
        operation_id="set_password",
        summary="Change one's own password",
        description="Every other session and token of the person ends.",
        responses={204: None},
        examples=[OpenApiExample("Passwords", {"current_password": "…", "new_password": "…"}, request_only=True)],
    )
    def set_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        payload = self.get_serializer(data=request.data)
        payload.is_valid(raise_exception=True)
        given = payload.validated_data
        user = User.objects.get(pk=request.user.pk)
        services.change_password(user, by=actor(request), current=given["current_password"], new=given["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)
