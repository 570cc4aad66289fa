"""Coming in: credentials, tokens, registration, and one's own profile."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PasswordField


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="Username or e-mail, whatever the case.")
    password = PasswordField()
    otp = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="A code of the authenticator app or a recovery code, where a second factor is set up.",
    )


class TokenPairSerializer(serializers.Serializer):
    access = serializers.CharField(read_only=True, help_text="For the header `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="To be exchanged once for a new pair.")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="An access or refresh token.")


class MeSerializer(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    second_factor = serializers.SerializerMethodField(help_text="Whether signing in asks for a code.")

    class Meta:
        model = User
        fields = [
            "id", "username", "email", "name", "first_name", "last_name", "patronymic", "role", "department",
            "time_zone", "language", "theme", "second_factor", "must_change_password",
        ]  # fmt: skip
        read_only_fields = ["username", "email", "role", "department", "must_change_password"]

    def get_second_factor(self, user: User) -> bool:
        return user.is_guarded


class RegistrationSerializer(serializers.ModelSerializer):
    password = PasswordField()

    class Meta:
        model = User
        fields = ["id", "username", "email", "password", "first_name", "last_name", "patronymic"]
        # Whether a name is taken is told by the service, which counts how often one asks.
        extra_kwargs = {"username": {"validators": []}, "email": {"required": True}}


class AcceptanceSerializer(serializers.ModelSerializer):
    token = serializers.CharField(max_length=100, help_text="The last part of the link.")
    password = PasswordField()

    class Meta:
        model = User
        fields = ["token", "username", "password", "first_name", "last_name", "patronymic"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"username": {"validators": []}}


class PasswordChangeSerializer(serializers.Serializer):
    current_password = PasswordField()
    new_password = PasswordField()


class ResetSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)


class ResetConfirmSerializer(serializers.Serializer):
    uid = serializers.CharField(max_length=100)
    token = serializers.CharField(max_length=100)
    new_password = PasswordField()
