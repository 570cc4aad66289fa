from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from suspensions.models import RiskSource, TechProcess


class EntrySerializer(serializers.Serializer):
    """An entry of a dictionary in a few words."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


def entry(found: Any) -> dict[str, Any] | None:
    return {"id": found.pk, "code": found.code, "name": found.name} if found else None


class EntryField(serializers.RelatedField):
    """Written as an id or a code, read as an entry."""

    default_error_messages = {
        "does_not_exist": _("There is no “{value}”."),
        "incorrect_type": _("An id or a code is expected."),
    }

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type")
        found = self.get_queryset().known_as(data)  # type: ignore[union-attr]
        if found is None:
            self.fail("does_not_exist", value=data)
        return found

    def to_representation(self, value: Any) -> Any:
        return entry(value)


@extend_schema_field(EntrySerializer)
class ProcessField(EntryField):
    def __init__(self, **kwargs: Any):
        super().__init__(**({"queryset": TechProcess.objects.present()} | kwargs))


@extend_schema_field(EntrySerializer)
class RiskSourceField(EntryField):
    def __init__(self, **kwargs: Any):
        super().__init__(**({"queryset": RiskSource.objects.present()} | kwargs))
