"""People, in a few words and in many."""

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any

from rest_framework import serializers

from accounts.models import Role, Standing, User
from workflow.fields import UtcDateTimeField
from workflow.serializers import NoteSerializer


def short_person(user: User | None) -> dict[str, Any] | None:
    """A person as other objects show them."""
    return {"id": user.pk, "username": user.username, "name": user.name} if user else None


def person_of_row(row: dict[str, Any], role: str) -> Any:
    """The same, where the person stands in a plain row with other objects; None for nobody."""
    pk, username, first, last = columns_of(role)(row)
    return {"id": pk, "username": username, "name": f"{first} {last}".strip() or username} if pk else None


@cache
def columns_of(role: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    return itemgetter(*(f"{role}__{name}" for name in ("id", "username", "first_name", "last_name")))


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

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_representation(self, value: Any) -> Any:
        return short_person(value)


class PasswordField(serializers.CharField):
    """Any text, spaces at its ends included."""

    def __init__(self, **kwargs: Any):
        style = {"input_type": "password"}
        super().__init__(max_length=1024, trim_whitespace=False, write_only=True, style=style, **kwargs)


class PersonCardSerializer(serializers.ModelSerializer):
    """A person as administrators see them; everybody else sees `id`, `username` and `name`."""

    name = serializers.CharField(read_only=True)
    standing = serializers.ChoiceField(choices=Standing, read_only=True)
    second_factor = serializers.BooleanField(source="is_guarded", read_only=True)
    last_login = UtcDateTimeField(read_only=True, allow_null=True)
    approved_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)

    class Meta:
        model = User
        fields = [
            "id", "username", "name", "email", "first_name", "last_name", "patronymic", "role", "department",
            "time_zone", "language", "standing", "is_active", "second_factor", "must_change_password",
            "last_login", "approved_at", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class PersonWriteSerializer(serializers.ModelSerializer):
    """What administrators write on a card."""

    class Meta:
        model = User
        fields = [
            "username", "email", "first_name", "last_name", "patronymic", "role", "department", "time_zone", "language",
        ]  # fmt: skip
        extra_kwargs = {"email": {"required": True}}


class PersonCreateSerializer(PersonWriteSerializer):
    password = PasswordField(required=False, help_text="Must be changed at the first sign-in. Without it: by letter.")

    class Meta(PersonWriteSerializer.Meta):
        fields = [*PersonWriteSerializer.Meta.fields, "password"]


class RoleSerializer(NoteSerializer):
    role = serializers.ChoiceField(choices=Role)


class NewPasswordSerializer(NoteSerializer):
    password = PasswordField(help_text="Must be changed at the next sign-in.")


class HandOverSerializer(NoteSerializer):
    to = PersonField(help_text="Id of the person who takes the work on.")


class WorkSerializer(serializers.Serializer):
    """How much of each noun a person has open."""

    work = serializers.DictField(child=serializers.IntegerField())
