from typing import Any

from rest_framework import serializers

from accounts.models import User


def short_person(user: User | None) -> dict[str, Any] | None:
    """A person as other objects show them."""
    return {"id": user.pk, "username": user.username, "name": user.name} if user else None


class PersonSerializer(serializers.Serializer):
    """A person in a few words."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class PersonField(serializers.PrimaryKeyRelatedField):
    """Written as an id, read as a person in a few words. Inactive people cannot be chosen."""

    def __init__(self, **kwargs: Any):
        if not kwargs.get("read_only"):
            kwargs["queryset"] = User.objects.active().people()
        super().__init__(**kwargs)

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_representation(self, value: Any) -> Any:
        return short_person(value)


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="Username or e-mail, whatever the case.")
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})


class TokenPairSerializer(serializers.Serializer):
    access = serializers.CharField(read_only=True, help_text="For the header `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="To be exchanged once for a new pair.")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="An access or refresh token.")


class MeSerializer(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = [
            "id", "username", "email", "name", "first_name", "last_name", "patronymic",
            "role", "department", "time_zone", "language", "theme",
        ]  # fmt: skip
        read_only_fields = ["username", "email", "role", "department"]


class RegistrationSerializer(serializers.ModelSerializer):
    password = serializers.CharField(write_only=True, max_length=1024, trim_whitespace=False)

    class Meta:
        model = User
        fields = ["id", "username", "email", "password", "first_name", "last_name", "patronymic"]
        extra_kwargs = {"email": {"required": True}}


class PasswordChangeSerializer(serializers.Serializer):
    current_password = serializers.CharField(max_length=1024, trim_whitespace=False)
    new_password = serializers.CharField(max_length=1024, trim_whitespace=False)
